// What happens to a node's machine: a closed set.

import GreyBasics
import GreyWire

package enum NodeInput: Hashable, Sendable {
  /// From the coordinator, with the term it was sent under.
  case message(term: Term, CoordinatorMessage)
  /// Every worker is parked for the pause with this number. It has flushed its barrier buffer and
  /// dropped its allocation runs.
  case workersParked(pause: UInt64)
  /// `finishSweepAndClear` for that epoch is done.
  case finishedPreparing(Epoch)
  /// The state of marking after a change, or because `sampleMarkState` asked: whether the node is
  /// idle, and its counts in the order of the peers' ids. Exact while workers are parked.
  case markState(isIdle: Bool, channels: [MarkReport.Channel])
  /// The step of a `walk` is done.
  case walked(WalkReport)
  /// The epoch's garbage is freed.
  case sweepFinished(SweepReport)
  /// The connection to the coordinator broke (its silence is noticed without this).
  case coordinatorLost
  /// This node shall leave: a signal, or a person at its own terminal.
  case leaveRequested
  /// After `drainForLeaving`: nothing is owed to anybody any more.
  case drained
  /// Nothing but time passed. Due at `nextDeadline` at the latest.
  case tick
}

/// Who this process is: what its `hello` says.
package struct NodeIdentity: Hashable, Sendable {
  package var cluster: String
  package var wireVersion: UInt16
  package var pid: UInt32
  package var processStart: UInt64
  package var host: String
  /// Where its peers connect to.
  package var endpoint: String
  package init(
    cluster: String, wireVersion: UInt16 = 1, pid: UInt32, processStart: UInt64, host: String,
    endpoint: String
  ) {
    self.cluster = cluster
    self.wireVersion = wireVersion
    self.pid = pid
    self.processStart = processStart
    self.host = host
    self.endpoint = endpoint
  }
}
