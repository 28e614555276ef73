// What the coordinator's machine wants done: a closed set, to be carried out in order.
//
// Order is part of the protocol: a `persist` is on disk before the next action is begun.

import GreyBasics
import GreyWire

package enum CoordinatorAction: Hashable, Sendable {
  case persist(DurableState)
  /// From now on `node` is reached by this connection (and by no other).
  case bind(NodeID, ConnectionID)
  /// To a process that has no id, or that is not to be spoken to by its id.
  case reply(ConnectionID, CoordinatorMessage)
  case send(to: NodeID, CoordinatorMessage)
  /// A message that is none of the protocol's, from a member in this term.
  case forward(from: NodeID, NodeMessage)

  case transition(from: CoordinatorPhase, to: CoordinatorPhase, cause: String)
  case note(CoordinatorNote)
  case membersChanged(version: UInt64, [DurableMember])
  /// Every member has swept (or is gone): `requests` are the commands that asked for it.
  case cycleFinished(CycleSummary, requests: [UInt64])
  /// These commands will not be answered by a cycle.
  case collectRefused(requests: [UInt64], reason: String)
  /// A stepped cycle holds here until `stepOn`.
  case held(Hold)
  /// The world stands still for this inspection until `inspectionDone`.
  case inspectionReady(request: UInt64, stop: StopNumber, nodes: [NodeID])
  /// It ended, or never began, without `inspectionDone`.
  case inspectionFailed(request: UInt64, reason: String)
  /// Another coordinator of a higher term reigns: end this process.
  case stepDown(Term)
}

/// Where a stepped cycle waits.
package enum HoldPoint: UInt8, Hashable, Sendable, CaseIterable {
  /// Every member is prepared; no stop yet.
  case prepared = 1
  /// Everyone is stopped with the barrier on.
  case armed
  /// Tasks run with their barriers on; collectors have marked what they were allowed to.
  case marking
  /// Marking looks complete; tasks run.
  case candidate
  /// Everyone is stopped and marking is complete; nothing is decided.
  case confirmed
  /// Tasks run; collectors have swept what they were allowed to.
  case sweeping
}

/// A stepped cycle that waits for a person.
package struct Hold: Hashable, Sendable {
  package var point: HoldPoint
  package var epoch: Epoch
  /// What the step before allowed: objects in `marking`, pages in `sweeping`.
  package var quantum: UInt64 = 0
  /// The newest answer of each node that gave one, in the order of their ids.
  package var nodes: [NodeID] = []
  package var reports: [WalkReport] = []
  package init(_ point: HoldPoint, epoch: Epoch) {
    self.point = point
    self.epoch = epoch
  }
}

/// How far a stepped cycle goes before it holds again.
package enum Stride: Hashable, Sendable {
  /// In `marking` and `sweeping`: so many objects (and as many pages as hold about so many) on
  /// every node. Elsewhere as `phase`.
  case quantum(UInt64)
  /// To the next phase.
  case phase
  /// To the end of the cycle, without holding.
  case toEnd
}

/// Where the coordinator is.
package enum CoordinatorPhase: Hashable, Sendable, CustomStringConvertible {
  /// Of a restarted coordinator: not every member of the old term has answered or been fenced.
  case recovering
  case idle
  case preparing(Epoch)
  case stoppingToArm(Epoch, StopNumber)
  case marking(Epoch)
  case stoppingToConfirm(Epoch, StopNumber)
  case inspecting(StopNumber)

  /// The epoch that can still be aborted.
  package var undecided: Epoch? {
    switch self {
    case .recovering, .idle, .inspecting: nil
    case .preparing(let epoch), .stoppingToArm(let epoch, _), .marking(let epoch),
      .stoppingToConfirm(let epoch, _):
      epoch
    }
  }

  package var stop: StopNumber? {
    switch self {
    case .recovering, .idle, .preparing, .marking: nil
    case .stoppingToArm(_, let stop), .stoppingToConfirm(_, let stop), .inspecting(let stop): stop
    }
  }

  package var description: String {
    switch self {
    case .recovering: "recovering"
    case .idle: "idle"
    case .preparing: "prepare"
    case .stoppingToArm: "stop 1"
    case .marking: "mark"
    case .stoppingToConfirm: "stop 2"
    case .inspecting: "inspect"
    }
  }
}

/// What is worth a line in the log.
package enum CoordinatorNote: Hashable, Sendable {
  /// A member that had not answered when a stop was cancelled, and the task that it last named.
  package struct Silent: Hashable, Sendable {
    package var node: NodeID
    package var runningTask: String
    package init(node: NodeID, runningTask: String) {
      self.node = node
      self.runningTask = runningTask
    }
  }

  case joined(DurableMember)
  case joinQueued(ConnectionID, waiting: Int)
  case refused(ConnectionID, reason: String)
  case takenOver(NodeID)
  case left(NodeID)
  case fenced(NodeID, reason: String)
  case cycleStarted(Epoch, CollectCause)
  case stopCancelled(StopNumber, Epoch, reason: String, silent: [Silent], retryAfter: Duration)
  case leaseEnded(NodeID, StopNumber, Epoch)
  /// These members have been asked to prepare for so long and have not answered.
  case prepareSlow(Epoch, [NodeID], waited: Duration)
  case falseCandidate(Epoch, count: UInt64)
  case aborted(Epoch, reason: String)
  case decided(Epoch)
  case recovered(members: Int)
  /// The process itself did not run for so long; nobody is blamed for that time.
  case wasStalled(Duration)
  /// A stepped cycle goes on by itself.
  case walksOn(Epoch, reason: String)
  case ignored(NodeID, NodeMessage, reason: String)
}
