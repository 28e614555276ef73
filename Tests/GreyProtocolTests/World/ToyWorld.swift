// A seeded world for the protocol alone: one coordinator, a few nodes whose marking is a toy
// (numbers of grey things, no heap), control channels that keep their order but not their pace,
// batches that overtake each other, and everything that goes wrong: deaths, freezes, broken
// connections, joins, leaves, coordinators that die halfway through what they were about to do.
//
// The world knows what no machine knows, all of the cluster at one moment, and checks it with
// every action (`ToyWorld+Checks.swift`). After the troubles it heals and demands an end to every
// wait. The same seed gives the same history; a violation names seed and last events.

import GreyBasics
import GreyWire

@testable import GreyProtocol

struct Violation: Error, CustomStringConvertible {
  var seed: UInt64
  var what: String
  var trace: [String]
  var description: String {
    "seed \(seed): \(what)\n" + trace.joined(separator: "\n")
  }
}

struct Troubles {
  var nodes = 3
  /// Delay of a control message or batch: mostly below this.
  var delay: Duration = .milliseconds(1)
  /// One in this many messages takes up to `longDelay`; 0: none.
  var longEvery = 0
  var longDelay: Duration = .seconds(6)
  /// One in this many pauses takes up to `longDelay`; 0: none.
  var stuckEvery = 0
  var deaths = 0
  var freezes = 0
  var joins = 0
  var leaves = 0
  var breaks = 0
  var crashes = 0
  var inspections = 0
  /// The last crash is not followed by a new coordinator.
  var staysDown = false
  var detector = DetectorKind.channelCounts

  /// What a seed draws.
  init(_ random: inout SplitMix) {
    nodes = 1 + random.below(4)
    delay = .microseconds(100 << random.below(6))
    if random.chance(1, in: 2) { longEvery = 20 + random.below(200) }
    if random.chance(1, in: 3) { stuckEvery = 2 + random.below(20) }
    if random.chance(1, in: 2) { deaths = random.below(3) }
    if random.chance(1, in: 3) { freezes = random.below(3) }
    if random.chance(1, in: 2) { joins = random.below(4) }
    if random.chance(1, in: 3) { leaves = random.below(2) }
    if random.chance(1, in: 3) { breaks = random.below(4) }
    if random.chance(1, in: 3) { crashes = random.below(3) }
    if random.chance(1, in: 3) { inspections = random.below(3) }
    if random.chance(1, in: 2) { detector = .fourCounters }
  }
  init() {}
}

final class ToyWorld {
  enum Event {
    case toCoordinator(process: Int, NodeID, Term, NodeMessage)
    case toNode(process: Int, Term, CoordinatorMessage)
    case batch(to: Int, BatchGate.Batch)
    case coordinatorTick(generation: Int)
    case nodeTick(process: Int)
    case node(process: Int, NodeInput)
    case markStep(process: Int, Epoch)
    case coordinator(generation: Int, CoordinatorInput)
    case trouble(Trouble)
  }

  enum Trouble {
    case death, freeze, join, leave, connectionBreak, crash, restart, collect, inspect
  }

  let seed: UInt64
  let rules: RuleSet
  let troubles: Troubles
  let configuration: ProtocolConfiguration
  var random: SplitMix
  var now = Moment.zero
  var queue = EventQueue<Event>()
  var trace: [String] = []
  var isHealed = false
  /// Text costs more than the world; a history is told when it is lived a second time.
  let isTracing: Bool

  var coordinator: CoordinatorMachine?
  /// Counts coordinators; what was scheduled for an earlier one is void.
  var coordinatorGeneration = 0
  /// When its next tick is due; one more than needed does no harm.
  var coordinatorTickAt = Moment.distantFuture
  var durable: DurableState?
  /// Which process is reached under an id, as this coordinator's socket knows it.
  var bound: [NodeID: Int] = [:]
  var nodes: [ToyNode] = []

  // What has ever been true.
  var decided: Set<Epoch> = []
  var aborted: Set<Epoch> = []
  var started: Set<Epoch> = []
  var owners: [NodeID: Int] = [:]
  var nextRequest: UInt64 = 0
  var openRequests: Set<UInt64> = []
  var finishedCycles = 0
  var steps = 0
  var falseCandidates = 0
  var cancelledStops = 0

  init(
    seed: UInt64, rules: RuleSet = .all, troubles given: Troubles? = nil, isTracing: Bool = false
  ) throws {
    self.seed = seed
    self.isTracing = isTracing
    self.rules = rules
    random = SplitMix(seed: seed)
    var drawn = Troubles(&random)
    if let given { drawn = given }
    troubles = drawn
    var timeouts = Timeouts()
    // Fewer heartbeats, quicker histories; everything else as in a real cluster.
    timeouts.heartbeat = .seconds(2)
    configuration = ProtocolConfiguration(
      cluster: "toy", timeouts: timeouts, detector: drawn.detector, rules: rules)
    try startCoordinator()
    for _ in 0..<drawn.nodes { try startNode() }
  }

  // MARK: Running

  func run(until end: Moment) throws {
    while let next = queue.nextTime, next <= end { try step() }
    now = end
  }

