// The world of one experiment: a cluster of small nodes with a stirring workload, and the judge who
// looks at it whenever something is decided or swept.

import GreyBasics
import GreyEngine
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol

final class ExperimentWorld: WorldObserver {
  let experiment: Experiment
  let cluster: SimulatedCluster
  private var verdict = Verdict()
  private var faults: FaultPlan
  private var decided: Set<Epoch> = []
  /// FNV-1a, 64 bits.
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Thrown to end the run.
  private struct Found: Error { let violation: Violation }

  init(_ experiment: Experiment) throws {
    self.experiment = experiment
    let temper = experiment.temper
    faults = FaultPlan(temper)
    let library = WorkloadLibrary([Stir.self])
    var timeouts = Timeouts()
    timeouts.confirmLimit = .milliseconds(5) * (1 / temper.timeScale)
    timeouts.candidateBackoff = .microseconds(100)
    let protocolConfiguration = ProtocolConfiguration(
      cluster: "sim", timeouts: timeouts.scaled(by: temper.timeScale),
      detector: temper.fourCounters ? .fourCounters : .channelCounts, rules: experiment.rules)
    cluster = try SimulatedCluster(seed: experiment.seed, pace: temper.pace) { durable, now in
      try CoordinatorEngine(
        configuration: CoordinatorConfiguration(
          cluster: "sim", protocolConfiguration: protocolConfiguration),
        library: library, durable: durable, now: now)
    } makeNode: { index, wakeups in
      NodeEngine(
        configuration: Self.node(index, temper, protocolConfiguration), library: library,
        wakeups: wakeups, now: Moment(nanoseconds: 1_000_000_000))
    }
  }

  private static func node(
    _ index: Int, _ temper: Temper, _ protocolConfiguration: ProtocolConfiguration
  ) -> NodeConfiguration {
    var configuration = NodeConfiguration(
      identity: NodeIdentity(
        cluster: "sim", pid: UInt32(index + 1), processStart: UInt64(index + 1), host: "sim",
        endpoint: SimulatedCluster.endpoint(index)),
      protocolConfiguration: protocolConfiguration)
    configuration.arenaBytes = 4 << 20
    configuration.poisonsFreed = true
    configuration.growthPercent = temper.assists ? 100 : nil
    configuration.workers = temper.workers
    configuration.batchReferences = temper.batch
    configuration.link.acknowledgeAfter = .microseconds(Int64(temper.acknowledgeAfterUs))
    configuration.link.scaleTimes(by: temper.timeScale)
    configuration.drainLimit = configuration.drainLimit * temper.timeScale
    configuration.worker.checksEveryAccess = true
    configuration.worker.rootWordsAQuantum = temper.rootWords
    configuration.worker.messagesAQuantum = temper.messages
    configuration.worker.mailboxCapacity = 4
    return configuration
  }

  // MARK: Running

  func run(recording: Bool) throws -> Verdict {
    try prepare()
    if recording { cluster.recording = [] }
    let end = cluster.steps + experiment.temper.steps
    try judge {
      while cluster.steps < end { try cluster.step() }
    }
    verdict.recording = cluster.recording ?? []
    return verdict
  }

  func replay(_ steps: [DrawnStep]) throws -> Verdict {
    try prepare()
    try judge {
      for step in steps { try cluster.replay(step) }
    }
    return verdict
  }

  /// The cluster comes up and its run begins, which no seed needs to find its way through.
  private func prepare() throws {
    let temper = experiment.temper
    cluster.observer = self
    for _ in 0..<temper.nodes { cluster.addNode() }
    try cluster.runFairly(until: "every node to join") {
      cluster.coordinator.status.nodes.count == temper.nodes
        && cluster.processes.allSatisfy { $0.core != nil }
    }
    cluster.control(runRequest)
    let tasks = temper.nodes * (1 + temper.tasks)
    try cluster.runFairly(until: "the run to start") {
      cluster.processes.allSatisfy { $0.core != nil }
        && cluster.processes.reduce(0) { sum, process in
          sum + (process.core?.workers.reduce(0) { $0 + $1.taskCount } ?? 0)
        } > tasks
    }
    cluster.collectsContinuously = true
    guard temper.hasFaults else { return }
    cluster.runRequest = runRequest
    cluster.possibleFaults = { [unowned self] in faults.possible(in: $0) }
  }

