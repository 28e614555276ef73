// What a node's machine wants done: a closed set, to be carried out in order.

import GreyBasics
import GreyWire

package enum NodeAction: Hashable, Sendable {
  case send(NodeMessage)
  /// Fill in the heap's figures and send it as `NodeMessage.heartbeat`.
  case sendHeartbeat(NodeStatus)

  /// Park every worker at a safepoint; `workersParked` with this number when they are.
  case stopWorkers(pause: UInt64)
  case resumeWorkers

  /// Finish sweeping; with `clearMarks`, clear what an aborted attempt left behind; then
  /// `finishedPreparing`.
  case finishSweepAndClear(Epoch, clearMarks: Bool)
  /// Workers are parked. Barrier and allocate-black on; apply the batches held for this epoch.
  case arm(Epoch, members: [NodeID])
  /// Stop 1 is over; workers are about to be resumed with the barrier on: scan roots, mark.
  case startMarking(Epoch)
  /// Workers are parked. Barrier off, begin to sweep; later `sweepFinished`.
  case disarmAndSweep(Epoch)
  /// Workers may run. Barrier off; queues, unsent and known references are discarded.
  case abortMarking(Epoch)
  /// Collectors do so much and hold; then `walked`.
  case walk(WalkOrder)
  /// Nobody walks this cycle any more: collectors work as ever.
  case endWalk
  /// Feed `markState` at once, taken after this action.
  case sampleMarkState

  /// This process is that node of the cluster now.
  case joined(Welcome)
  /// The same again: by a new coordinator, or over a new connection to the old one. What was said
  /// to it, and by it, since the last time may be lost.
  case welcomed(Welcome)
  case membersChanged(version: UInt64, [Member])
  /// Discard what that incarnation sent, refuse what it sends, fail what waits for it.
  case fence(NodeID)
  /// Finish or fail what is owed to others, take nothing new; then `drained`.
  case drainForLeaving
  /// A message that is none of the protocol's, of this term.
  case forward(CoordinatorMessage)
  /// End the process.
  case exit(ExitReason)
  case note(NodeNote)
}

package enum ExitReason: Hashable, Sendable {
  case refused(String)
  case left
  case shutDown
  /// No coordinator for the configured time.
  case orphaned(after: Duration)
}

/// What is worth a line in the log.
package enum NodeNote: Hashable, Sendable {
  case leaseEnded(StopNumber, Epoch)
  case coordinatorLost(silentFor: Duration)
  case coordinatorFound(Term)
  case aborted(Epoch, reason: String)
  case ignored(CoordinatorMessage, reason: String)
}
