// Some nodes in one thread, with a perfect network, for running a workload from beginning to end.
//
// The cluster does by hand what the engine does: it carries messages and acknowledgements, and runs
// marking cycles beside the tasks, again and again (`TestCluster+Cycle`). Time is a counter.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyMutator
import GreyWire
import GreyWorkloads

final class TestNode {
  let id: NodeID
  let heap: Heap
  let collector: Collector
  let environment: MutatorEnvironment
  let worker: Worker
  let marker: Marker
  var hasScannedRoots = false

  init(id: NodeID, limitBytes: Int?) throws {
    self.id = id
    heap = try Heap(
      configuration: HeapConfiguration(
        node: id, arenaBytes: 64 << 20, limitBytes: limitBytes, poisonFreed: true),
      types: TypeTable())
    collector = Collector(heap: heap, rules: .all)
    environment = MutatorEnvironment(
      node: id, heap: heap, collector: collector, rules: .all,
      library: WorkloadLibrary(Workloads.all + [Chain.self]))
    worker = Worker(index: 0, environment: environment)
    marker = collector.makeMarker()
  }
}

final class TestCluster {
  struct Ending {
    let ok: Bool
    let message: String
    let result: String
  }

  let nodes: [TestNode]
  /// Rounds between the end of a cycle and the next one's beginning; nil: only when asked for.
  let roundsBetweenCycles: Int?
  let budget: Int
  private(set) var now = Moment(nanoseconds: 1)
  private(set) var round = 0

  var phase = CyclePhase.idle
  var epoch = Epoch.zero
  var cycles = 0
  var idleSince = 0
  var isCollectionWanted = false

  private(set) var ending: Ending?
  private(set) var lost: [String] = []
  private(set) var output = ""
  /// The run's types have the indices from here on.
  static let firstType = 1

  init(
    nodes count: Int, roundsBetweenCycles: Int? = 20, budget: Int = 400, limitBytes: Int? = nil
  ) throws {
    nodes = try (1...count).map { try TestNode(id: NodeID($0), limitBytes: limitBytes) }
    self.roundsBetweenCycles = roundsBetweenCycles
    self.budget = budget
    tell(.members(nodes.map(\.id)))
  }

  subscript(_ id: NodeID) -> TestNode { nodes[Int(id.rawValue) - 1] }

  func tell(_ input: WorkerInput) {
    for node in nodes { node.worker.inbox.putAlways(input) }
  }

  /// Runs a workload to its end, or until `rounds` are over (nil then). `meddle` is called before
  /// every round.
  func run(
    _ workload: String, _ parameters: [String: String] = [:], seed: UInt64 = 1,
    duration: Duration = .zero, rounds: Int = 400_000, meddle: (TestCluster) -> Void = { _ in }
  ) -> Ending? {
    let description = RunDescription(
      run: RunID(rawValue: 1), workload: workload,
      parameters: parameters.sorted { $0.key < $1.key }.map { Setting($0.key, $0.value) },
      seed: seed, nodes: nodes.map(\.id), firstType: UInt16(Self.firstType),
      durationNanoseconds: UInt64(duration.nanoseconds))
    for node in nodes {
      node.worker.inbox.putAlways(.startRun(description, startsFirstTask: node === nodes[0]))
    }
    for _ in 0..<rounds {
      meddle(self)
      step()
      if let ending { return ending }
    }
    return nil
  }

  /// A quantum of every worker and a piece of the cycle that is under way.
  func step() {
    round += 1
    now = now + .microseconds(10)
    for node in nodes { quantum(node) }
    advanceCycle()
  }

  @discardableResult
  func quantum(_ node: TestNode) -> WorkerState {
    let state = node.worker.quantum(now: now, budget: budget)
    for output in node.worker.outbox.takeAll() { take(output, of: node) }
    return state
  }

  private func take(_ output: WorkerOutput, of node: TestNode) {
    switch output {
    // A transit number is as good a sequence number as any: zero where there is nothing to free.
    case .send(let to, let transit, let message):
      self[to].worker.inbox.putAlways(
        .message(from: node.id, sequence: transit, message))
    case .placed(let from, let sequence):
      if sequence != 0 { self[from].worker.inbox.putAlways(.placed(transit: sequence)) }
    case .rootsScanned(let epoch): if epoch == self.epoch { node.hasScannedRoots = true }
    case .runOutput(_, let text): self.output += text
    case .runEnded(_, let ok, let message, let result, _):
      if ending == nil { ending = Ending(ok: ok, message: message, result: result) }
    case .lostObject(_, _, let place): lost.append(place)
    case .wantsCollection: isCollectionWanted = true
    case .log, .tasks: break
    }
  }

  /// Every object of the run's type with that place among its types.
  func forEachObject(
    ofType type: Int, _ body: (TestNode, UnsafeMutablePointer<UInt64>, _ words: Int) -> Void
  ) {
    for node in nodes {
      node.heap.forEachObject { location, _ in
        guard Int(location.type.rawValue) == Self.firstType + type,
          let words = UnsafeMutablePointer<UInt64>(bitPattern: location.base)
        else { return }
        body(node, words, location.bytes / 8)
      }
    }
  }

  func objects(ofTypes types: PartialRangeFrom<Int>) -> Int {
    var count = 0
    for node in nodes {
      node.heap.forEachObject { location, _ in
        if types.contains(Int(location.type.rawValue) - Self.firstType) { count += 1 }
      }
    }
    return count
  }
}
