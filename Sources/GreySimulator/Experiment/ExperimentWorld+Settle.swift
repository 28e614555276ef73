// Liveness: the faults are over, everything that stood still goes on, and then whatever the cluster
// still has to do must come to its end.
//
// While no coordinator is there, no node stands still for longer than its lease. Once one is there
// again every living process becomes a member or goes. A cycle that is asked for ends although
// tasks go on as before. Then tasks rest: every one that waits for something gets it or is told
// that it will not, and what was given to a task arrives there, once. From an idle cluster on,
// whose last leaver has gone, two cycles leave nothing but what is reachable, and when no run is
// left, two more leave nothing.

import GreyBasics
import GreyCollector
import GreyEngine
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol

extension ExperimentWorld {
  func settle() throws {
    cluster.possibleFaults = nil
    cluster.runRequest = nil
    cluster.repair()
    try standWithoutCoordinator()
    // All others may be about to leave.
    cluster.addNode()
    try wait(for: "every process to be a member, or gone") { isComplete }
    let before = verdict.cycles
    try wait(for: "a cycle to end while tasks run", drawing: experiment.seed) {
      verdict.cycles > before
    }
    // Collections still follow each other: some tasks wait for memory.
    try wait(for: "every task to go on") { workers.allSatisfy(isGoingOn) }
    try waitForRest()
    if nobodyWasLost {
      try wait(for: "every task to have received, once, what it was given") {
        cluster.draws.received == cluster.draws.given
      }
    }
    try wait(for: "every message to be placed") { workers.allSatisfy { $0.transitEntries == 0 } }
    cluster.collectsContinuously = false
    try collectAll("while tasks rest")
    for run in cluster.coordinator.status.runs where run.state == .running {
      cluster.cancel(run.run)
    }
    try wait(for: "the tasks and messages of runs to go") {
      workers.allSatisfy { $0.taskCount == 0 && $0.transitEntries == 0 }
    }
    try collectAll("when no run is left")
  }

  /// Every task has had its turn, and none did anything but rest: who was about to end or to drop
  /// something has done so.
  private func waitForRest() throws {
    var (activity, rounds) = (-1, 0)
    try wait(for: "tasks to rest") {
      rounds = activity == cluster.draws.activity ? rounds + 1 : 0
      activity = cluster.draws.activity
      return rounds > 4 + 2 * (workers.map(\.taskCount).max() ?? 0)
    }
  }

  /// Where the coordinator may be gone for long it goes now, in the midst of a stop if one comes
  /// soon: a node that it has stopped goes on by itself.
  private func standWithoutCoordinator() throws {
    if experiment.temper.faults.absences > 0, cluster.isCoordinatorUp {
      do {
        try cluster.runFairly(until: "a stop", atMost: 5_000) {
          cluster.view.phase.stop != nil
            && cluster.processes.contains { $0.core?.stop.allParked == true }
        }
      } catch is SimulatedCluster.Stuck {}
      cluster.killCoordinator()
    }
    if cluster.isCoordinatorUp { return }
    // Who gives up on the coordinator for good and is stopped to the end has not gone on.
    var stopped = cluster.processes.filter { $0.core != nil }
    try wait(for: "every node to go on without a coordinator") {
      stopped.removeAll { $0.core.map { $0.stop.requested == 0 } ?? !$0.isOrphan }
      return stopped.isEmpty || stopped.contains(where: \.isOrphan)
    }
    if let orphan = stopped.first {
      throw found(
        .stuck, "process \(orphan.index) has ended, and its tasks stood still to the end: \(state)",
        nature: "every node to go on without a coordinator")
    }
    try cluster.reviveCoordinator()
  }

  /// No task that was to receive something, and no node on its way, is gone.
  private var nobodyWasLost: Bool {
    cluster.processes.allSatisfy(\.isAlive)
      && cluster.coordinator.status.runs.allSatisfy { $0.state == .running }
  }

