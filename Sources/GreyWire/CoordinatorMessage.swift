// What the coordinator says to a node: a closed set.
//
// Everything that belongs to a cycle carries its term, its epoch and, where a stop is concerned,
// the number of that attempt; a node ignores what carries other numbers than those it is in. So a
// late message of a cancelled stop or of an aborted epoch is harmless without any further rule.

import GreyBasics

package enum CoordinatorMessage: Hashable, Sendable {
  /// The answer to a `hello` that was accepted: the node's incarnation, and the cluster's state.
  case welcome(Welcome)
  /// The answer to a `hello` that was not: the process says so and exits.
  case refuse(reason: String)
  /// The members from now on. Only between cycles does this add one.
  case members(version: UInt64, [Member])

  /// Finish sweeping; after an aborted attempt clear marks, queues and barrier buffers.
  case prepare(epoch: Epoch)
  /// Stop 1: stop every task at a safepoint, barrier and allocate-black on, answer.
  case stopAndArm(epoch: Epoch, stop: StopNumber, members: [NodeID], lease: Duration)
  /// Stop 2: stop, flush the barrier buffers, shade what comes in, answer with the counts.
  case stopAndConfirm(epoch: Epoch, stop: StopNumber, lease: Duration)
  /// A stop for `verify` and the like: nothing is armed or decided by it.
  case stopToInspect(stop: StopNumber, lease: Duration)
  /// Ends that stop, whatever it was for: after stop 1 and after a false candidate, mark on.
  case resume(stop: StopNumber)
  /// Marking of this epoch is complete everywhere: barrier off, resume, sweep.
  case sweep(epoch: Epoch)
  /// This epoch is over without a decision: barrier off, resume, never sweep it.
  case abort(epoch: Epoch)
  /// The cycle of this epoch is over: every member has swept. Who waited for a cycle goes on.
  case cycleEnded(epoch: Epoch)
  /// A task is parked at the memory limit: mark with every CPU until the cycle is over.
  case hurry
  /// A cycle that is walked by hand: do so much, hold, and answer `walked`.
  case walk(WalkOrder)
  /// Answer with a report now: one wave of a detector that counts in waves.
  case reportRequest(epoch: Epoch, wave: UInt64)

  /// This incarnation is dead to everyone: discard what it sent and refuse what it sends.
  case fence(node: NodeID)
  /// Change settings of the running node, as text: `GOGC=50`.
  case configure([Setting])
  /// Begin a run: types are defined from `firstType` on; the first task starts where it says.
  case startRun(RunDescription)
  /// Drop the run's tasks, globals and mailboxes.
  case cancelRun(RunID)
  /// Look into a stopped (or, where it says so, running) node; `body` is that inspection's own.
  case inspect(request: UInt64, kind: InspectionKind, body: [UInt8])
  /// Leave the cluster cleanly, as soon as nothing is owed to anybody.
  case leave
  /// The cluster goes down: end at once.
  case shutDown
  /// Answered by a heartbeat; its absence tells a node that the coordinator is gone.
  case heartbeat(sequence: UInt64)
}

package struct Member: Hashable, Sendable {
  package var node: NodeID
  /// Where its peers connect to.
  package var endpoint: String
  package init(node: NodeID, endpoint: String) {
    self.node = node
    self.endpoint = endpoint
  }
}

package struct Setting: Hashable, Sendable {
  package var key: String
  package var value: String
  package init(_ key: String, _ value: String) {
    self.key = key
    self.value = value
  }
}

package struct Welcome: Hashable, Sendable {
  package var term: Term
  package var node: NodeID
  /// No epoch at or below this one is ever used again.
  package var highestEpoch: Epoch
  package var membersVersion: UInt64
  package var members: [Member]
  package var settings: [Setting]
  package init(
    term: Term, node: NodeID, highestEpoch: Epoch, membersVersion: UInt64, members: [Member],
    settings: [Setting]
  ) {
    self.term = term
    self.node = node
    self.highestEpoch = highestEpoch
    self.membersVersion = membersVersion
    self.members = members
    self.settings = settings
  }
}

package struct RunDescription: Hashable, Sendable {
  package var run: RunID
  package var workload: String
  /// In the workload's own order, all of them, defaults filled in.
  package var parameters: [Setting]
  package var seed: UInt64
  /// The nodes that take part; the first one runs the run's first task.
  package var nodes: [NodeID]
  /// The run's types have the indices from here on, the same on every node.
  package var firstType: UInt16
  /// Zero: until the workload ends by itself.
  package var durationNanoseconds: UInt64
  package init(
    run: RunID, workload: String, parameters: [Setting], seed: UInt64, nodes: [NodeID],
    firstType: UInt16, durationNanoseconds: UInt64
  ) {
    self.run = run
    self.workload = workload
    self.parameters = parameters
    self.seed = seed
    self.nodes = nodes
    self.firstType = firstType
    self.durationNanoseconds = durationNanoseconds
  }
}

package enum InspectionKind: UInt8, Hashable, Sendable, CaseIterable {
  /// One round of the oracle's reachability (stopped).
  case reach = 1
  /// The spans, for `heap show` (running).
  case spans
  /// Figures under their `runtime/metrics` names (running).
  case metrics
  /// Finish sweeping, then answer (running).
  case finishSweep
  /// What every task is doing (running).
  case tasks
}
