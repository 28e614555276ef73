// Liveness: the faults are over, everything that stood still goes on, and then whatever the cluster
// still has to do must come to its end.
//
// Every living process becomes a member or goes; every task that waits for something gets it or is
// told that it will not; every cycle that is asked for ends; and once nothing runs any more,
// nothing is left in any heap after the cycle that is under way and two more.

import GreyBasics
import GreyCollector
import GreyEngine
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol

extension ExperimentWorld {
  func settle() throws {
    cluster.repair()
    cluster.possibleFaults = nil
    cluster.runRequest = nil
    // All others may be about to leave.
    cluster.addNode()
    try wait(for: "every process to be a member, or gone") { isComplete }
    // Collections still follow each other: some tasks wait for memory.
    try wait(for: "every task to go on") { workers.allSatisfy(isGoingOn) }
    cluster.collectsContinuously = false
    for run in cluster.coordinator.status.runs where run.state == .running {
      cluster.cancel(run.run)
    }
    try wait(for: "the tasks and messages of runs to go") {
      workers.allSatisfy { $0.taskCount == 0 && $0.transitEntries == 0 }
    }
    for _ in 0..<3 { try collect() }
    let check = WorldCheck(cluster)
    if check.allocated > 0 {
      throw found(
        .stuck, "\(check.allocated) objects are left, \(check.reachable) of them reachable")
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

  private func wait(for what: String, _ condition: () -> Bool) throws {
    try cluster.runFairly(until: what, atMost: patience, condition)
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
    try wait(for: "a cycle to end") {
      verdict.cycles > before && cluster.coordinator.phase == .idle
        && cluster.processes.allSatisfy { process in
          // One that has not heard of the decision is still armed.
          process.core.map { $0.collector.armedEpoch == .zero && !$0.heap.isSweeping } ?? true
        }
    }
  }
}
