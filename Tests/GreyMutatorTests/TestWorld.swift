// Two or three nodes in one thread: their heaps, collectors and workers, and a perfect network.
//
// The world does by hand what the engine does: it carries messages, acknowledgements and grey
// batches, stops, arms, confirms and sweeps. Links are first in, first out; what is delivered next
// is the test's choice (or a seed's). Marks are checked against an oracle that shares no code with
// the marker, at the moment when they are said to be complete and nothing is swept yet.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyMutator
import GreyWire

final class TestNode {
  let id: NodeID
  let heap: Heap
  let collector: Collector
  let environment: MutatorEnvironment
  let workers: [Worker]
  let marker: Marker
  var scannedWorkers: Set<Int> = []
  var isDead = false

  init(
    id: NodeID, rules: RuleSet, workers count: Int, limitBytes: Int?,
    configuration: WorkerConfiguration
  ) throws {
    self.id = id
    heap = try Heap(
      configuration: HeapConfiguration(
        node: id, arenaBytes: 64 << 20, limitBytes: limitBytes, poisonFreed: true),
      types: TypeTable())
    heap.rules = rules
    collector = Collector(heap: heap, rules: rules)
    environment = MutatorEnvironment(
      node: id, heap: heap, collector: collector, rules: rules,
      library: WorkloadLibrary([PuppetWorkload.self, ChaosWorkload.self]), workers: count,
      configuration: configuration)
    let environment = environment
    workers = (0..<count).map { Worker(index: $0, environment: environment) }
    marker = collector.makeMarker()
  }
}

struct Parcel {
  let from: NodeID
  let to: NodeID
  let sequence: UInt64
  let transit: UInt64
  let message: MutatorMessage
}

final class TestWorld {
  let nodes: [TestNode]
  let rules: RuleSet
  var now = Moment(nanoseconds: 1)
  /// By link, in order: index `from * nodes + to`.
  var links: [[Parcel]]
  /// Acknowledgements under way: which transit entry of which node they free.
  var acknowledgements: [(node: NodeID, transit: UInt64)] = []
  /// Sent and not known to be placed: by receiver, sender and sequence.
  var unplaced: [String: UInt64] = [:]
  var sequence: UInt64 = 0
  var epoch = Epoch.zero
  var isMarking = false
  var batches: [(from: NodeID, to: NodeID, references: GreyBatch)] = []
  var cycles = 0

  // What the workers said.
  var ended: [(run: RunID, ok: Bool, message: String, result: String)] = []
  var memoryFailures: [MemoryFailure] = []
  var lost: [(object: Reference, place: String)] = []
  var outputs: [String] = []
  var wanted: [Epoch] = []
  var rootReports = 0

  init(
    nodes count: Int, rules: RuleSet = .all, workers: Int = 1, limitBytes: Int? = nil,
    configuration: WorkerConfiguration = WorkerConfiguration()
  ) throws {
    self.rules = rules
    nodes = try (1...count).map {
      try TestNode(
        id: NodeID($0), rules: rules, workers: workers, limitBytes: limitBytes,
        configuration: configuration)
    }
    links = Array(repeating: [], count: count * count)
    let all = nodes.map(\.id)
    tell(.members(all))
  }

  subscript(_ id: NodeID) -> TestNode { nodes[Int(id.rawValue) - 1] }
  subscript(_ index: Int) -> TestNode { nodes[index - 1] }

  func tell(_ input: WorkerInput) {
    for node in nodes where !node.isDead {
      for worker in node.workers { require(worker.inbox.put(input)) }
    }
  }

  /// Starts a run on all nodes; its first task is on the first one.
  @discardableResult
  func start(
    _ workload: String, run: UInt64 = 1, seed: UInt64 = 1, parameters: [(String, String)] = [],
    duration: UInt64 = 0, only: [Int]? = nil
  ) -> RunID {
    let description = description(workload, run, seed, parameters, duration)
    for node in nodes where only?.contains(Int(node.id.rawValue)) ?? true {
      for worker in node.workers {
        _ = worker.inbox.put(
          .startRun(description, startsFirstTask: node === nodes[0] && worker.index == 0))
      }
    }
    return description.run
  }

