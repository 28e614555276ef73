// A whole cluster in one thread, from one seed: the same engines, links, heaps and collectors as in
// production, with a schedule instead of threads and a count instead of a clock.
//
// Each step draws one thing that could happen next: a message arrives, a worker runs a quantum, a
// collector runs one, or time passes. Every interleaving of quanta and messages that real threads
// could show at that granularity has some seed. Same seed, same run: nothing here looks at a clock,
// at an address or at the order of a set.

import GreyBasics
import GreyEngine
import GreyEvents
import GreyMutator

package final class SimulatedCluster {
  package final class Process {
    package let index: Int
    package fileprivate(set) var engine: NodeEngine
    /// Set by the node's threads (here: by its quanta), taken by the schedule.
    fileprivate let signal = Flag()
    package fileprivate(set) var isAlive = true
    package fileprivate(set) var exitReason: String?
    fileprivate var peers: [(node: NodeID, process: Int)] = []

    fileprivate init(index: Int, makeEngine: (NodeWakeups) -> NodeEngine) {
      self.index = index
      let signal = signal
      engine = makeEngine(NodeWakeups(engine: { signal.set() }))
    }

    package var core: NodeCore? { isAlive ? engine.core : nil }
  }

  package private(set) var now = Moment(nanoseconds: 1_000_000_000)
  package private(set) var steps = 0
  package private(set) var processes: [Process] = []
  package private(set) var coordinator: CoordinatorEngine
  /// Everything logged, in order: (process index or -1 for the coordinator, event).
  package private(set) var events: [(source: Int, event: Event)] = []
  package private(set) var replies: [[UInt8]] = []
  package private(set) var durable: [UInt8]?
  /// Called after every step; throws to end the run with its verdict.
  package var inspect: ((SimulatedCluster) throws -> Void)?

  private var network = SimulatedNetwork()
  private var random: SplitMix
  private let makeNode: (_ index: Int, NodeWakeups) -> NodeEngine

  /// - Parameters:
  ///   - makeNode: an engine whose peers reach it at the endpoint `sim://INDEX`.
  package init(
    seed: UInt64, coordinator: CoordinatorEngine,
    makeNode: @escaping (_ index: Int, NodeWakeups) -> NodeEngine
  ) {
    random = SplitMix(seed: seed)
    self.coordinator = coordinator
    self.makeNode = makeNode
  }

  package static func endpoint(_ index: Int) -> String { "sim://\(index)" }

  @discardableResult
  package func addNode() -> Process {
    let process = Process(index: processes.count) { makeNode(processes.count, $0) }
    processes.append(process)
    input(process, .coordinatorReached)
    return process
  }

  /// The process is gone without a word, as after SIGKILL.
  package func kill(_ index: Int) {
    processes[index].isAlive = false
    network.cut(.process(index))
    coordinatorInput(.processEnded(pid: Int32(index + 1), startTicks: UInt64(index + 1)))
  }

  package func leave(_ index: Int) { input(processes[index], .leaveRequested) }

  /// Sends a request of the control interface; the answers arrive in `replies`.
  package func control(_ request: [UInt8]) {
    network.send(request, from: .client(0), to: .coordinator)
  }

  package struct Stuck: Error, CustomStringConvertible {
    package let steps: Int
    package let waitingFor: String
    package var description: String { "nothing came of \(waitingFor) in \(steps) steps" }
  }

  /// Runs until `condition` holds.
  package func run(
    until waitingFor: String, atMost limit: Int = 2_000_000, _ condition: () -> Bool
  ) throws {
    let end = steps + limit
    while !condition() {
      guard steps < end else { throw Stuck(steps: limit, waitingFor: waitingFor) }
      try step()
    }
  }

  package func run(steps count: Int) throws {
    for _ in 0..<count { try step() }
  }

  // MARK: One step

  private func step() throws {
    steps += 1
    now = now + .nanoseconds(Int64(1_000 + random.below(9_000)))
    let alive = processes.filter(\.isAlive)
    let deliveries = min(network.deliverable, 8)
    let choice = random.below(deliveries + alive.count * 2 + 1)
    if choice < deliveries {
      deliver()
    } else if choice == deliveries + alive.count * 2 {
      passTime()
    } else {
      let process = alive[(choice - deliveries) / 2]
      quantum(process, ofWorker: (choice - deliveries) % 2 == 0)
    }
    try inspect?(self)
  }

  private func deliver() {
    let (channel, bytes) = network.deliver(random.below(network.deliverable))
    switch (channel.from, channel.to) {
    case (.process(let index), .coordinator):
      coordinatorInput(.nodeFrame(connection: Self.connection(index), bytes))
    case (.client(let index), .coordinator):
      coordinatorInput(.control(client: Self.connection(index), bytes))
    case (.coordinator, .process(let index)):
      input(processes[index], .coordinatorFrame(bytes))
    case (.process(let from), .process(let to)):
      let node = processes[from].engine.core?.node ?? .none
      input(processes[to], .peerFrame(from: node, bytes))
    default: replies.append(bytes)
    }
  }

  private func quantum(_ process: Process, ofWorker: Bool) {
    guard let core = process.core else { return }
    if ofWorker {
      _ = core.workers[random.below(core.workers.count)].quantum(
        now: now, budget: 1 + random.below(40))
    } else {
      _ = core.backgrounds[random.below(core.backgrounds.count)].quantum(
        now: now, objects: 1 + random.below(20), pages: 1 + random.below(4))
    }
    if process.signal.take() { input(process, .signalled) }
  }

  /// Ticks everybody whose deadline has come; when nothing is on its way, time jumps.
  private func passTime() {
    if network.deliverable == 0, random.chance(1, in: 4) {
      let next = processes.filter(\.isAlive).map(\.engine.nextDeadline)
        .reduce(coordinator.nextDeadline, min)
      if next > now, next < .distantFuture { now = min(next, now + .milliseconds(20)) }
    }
    if coordinator.nextDeadline <= now { coordinatorInput(.tick) }
    for process in processes where process.isAlive && process.engine.nextDeadline <= now {
      input(process, .tick)
    }
  }

  // MARK: Effects

  private func input(_ process: Process, _ input: NodeEngineInput) {
    guard process.isAlive else { return }
    let source = Party.process(process.index)
    for effect in process.engine.handle(input, now: now) {
      switch effect {
      case .sendToCoordinator(let bytes): network.send(bytes, from: source, to: .coordinator)
      case .connect(let node, let endpoint):
        process.peers.append((node, Int(endpoint.dropFirst("sim://".count))!))
      case .disconnect(let node): process.peers.removeAll { $0.node == node }
      case .sendToPeer(let node, let bytes):
        guard let peer = process.peers.first(where: { $0.node == node }) else { continue }
        guard processes[peer.process].isAlive else { continue }
        network.send(bytes, from: source, to: .process(peer.process))
      case .start, .wakeWorkers, .wakeCollectors: break
      case .log(let event): events.append((process.index, event))
      case .exit(_, let reason):
        process.exitReason = reason
        process.isAlive = false
      }
    }
  }

  private func coordinatorInput(_ input: CoordinatorEngineInput) {
    for effect in coordinator.handle(input, now: now) {
      switch effect {
      case .sendToNode(let connection, let bytes):
        let index = Self.index(connection)
        if processes[index].isAlive {
          network.send(bytes, from: .coordinator, to: .process(index))
        }
      case .reply(let client, let bytes):
        network.send(bytes, from: .coordinator, to: .client(Self.index(client)))
      case .watch: break
      case .persist(let bytes): durable = bytes
      case .log(let event): events.append((-1, event))
      case .exit: break
      }
    }
  }

  private static func connection(_ index: Int) -> RoutingName { [UInt8(index + 1)] }
  private static func index(_ connection: RoutingName) -> Int { Int(connection[0]) - 1 }
}

/// A mark left by one thread for another; the simulator has one thread, the type does not know.
final class Flag: @unchecked Sendable {
  private var isSet = false
  func set() { isSet = true }
  func take() -> Bool {
    defer { isSet = false }
    return isSet
  }
}
