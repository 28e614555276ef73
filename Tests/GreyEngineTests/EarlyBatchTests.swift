// A batch that comes before its epoch is armed: the rule `hold-early`, at the node's engine.
//
// Stop 1 ends only when everybody is armed, so a batch comes early only where something else has
// gone wrong too (a member that the coordinator does not wait for; a lease that ended). Its sender
// counts what is in it as known to be shaded and never sends it again. The rule is what makes a
// node safe by itself: here the engine is real, and the test is its coordinator and its peer.

import GreyBasics
import GreyEngine
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire
import Testing

/// Node 1 of two, driven by hand.
private final class LoneNode {
  let engine: NodeEngine
  private var now = Moment(nanoseconds: 1_000_000_000)
  private let term = Term(rawValue: 1)
  private(set) var told: [NodeMessage] = []
  private var frames: UInt64 = 0

  init(rules: RuleSet) throws {
    let identity = NodeIdentity(
      cluster: "test", wireVersion: WireVersion.current, pid: 1, processStart: 1, host: "here",
      endpoint: "ipc:1")
    var configuration = NodeConfiguration(
      identity: identity,
      protocolConfiguration: ProtocolConfiguration(
        cluster: "test", wireVersion: WireVersion.current, rules: rules))
    configuration.arenaBytes = 4 << 20
    configuration.poisonsFreed = true
    engine = NodeEngine(
      configuration: configuration, library: WorkloadLibrary([]), wakeups: NodeWakeups(),
      now: now)
    try give(.coordinatorReached)
    let members = (1...2).map { Member(node: NodeID($0), endpoint: "ipc:\($0)") }
    try say(
      .welcome(
        Welcome(
          term: term, node: NodeID(1), highestEpoch: .zero, membersVersion: 1, members: members,
          settings: [])))
    try hear(
      .hello(
        version: WireVersion.current, cluster: "test", term: term, from: NodeID(2), to: NodeID(1),
        next: 1))
  }

  var heap: Heap { get throws { try #require(engine.core).heap } }

  private func give(_ input: NodeEngineInput) throws {
    now = now + .milliseconds(1)
    for case .sendToCoordinator(let bytes) in engine.handle(input, now: now) {
      told.append(try NodeMessage.open(bytes).message)
    }
  }

  /// The coordinator says something.
  func say(_ message: CoordinatorMessage) throws {
    let envelope = ControlEnvelope(term: term, clusterName: "test")
    try give(.coordinatorFrame(message.encoded(in: envelope)))
    try turn()
  }

  private func hear(_ frame: LinkFrame) throws {
    try give(.peerFrame(from: NodeID(2), frame.encoded()))
  }

  /// A batch comes from node 2.
  func hearGrey(_ epoch: Epoch, _ references: [Reference]) throws {
    frames += 1
    let batch = PeerMessage.grey(epoch: epoch, references: references.map(\.rawValue))
    try hear(
      .data(
        sequence: frames, flags: [], acknowledgement: nil, payload: try batch.encoded()))
  }

  /// All threads of the node get turns until nothing moves any more.
  func turn() throws {
    for _ in 0..<20 {
      guard let core = engine.core else { return }
      for worker in core.workers { _ = worker.quantum(now: now, budget: 100) }
      for background in core.backgrounds { _ = background.quantum(now: now) }
      try give(.signalled)
    }
  }

  var isStopped: Bool {
    told.contains { if case .stopped = $0 { true } else { false } }
  }
}

@Suite struct EarlyBatchTests {
  private let epoch = Epoch(rawValue: 1)
  private let first = StopNumber(rawValue: 1)
  private let second = StopNumber(rawValue: 2)

  /// Node 2's only reference to an object of node 1 is in a batch that comes before stop 1; whether
  /// the object outlives the cycle that is decided afterwards.
  private func outlives(_ rules: RuleSet, early: Bool) throws -> Bool {
    let node = try LoneNode(rules: rules)
    let heap = try node.heap
    let type = try heap.types.append(
      TypeDescription(name: "pair", words: 2, referenceWords: [0, 1]))
    let cache = heap.makeCache()
    let object = try cache.allocate(type: type)
    let garbage = try cache.allocate(type: type)
    cache.dropRuns()

    try node.say(.prepare(epoch: epoch))
    if early { try node.hearGrey(epoch, [object]) }
    let members = [NodeID(1), NodeID(2)]
    try node.say(
      .stopAndArm(epoch: epoch, stop: first, members: members, lease: .seconds(60)))
    #expect(node.isStopped)
    try node.say(.resume(stop: first))
    if !early { try node.hearGrey(epoch, [object]) }
    try node.turn()
    try node.say(.stopAndConfirm(epoch: epoch, stop: second, lease: .seconds(60)))
    try node.say(.sweep(epoch: epoch))
    try node.turn()
    #expect(!heap.isAllocated(address: garbage.address), "the cycle was completed")
    return heap.isAllocated(address: object.address)
  }

  @Test func whatIsInABatchThatComesEarlyLives() throws {
    #expect(try outlives(.all, early: false))
    #expect(try outlives(.all, early: true))
  }

  @Test func withoutTheRuleItIsLost() throws {
    let rules = RuleSet(without: [.holdEarly])
    #expect(try outlives(rules, early: false))
    #expect(try !outlives(rules, early: true))
  }
}
