// What the coordinator's engine is told, and what it asks of the world that runs it.

import GreyBasics
import GreyEvents

/// The routing id under which a connection is known: of a node or of a control client.
package typealias RoutingName = [UInt8]

package enum CoordinatorEngineInput: Sendable {
  case nodeFrame(connection: RoutingName, [UInt8])
  /// A request in the control interface's JSON.
  case control(client: RoutingName, [UInt8])
  /// Somebody wants a cycle and waits for no answer.
  case collectRequested
  /// A process that was to be watched has ended.
  case processEnded(pid: Int32, startTicks: UInt64)
  /// Time has passed. Harmless at any rate; needed at `nextDeadline`.
  case tick
  /// The process was asked to end (SIGTERM, `down`): the cluster goes down.
  case shutDownRequested
}

package enum CoordinatorEffect: Sendable {
  /// `mayOvertake`: it goes over the node's stop line, where there is one (`StopLine`).
  case sendToNode(connection: RoutingName, [UInt8], mayOvertake: Bool)
  case reply(client: RoutingName, [UInt8])
  case watch(pid: Int32, startTicks: UInt64)
  /// To be on disk before any later effect is carried out.
  case persist([UInt8])
  /// With the attempt that it belongs to: one input may end one and begin the next.
  case log(Event, epoch: Epoch)
  case exit(status: Int32, reason: String)
}