  private var runRequest: [UInt8] {
    let temper = experiment.temper
    let request = ControlRequest(
      id: "run",
      verb: .run(
        workload: Stir.name,
        parameters: [
          "tasks": "\(temper.tasks)", "slots": "\(temper.slots)", "globals": "\(temper.globals)",
          "weights": temper.weights.map(String.init).joined(separator: ","),
        ],
        seed: experiment.seed, durationUs: nil, nodes: nil, detach: true))
    return Array(request.line.utf8)
  }

  /// The faults are over: every cycle ends, and what no run keeps is gone after two of them.
  private func settle() throws {
    cluster.possibleFaults = nil
    cluster.collectsContinuously = false
    cluster.runRequest = nil
    // The last one has left.
    if !cluster.processes.contains(where: \.isAlive) { cluster.addNode() }
    do {
      try cluster.runFairly(until: "every process to be a member, or gone") {
        let members = cluster.coordinator.memberNodes
        return cluster.processes.allSatisfy {
          !$0.isAlive || $0.core.map { members.contains($0.node) } ?? false
        } && members.allSatisfy { node in cluster.processes.contains { $0.core?.node == node } }
      }
      for run in cluster.coordinator.status.runs where run.state == .running {
        cluster.cancel(run.run)
      }
      try cluster.runFairly(until: "the tasks and messages of runs to go", atMost: 20_000) {
        cluster.processes.allSatisfy {
          $0.core?.workers.allSatisfy { $0.taskCount == 0 && $0.transitEntries == 0 } ?? true
        }
      }
      // One may be under way, one frees what floated in it, and one more is asked for.
      for _ in 0..<3 {
        let before = verdict.cycles
        cluster.askToCollect()
        try cluster.runFairly(until: "a cycle to end", atMost: 20_000) {
          verdict.cycles > before
            && cluster.coordinator.phase == .idle
            && cluster.processes.allSatisfy { $0.core?.heap.isSweeping != true }
        }
      }
    } catch let stuck as SimulatedCluster.Stuck { throw found(.stuck, "\(stuck)") }
    let check = WorldCheck(cluster)
    if check.allocated > 0 {
      throw found(
        .stuck, "\(check.allocated) objects are left, \(check.reachable) of them reachable")
    }
  }

  private func judge(_ body: () throws -> Void) throws {
    let start = cluster.steps
    do {
      try body()
      try check(marked: nil)
      if experiment.settles { try settle() }
    } catch let found as Found {
      verdict.violation = found.violation
    }
    verdict.steps = cluster.steps - start
    verdict.events = cluster.events.count
    verdict.faults = cluster.faults
    verdict.hash = hash
  }

  private func found(_ kind: Violation.Kind, _ detail: String) -> Found {
    Found(violation: Violation(kind: kind, step: cluster.steps, detail: detail))
  }

  private func check(marked epoch: Epoch?) throws {
    let check = WorldCheck(cluster, marked: epoch)
    verdict.objectsChecked += check.allocated
    if let loss = check.losses.first { throw found(.lostObject, "\(loss)") }
  }

  // MARK: What comes about

  func decided(_ epoch: Epoch, in cluster: SimulatedCluster) throws {
    verdict.cycles += 1
    decided.insert(epoch)
    try check(marked: epoch)
  }

  func sweeps(_ epoch: Epoch, at process: SimulatedProcess, in cluster: SimulatedCluster) throws {
    if experiment.rules.isComplete, !decided.contains(epoch) {
      throw found(.undecidedSweep, "process \(process.index) sweeps epoch \(epoch)")
    }
  }

  func swept(at process: SimulatedProcess, in cluster: SimulatedCluster) throws {
    try check(marked: nil)
  }

  func logged(_ event: Event, by process: Int, in cluster: SimulatedCluster) throws {
    let record = EventRecord(
      time: WallTime(nanoseconds: 0), moment: cluster.now,
      process: process < 0 ? .coordinator : .node(NodeID(process + 1)), event: event)
    for byte in EventLine.encode(record).utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
    if case .lostObject(_, _, _, let detail) = event { throw found(.freedSlot, detail) }
  }

  func stepped(_ actor: Actor, in cluster: SimulatedCluster) throws {
    if case .fault(let fault) = actor { faults.happened(fault) }
  }
}
