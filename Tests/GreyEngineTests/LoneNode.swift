// A node whose coordinator and whose only peer are the test: a real engine, driven by hand.

import GreyBasics
import GreyEngine
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire
import Testing

/// Node 1 of two, driven by hand.
final class LoneNode {
  let engine: NodeEngine
  private var now = Moment(nanoseconds: 1_000_000_000)
  private(set) var term = Term(rawValue: 1)
  private(set) var told: [NodeMessage] = []
  /// To its peer.
  private(set) var said: [LinkFrame] = []
  private(set) var logged: [Event] = []
  private var frames: UInt64 = 0

  init(
    rules: RuleSet, arenaBytes: Int = 4 << 20, library: [any Workload.Type] = []
  ) throws {
    let identity = NodeIdentity(
      cluster: "test", wireVersion: WireVersion.current, pid: 1, processStart: 1, host: "here",
      endpoint: "ipc:1")
    var configuration = NodeConfiguration(
      identity: identity,
      protocolConfiguration: ProtocolConfiguration(
        cluster: "test", wireVersion: WireVersion.current, rules: rules))
    configuration.arenaBytes = arenaBytes
    configuration.poisonsFreed = true
    engine = NodeEngine(
      configuration: configuration, library: WorkloadLibrary(library), wakeups: NodeWakeups(),
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
    for effect in engine.handle(input, now: now) {
      switch effect {
      case .sendToCoordinator(let bytes, _): told.append(try NodeMessage.open(bytes).message)
      case .sendToPeer(_, let bytes): said.append(try LinkFrame.decode(bytes).frame)
      case .log(let event, _): logged.append(event)
      default: break
      }
    }
  }

  /// The coordinator says something.
  func say(_ message: CoordinatorMessage) throws {
    let envelope = ControlEnvelope(term: term, clusterName: "test")
    try give(.coordinatorFrame(message.encoded(in: envelope)))
    try turn()
  }

  /// A new coordinator takes this node over, or the old one over a new connection.
  func welcomeAgain(in term: Term, settings: [Setting] = []) throws {
    self.term = term
    let members = (1...2).map { Member(node: NodeID($0), endpoint: "ipc:\($0)") }
    try say(
      .welcome(
        Welcome(
          term: term, node: NodeID(1), highestEpoch: .zero, membersVersion: 1, members: members,
          settings: settings)))
  }

  func startRun(_ workload: String, run: Int = 1, nodes: [Int] = [1]) throws {
    try say(
      .startRun(
        RunDescription(
          run: RunID(rawValue: UInt64(run)), workload: workload, parameters: [], seed: 1,
          nodes: nodes.map { NodeID($0) }, firstType: UInt16(run * 8), durationNanoseconds: 0)))
  }

  /// Its peer says something.
  func hear(_ frame: LinkFrame, for receiver: NodeID = NodeID(1)) throws {
    try give(.peerFrame(from: NodeID(2), frame.encoded(to: receiver)))
  }

  /// A batch comes from node 2.
  func hearGrey(_ epoch: Epoch, _ references: [Reference]) throws {
    frames += 1
    let batch = PeerMessage.grey(
      epoch: epoch, GreyBatch(references: references.map(\.rawValue)))
    try hear(
      .data(
        sequence: frames, flags: [], acknowledgement: nil, payload: try batch.encoded()))
  }

  /// Time passes, and what is due is done.
  func pass(_ time: Duration) throws {
    now = now + time
    try give(.tick)
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
