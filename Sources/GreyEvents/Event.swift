// Everything that a process of a cluster can say in its log: a closed set.
//
// One case is one kind of event; its labels are the fields of the JSON line, with the unit in the
// name. The compiler derives both directions of the encoding from this declaration, so adding a
// case here is all it takes, and the levels and readable forms below will not compile without it.
// Fields that every line has (time, process, epoch) belong to `EventRecord`.

import GreyBasics

package enum Event: Hashable, Sendable, Codable {
  // Processes.
  case processStarted(pid: Int, cluster: String, version: String, commit: String, host: String)
  case processEnded(pid: Int, reason: String, exitCode: Int)
  /// Rules of the marking protocol are switched off: this cluster may lose objects on purpose.
  case unsafeLab(withoutRules: [String])
  case settingChanged(key: String, from: String, to: String)

  // Membership.
  case nodeJoined(node: NodeID, pid: Int, host: String, endpoint: String, members: [NodeID])
  case nodeLeft(node: NodeID, members: [NodeID])
  case nodeFenced(node: NodeID, cause: String, silentUs: Int, members: [NodeID])
  case nodeRefused(peer: String, reason: String)
  case coordinatorLost(term: Term, silentUs: Int)
  case coordinatorTakenOver(term: Term, members: [NodeID], highestEpoch: Epoch)

  // Phases.
  case phaseTransition(from: ClusterPhase, to: ClusterPhase, cause: String, term: Term)
  /// The world stands still: every member answered.
  case stopReached(stop: StopNumber, phase: ClusterPhase, nodes: Int, elapsedUs: Int)
  /// Somebody did not reach a safepoint in time. Everybody goes on.
  case stopCancelled(
    stop: StopNumber, phase: ClusterPhase, waitedUs: Int, blamed: [StopBlame], retryUs: Int)
  /// This node's lease ended before it heard how the stop ended.
  case leaseEnded(node: NodeID, stop: StopNumber, phase: ClusterPhase)
  /// Stop 2 found the counts unequal, or something grey: back to marking.
  case falseCandidate(wave: Int, reason: String)
  case cycleStarted(
    attempt: Epoch, trigger: CycleTrigger, reason: String, heapBytes: Int, triggerBytes: Int)
  case cycleAborted(phase: ClusterPhase, cause: String)
  case cycleFinished(CycleFigures)
  case pacerDecision(
    node: NodeID, goalBytes: Int, triggerBytes: Int, liveBytes: Int, assistRatio: Double,
    gcPercent: Int, limitBytes: Int?)

  // Runs.
  case runStarted(
    run: RunID, workload: String, parameters: JSON, seed: UInt64, nodes: [NodeID])
  case runOutput(run: RunID, node: NodeID, text: String)
  case runEnded(
    run: RunID, workload: String, ok: Bool, elapsedUs: Int, message: String, result: JSON)
  case runCancelled(run: RunID, workload: String, cause: String)

  // Links and frames.
  /// What came from this peer could not be decoded; it was counted and changed nothing.
  case malformedFrame(peer: String, reason: String, frameBytes: Int, total: Int)
  case linkStalled(peer: NodeID, queuedBytes: Int, windowBytes: Int)
  case linkResumed(peer: NodeID, stalledUs: Int)
  case linkReconnected(peer: NodeID, resentFrames: Int)
  /// Nothing that was sent to this peer has been confirmed for so long: the connection is made
  /// anew.
  case linkQuiet(peer: NodeID, quietUs: Int, queuedBytes: Int)

  /// Stops go over ZeroMQ and take longer: the socket of the stop lines cannot be bound.
  case stopLinesUnavailable(path: String, errno: Int, reason: String)

  // Heap.
  /// A task touched a slot that was freed: never in a cluster with every rule in force.
  /// `object` is not known when what the task held was no reference any more.
  case lostObject(run: RunID, node: NodeID, object: ObjectName?, detail: String)
  /// A run fails because a task of it, on `taskNode`, got no memory on `node`: no cycle made room
  /// below the limit, or it would never fit. Zero bytes: not known.
  case outOfMemory(
    run: RunID, node: NodeID, task: String, taskNode: NodeID, requestedBytes: Int, limitBytes: Int)
  case memoryReleased(bytes: Int)

  /// What a library has logged, by swift-log; `metadata` is an object of texts.
  case libraryMessage(level: EventLevel, source: String, text: String, metadata: JSON)
  /// What has no kind of its own and nobody computes with.
  case remark(text: String)
}

/// A node that did not stop in time, and the task that was running there, if it could say.
package struct StopBlame: Hashable, Sendable, Codable {
  package var node: NodeID
  package var task: String
  package init(node: NodeID, task: String) {
    self.node = node
    self.task = task
  }
}

extension Event {
  package var level: EventLevel {
    switch self {
    case .lostObject, .outOfMemory, .nodeFenced: .error
    case .unsafeLab, .nodeRefused, .coordinatorLost, .stopCancelled, .leaseEnded, .cycleAborted,
      .malformedFrame, .linkQuiet, .runCancelled, .stopLinesUnavailable:
      .warning
    case .libraryMessage(let level, _, _, _): level
    case .runEnded(_, _, let ok, _, _, _): ok ? .info : .error
    case .processEnded(_, _, let exitCode): exitCode == 0 ? .info : .error
    case .stopReached, .pacerDecision, .memoryReleased, .linkStalled, .linkResumed: .debug
    case .processStarted, .settingChanged, .nodeJoined, .nodeLeft, .coordinatorTakenOver,
      .phaseTransition, .falseCandidate, .cycleStarted, .cycleFinished, .runStarted, .runOutput,
      .linkReconnected, .remark:
      .info
    }
  }

  /// The epoch that the event itself carries, where it is about a certain one.
  package var ownEpoch: Epoch? {
    switch self {
    case .cycleFinished(let figures): figures.epoch
    case .cycleStarted(let attempt, _, _, _, _): attempt
    default: nil
    }
  }

  /// The node that the event is about, where that is not who wrote it.
  package var subject: NodeID? {
    switch self {
    case .nodeJoined(let node, _, _, _, _), .nodeLeft(let node, _), .nodeFenced(let node, _, _, _),
      .leaseEnded(let node, _, _), .runOutput(_, let node, _), .lostObject(_, let node, _, _),
      .outOfMemory(_, let node, _, _, _, _), .pacerDecision(let node, _, _, _, _, _, _):
      node
    case .linkStalled(let peer, _, _), .linkResumed(let peer, _), .linkReconnected(let peer, _),
      .linkQuiet(let peer, _, _):
      peer
    default: nil
    }
  }

  /// Everybody the event is about, beside who wrote it.
  package func concerns(_ node: NodeID) -> Bool {
    if subject == node { return true }
    if case .stopCancelled(_, _, _, let blamed, _) = self {
      return blamed.contains { $0.node == node }
    }
    return false
  }

  package var run: RunID? {
    switch self {
    case .runStarted(let run, _, _, _, _), .runOutput(let run, _, _),
      .runEnded(let run, _, _, _, _, _), .runCancelled(let run, _, _),
      .lostObject(let run, _, _, _), .outOfMemory(let run, _, _, _, _, _):
      run
    default: nil
    }
  }
}