  func description(
    _ workload: String, _ run: UInt64, _ seed: UInt64, _ parameters: [(String, String)],
    _ duration: UInt64
  ) -> RunDescription {
    RunDescription(
      run: RunID(rawValue: run), workload: workload,
      parameters: parameters.map { Setting($0.0, $0.1) }, seed: seed, nodes: nodes.map(\.id),
      firstType: UInt16(1 + 16 * run), durationNanoseconds: duration)
  }

  // MARK: one step of something

  @discardableResult
  func quantum(_ node: TestNode, worker: Int = 0, budget: Int = 100) -> WorkerState {
    guard !node.isDead else { return .idle(until: nil) }
    let state = node.workers[worker].quantum(now: now, budget: budget)
    collectOutput(node, node.workers[worker])
    return state
  }

  /// Lets the node's workers do `count` quanta each.
  func run(_ node: Int, _ count: Int = 1) {
    for _ in 0..<count {
      for worker in self[node].workers.indices { quantum(self[node], worker: worker) }
    }
  }

  func collectOutput(_ node: TestNode, _ worker: Worker) {
    for output in worker.outbox.takeAll() {
      switch output {
      case .send(let to, let transit, let message):
        sequence += 1
        unplaced["\(to.rawValue)/\(node.id.rawValue)/\(sequence)"] = transit
        guard !self[to].isDead else { continue }
        links[link(node.id, to)].append(
          Parcel(
            from: node.id, to: to, sequence: sequence, transit: transit, message: message))
      case .placed(let from, let number):
        let key = "\(node.id.rawValue)/\(from.rawValue)/\(number)"
        if let transit = unplaced.removeValue(forKey: key), transit != 0 {
          acknowledgements.append((from, transit))
        }
      case .rootsScanned(let epoch):
        rootReports += 1
        if epoch == self.epoch { node.scannedWorkers.insert(worker.index) }
      case .runOutput(_, let text): outputs.append(text)
      case .runEnded(let run, let ok, let message, let result, let memory):
        ended.append((run, ok, message, result))
        if let memory { memoryFailures.append(memory) }
      case .lostObject(_, let object, let place): lost.append((object, place))
      case .wantsCollection(let after, _, _): wanted.append(after)
      case .tasks(_, let summaries): outputs += summaries.map(\.state)
      case .log(let text): outputs.append(text)
      }
    }
  }

  private func link(_ from: NodeID, _ to: NodeID) -> Int {
    (Int(from.rawValue) - 1) * nodes.count + Int(to.rawValue) - 1
  }

  /// Delivers the oldest message of a link, if there is one.
  @discardableResult
  func deliver(from: Int, to: Int) -> Bool {
    deliver(link: link(NodeID(from), NodeID(to)))
  }

  @discardableResult
  func deliver(link: Int) -> Bool {
    guard !links[link].isEmpty else { return false }
    let parcel = links[link].removeFirst()
    let node = self[parcel.to]
    if node.isDead { return true }
    let worker = node.workers[parcel.message.worker(of: node.workers.count)]
    return worker.inbox.put(
      .message(from: parcel.from, sequence: parcel.sequence, parcel.message))
  }

  @discardableResult
  func acknowledge(_ index: Int = 0) -> Bool {
    guard index < acknowledgements.count else { return false }
    let (id, transit) = acknowledgements.remove(at: index)
    let node = self[id]
    let worker = MutatorMessage.worker(ofTransit: transit)
    if !node.isDead { _ = node.workers[worker].inbox.put(.placed(transit: transit)) }
    return true
  }

  /// Carries everything and runs everybody until nothing moves.
  func settle(rounds: Int = 400) {
    for _ in 0..<rounds {
      var moved = false
      for index in links.indices { while deliver(link: index) { moved = true } }
      while acknowledge() { moved = true }
      for node in nodes {
        for worker in node.workers.indices where quantum(node, worker: worker) == .ran {
          moved = true
        }
      }
      now = now + .microseconds(100)
      if !moved { return }
    }
  }
}

/// Puts that must not fail in a test.
func require(_ done: Bool) { precondition(done, "a test's own queue is full") }