  func step() throws {
    steps += 1
    if steps > 30_000 { throw violated("events without end") }
    guard let (time, event) = queue.takeNext() else { return }
    now = time
    switch event {
    case .toCoordinator(let process, let node, let term, let message):
      guard coordinator != nil else { return }
      if case .hello(let hello) = message {
        try give(.hello(ConnectionID(rawValue: UInt64(process)), hello))
      } else {
        if bound[node] == nil { bound[node] = process }
        try give(.message(from: node, term: term, message))
      }
    case .toNode(let process, let term, let message):
      try give(.message(term: term, message), to: process)
    case .batch(let process, let batch): try takeBatch(batch, at: process)
    case .coordinatorTick(let generation):
      guard generation == coordinatorGeneration, coordinator != nil else { return }
      coordinatorTickAt = .distantFuture
      try give(.tick)
    case .nodeTick(let process):
      nodes[process].tickAt = .distantFuture
      if nodes[process].isAlive { try checkPause(of: process) }
      try give(.tick, to: process)
    case .node(let process, let input): try give(input, to: process)
    case .markStep(let process, let epoch): try markStep(process, epoch)
    case .coordinator(let generation, let input):
      guard generation == coordinatorGeneration, coordinator != nil else { return }
      try give(input)
    case .trouble(let trouble): try make(trouble)
    }
  }

  func log(_ line: @autoclosure () -> String) {
    guard isTracing else { return }
    let text = line()
    // Heartbeats would be most of every story.
    guard !text.contains("eartbeat") else { return }
    trace.append("  \(now.nanoseconds / 1000) us  \(text)")
    if trace.count > 400 { trace.removeFirst(200) }
  }

  func violated(_ what: String) -> Violation {
    Violation(seed: seed, what: what, trace: Array(trace.suffix(80)))
  }

  // MARK: The coordinator

  func startCoordinator() throws {
    coordinatorGeneration += 1
    coordinatorTickAt = .distantFuture
    bound = [:]
    let (machine, actions) = CoordinatorMachine.start(
      configuration, recovering: durable, now: now)
    coordinator = machine
    log("coordinator of term \(machine.term) starts")
    for action in actions { try perform(action) }
    scheduleCoordinatorTick()
  }

  func give(_ input: CoordinatorInput) throws {
    if case .tick = input {} else { log("coordinator <- \(input)") }
    guard let actions = coordinator?.handle(input, now: now) else { return }
    for action in actions {
      try perform(action)
      if coordinator == nil { return }
    }
    scheduleCoordinatorTick()
  }

  func scheduleCoordinatorTick() {
    guard let deadline = coordinator?.nextDeadline, deadline < coordinatorTickAt else { return }
    coordinatorTickAt = max(deadline, now) + .microseconds(1 + random.below(500))
    queue.schedule(.coordinatorTick(generation: coordinatorGeneration), at: coordinatorTickAt)
  }

  func perform(_ action: CoordinatorAction) throws {
    try check(action)
    switch action {
    case .persist(let state): durable = state
    case .bind(let node, let connection): bound[node] = Int(connection.rawValue)
    case .reply(let connection, let message):
      transmit(to: Int(connection.rawValue), message)
    case .send(let node, let message):
      if let process = bound[node] { transmit(to: process, message) }
    case .cycleFinished(_, let requests):
      finishedCycles += 1
      openRequests.subtract(requests)
    case .collectRefused(let requests, _): openRequests.subtract(requests)
    case .inspectionReady(let request, _, _):
      let wait = Duration.milliseconds(random.below(3_000))
      queue.schedule(
        .coordinator(
          generation: coordinatorGeneration, .inspectionDone(request: request)), at: now + wait)
    case .note(let note):
      if case .falseCandidate = note { falseCandidates += 1 }
      if case .stopCancelled = note { cancelledStops += 1 }
      log("coordinator: \(note)")
    case .transition(let from, let to, let cause): log("coordinator \(from) -> \(to): \(cause)")
    case .held:
      queue.schedule(
        .coordinator(generation: coordinatorGeneration, .stepOn(stride())),
        at: now + .milliseconds(random.below(3_000)))
    case .forward, .membersChanged, .inspectionFailed, .stepDown: break
    }
  }

  private func transmit(to process: Int, _ message: CoordinatorMessage) {
    guard let term = coordinator?.term, nodes[process].isAlive else { return }
    let arrival = max(nodes[process].lastToNode, now + delay())
    nodes[process].lastToNode = arrival
    queue.schedule(.toNode(process: process, term, message), at: arrival)
  }

  func delay() -> Duration {
    if !isHealed, troubles.longEvery > 0, random.chance(1, in: troubles.longEvery) {
      return .nanoseconds(random.below(Int(troubles.longDelay.nanoseconds)))
    }
    return .nanoseconds(1_000 + random.below(Int(troubles.delay.nanoseconds)))
  }

  func collect() throws {
    nextRequest += 1
    openRequests.insert(nextRequest)
    try give(.collect(.command(request: nextRequest), stepped: random.chance(1, in: 8)))
  }
}