  private func collectAll(_ when: String) throws {
    try wait(for: "the cluster to be idle") { isIdle }
    let cycles = 2
    // What a node that was about to leave still held is garbage when it is gone.
    var living: [Int]
    repeat {
      living = cluster.processes.filter(\.isAlive).map(\.index)
      for _ in 0..<cycles { try collect() }
    } while living != cluster.processes.filter(\.isAlive).map(\.index)
    let check = WorldCheck(cluster)
    let left = check.allocated - check.reachable
    if left > 0 {
      throw found(
        .stuck, "\(left) objects are left that nobody can reach, after \(cycles) cycles \(when)",
        nature: "garbage \(when)")
    }
  }

  private var workers: [Worker] { cluster.processes.flatMap { $0.core?.workers ?? [] } }

  /// Every living process is a member, and every member is a living process.
  private var isComplete: Bool {
    let members = cluster.coordinator.memberNodes
    return cluster.processes.allSatisfy {
      !$0.isAlive || $0.core.map { members.contains($0.node) } ?? false
    } && members.allSatisfy { node in cluster.processes.contains { $0.core?.node == node } }
  }

  /// Whatever is waited for has come by then, or will not come.
  ///
  /// What tasks and threads do by themselves is counted in turns: `patience` of them. What only
  /// time brings about is counted by the clock. Each such thing has a limit in `Timeouts` or in the
  /// link's configuration. In the worst case these pass one after the other: who is gone, or cannot
  /// be reached, is fenced (10 s), its place in a stop is given up (2 s), the next attempt waits
  /// for its back-off (10 s), what was lost is sent again (4 s) and asked for (8 s). Together that
  /// is less than `orphan` (60 s), after which even a node that nobody ever speaks to again is
  /// gone; what the end of that chain brings about may need it once more. So: twice `orphan`,
  /// scaled as all of them are.
  ///
  /// So that this does not take millions of turns, time goes on by as much in a round of everybody
  /// as leaves a stop 64 rounds, and the last deliveries within stop 2 16 of theirs: what answers
  /// takes three or four.
  private func wait(
    for what: String, drawing seed: UInt64? = nil, _ condition: () -> Bool
  ) throws {
    let share = Double(experiment.patience) / Double(Experiment.usualPatience)
    try cluster.runFairly(
      until: what, atMost: patience, andFor: timeouts.orphan * (2 * share),
      round: min(timeouts.stopLimit / 64, timeouts.confirmLimit / 16), drawing: seed, condition)
  }

  /// Stirrers only rest by now, and keepers wait for messages: that alone may last.
  private func isGoingOn(_ worker: Worker) -> Bool {
    worker.requestsOut == 0
      && worker.taskSummaries.allSatisfy {
        $0.state == "runnable" || $0.state == "waits for a message"
      }
  }

  /// Where everybody is, for whoever has to find out what they wait for.
  var state: String {
    let coordinator = cluster.coordinator
    var parts = [
      "coordinator \(coordinator.phase), members "
        + coordinator.memberNodes.map(\.description).joined(separator: " ")
    ]
    for process in cluster.processes where process.isAlive {
      guard let core = process.core else {
        parts.append("process \(process.index) has not joined")
        continue
      }
      let tasks = core.workers.reduce(0) { $0 + $1.taskCount }
      let roots = core.workers.reduce(0) { $0 + $1.transitEntries }
      let requests = core.workers.reduce(0) { $0 + $1.requestsOut }
      let held = core.workers.reduce(0) { $0 + $1.messagesHeld }
      parts.append(
        "process \(process.index) is \(core.node), armed \(core.collector.armedEpoch), stop "
          + "\(core.stop.requested), sweeping \(core.heap.isSweeping), \(tasks) tasks, "
          + "\(requests) requests, \(roots) messages not placed, \(held) held")
      for task in core.workers.flatMap(\.taskSummaries) {
        parts.append("\(task.function) \(task.task) of run \(task.run) \(task.state)")
      }
    }
    for run in coordinator.status.runs { parts.append("run \(run.run) \(run.state.rawValue)") }
    return parts.joined(separator: "; ")
  }

  private func collect() throws {
    let before = verdict.cycles
    cluster.askToCollect()
    try wait(for: "a cycle to end") { verdict.cycles > before && isIdle }
  }

  private var isIdle: Bool {
    cluster.coordinator.phase == .idle
      && cluster.processes.allSatisfy { process in
        // One that has not heard of the decision is still armed.
        process.core.map { $0.collector.armedEpoch == .zero && !$0.heap.isSweeping } ?? true
      }
  }
}
