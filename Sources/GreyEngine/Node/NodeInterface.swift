// What a node's engine is told, and what it asks of the world that runs it.
//
// Both are values. The real world turns sockets, timers and threads into inputs and carries the
// effects out; the simulator does the same from one seed and one thread. Neither may do anything
// to a node that is not in these two lists.

import GreyBasics
import GreyEvents

package enum NodeEngineInput: Sendable {
  /// There is a connection to a coordinator, the first one or a new one.
  case coordinatorReached
  case coordinatorFrame([UInt8])
  case coordinatorLost
  /// A frame of the peer whose connection says it is `from`.
  case peerFrame(from: NodeID, [UInt8])
  /// The connection to this peer broke and is being made again: what was in flight may be lost.
  case peerReconnected(NodeID)
  /// A worker or a collector of this node has something for the engine.
  case signalled
  /// A worker found the heap past the alarm that the engine had set.
  case heapGrew
  /// Time has passed. Harmless at any rate; needed at `nextDeadline`.
  case tick
  /// The process was asked to end (SIGTERM): leave the cluster cleanly.
  case leaveRequested
}

package enum NodeEffect: Sendable {
  /// `mayOvertake`: it goes over the stop line, where there is one (`StopLine`).
  case sendToCoordinator([UInt8], mayOvertake: Bool)
  /// The coordinator knows this node: there may be a stop line to it, if there is none already.
  case openStopLine
  case connect(NodeID, endpoint: String)
  case disconnect(NodeID)
  case sendToPeer(NodeID, [UInt8])
  /// The node has its id and its heap: its workers and collectors may run from now on.
  case start(NodeCore)
  case wakeWorkers
  case wakeCollectors
  /// With the attempt that it belongs to.
  case log(Event, epoch: Epoch)
  /// The process ends, with this exit status and this last line.
  case exit(status: Int32, reason: String)
}

/// How a node's threads are told that there is something to do; both may be called by any thread,
/// and do nothing in the simulator, which asks everybody anyway.
package struct NodeWakeups: Sendable {
  package let engine: @Sendable () -> Void
  package let collectors: @Sendable () -> Void

  package init(
    engine: @escaping @Sendable () -> Void = {}, collectors: @escaping @Sendable () -> Void = {}
  ) {
    self.engine = engine
    self.collectors = collectors
  }
}
