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
  /// Told of every turn, after it.
  var narrator: Narrator?
  var verdict = Verdict()
  /// The objects on the way to a lost one, which is the last.
  var lost: [Reference] = []
  private var faults: FaultPlan
  /// In force: those of the temper's time scale.
  let timeouts: Timeouts
  var decided: Set<Epoch> = []
  /// Of each process, by its index.
  var barriers: [BarrierGlance] = []
  var isHashing = true
  /// FNV-1a, 64 bits.
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Thrown to end the run.
  struct Found: Error { let violation: Violation }

  init(_ experiment: Experiment) throws {
    self.experiment = experiment
    let temper = experiment.temper
    faults = FaultPlan(temper)
    let library = WorkloadLibrary([Stir.self])
    var timeouts = Timeouts()
    timeouts.confirmLimit = .milliseconds(5) * (1 / temper.timeScale)
    timeouts.candidateBackoff = .microseconds(100)
    self.timeouts = timeouts.scaled(by: temper.timeScale)
    let protocolConfiguration = ProtocolConfiguration(
      cluster: "sim", timeouts: self.timeouts,
      detector: temper.fourCounters ? .fourCounters : .channelCounts, rules: experiment.rules)
    cluster = try SimulatedCluster(seed: experiment.seed, pace: temper.pace) { durable, now in
      try CoordinatorEngine(
        configuration: CoordinatorConfiguration(
          cluster: "sim", protocolConfiguration: protocolConfiguration, host: "sim"),
        library: library, durable: durable, now: now)
    } makeNode: { index, endpoint, wakeups in
      NodeEngine(
        configuration: Self.node(index, endpoint, temper, protocolConfiguration),
        library: library, wakeups: wakeups, now: Moment(nanoseconds: 1_000_000_000))
    }
  }

  private static func node(
    _ index: Int, _ endpoint: String, _ temper: Temper,
    _ protocolConfiguration: ProtocolConfiguration
  ) -> NodeConfiguration {
    var configuration = NodeConfiguration(
      identity: NodeIdentity(
        cluster: "sim", pid: UInt32(index + 1), processStart: UInt64(index + 1), host: "sim",
        endpoint: endpoint),
      protocolConfiguration: protocolConfiguration)
    configuration.arenaBytes = 4 << 20
    configuration.limitBytes = temper.heapBytes
    configuration.worker.memoryPatience = .seconds(1) * temper.timeScale
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
    try judge {
      if recording { cluster.recording = [] }
      let end = cluster.steps + experiment.temper.steps
      // A run that has not seen a cycle end has not seen much.
      let last = end + 3 * experiment.temper.steps
      while cluster.steps < end || verdict.cycles == 0 && cluster.steps < last {
        try cluster.step()
      }
    }
    verdict.recording = cluster.recording ?? []
    return verdict
  }

  func replay(_ steps: [DrawnStep], telling: Bool = false) throws -> Verdict {
    try judge {
      if telling { narrator = Narrator(cluster) }
      for step in steps { try cluster.replay(step) }
    }
    return verdict
  }

  /// The cluster comes up and its run begins, which no seed needs to find its way through.
  private func prepare() throws {
    let temper = experiment.temper
    cluster.observer = self
    cluster.playsRaces = experiment.playsRaces
    cluster.keepsEvents = false
    for _ in 0..<temper.nodes { cluster.addNode() }
    try cluster.runFairly(until: "every node to join", atMost: patience) {
      cluster.coordinator.memberNodes.count == temper.nodes
        && cluster.processes.allSatisfy { $0.core != nil }
    }
    cluster.control(runRequest)
    let tasks = temper.nodes * (1 + temper.tasks)
    try cluster.runFairly(until: "the run to start", atMost: patience) {
      cluster.processes.allSatisfy { $0.core != nil }
        && cluster.processes.reduce(0) { sum, process in
          sum + (process.core?.workers.reduce(0) { $0 + $1.taskCount } ?? 0)
        } > tasks
    }
    cluster.collectsContinuously = true
    guard temper.faults.isAny else { return }
    cluster.runRequest = runRequest
    cluster.possibleFaults = { [unowned self] in faults.possible(in: $0, &$1) }
  }

  /// More, where more have to agree.
  var patience: Int {
    experiment.patience * max(1, cluster.processes.count * cluster.processes.count / 25)
  }

  var runRequest: [UInt8] {
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

  private func judge(_ body: () throws -> Void) throws {
    try cluster.drawing { try judged(body) }
  }

  private func judged(_ body: () throws -> Void) throws {
    var start = cluster.steps
    do {
      do {
        try prepare()
        start = cluster.steps
        try body()
        verdict.cyclesUnderLoad = verdict.cycles
        try check(marked: nil)
        if experiment.settles { try settle() }
      } catch let stuck as SimulatedCluster.Stuck {
        throw found(.stuck, "\(stuck): \(state)", nature: stuck.waitingFor)
      }
    } catch let found as Found {
      verdict.violation = found.violation
    }
    verdict.steps = cluster.steps - start
    verdict.events = cluster.steps
    verdict.microseconds = Int((cluster.now - SimulatedProcess.Clock.start).microseconds)
    verdict.logged = cluster.logged
    verdict.faults = cluster.faults
    verdict.memoryWaits = cluster.draws.memoryWaits
    verdict.hash = isHashing ? hash : 0
  }

  func found(_ kind: Violation.Kind, _ detail: String, nature: String = "") -> Found {
    Found(violation: Violation(kind: kind, step: cluster.steps, detail: detail, nature: nature))
  }

  func stepped(_ actor: Actor, in cluster: SimulatedCluster) throws {
    if case .fault(let fault) = actor { faults.happened(fault) }
    narrator?.stepped(actor, in: cluster)
    try checkBarriers()
  }
}
