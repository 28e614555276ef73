// A coordinator by itself: it is real, the nodes only listen. What is sent to each is written down,
// and a connection that is cut loses it. A successor begins with what this one has written.

import GreyBasics
import GreyEvents
import GreyMutator
import GreyProtocol
import GreyWire
import Testing

@testable import GreyEngine

/// A coordinator, and what two nodes hear of it.
final class Reign {
  let engine: CoordinatorEngine
  private(set) var heard: [Int: [CoordinatorMessage]] = [:]
  /// Everything that was written down, in order, and how much each node had heard at that time.
  private(set) var written: [(bytes: [UInt8], heard: [Int: Int])] = []
  private(set) var replies: [ControlReply] = []
  private(set) var logged: [Event] = []
  /// The attempt that each of those belongs to.
  private(set) var epochs: [Epoch] = []
  private(set) var watched: [Int32] = []
  private(set) var now: Moment

  /// - Parameters:
  ///   - wall: seconds since 1970 at its beginning.
  ///   - moment: the same in seconds of a count that no other process needs to share.
  init(after durable: [UInt8]? = nil, wall: Int = 0, moment: Int = 1) throws {
    now = Moment(nanoseconds: UInt64(moment) * 1_000_000_000)
    var configuration = CoordinatorConfiguration(
      cluster: "test",
      protocolConfiguration: ProtocolConfiguration(
        cluster: "test", wireVersion: WireVersion.current, settings: Self.settings),
      host: "here")
    configuration.wallTime = WallTime(nanoseconds: UInt64(wall) * 1_000_000_000)
    engine = try CoordinatorEngine(
      configuration: configuration, library: WorkloadLibrary([Waiting.self]), durable: durable,
      now: now)
  }

  static let settings = [
    Setting("GOGC", "100"), Setting("GOMEMLIMIT", "off"), Setting("log_level", "info"),
  ]

  func give(_ input: CoordinatorEngineInput) throws {
    now = now + .milliseconds(1)
    for effect in engine.handle(input, now: now) {
      switch effect {
      case .sendToNode(let connection, let bytes, _):
        heard[Int(connection[0]), default: []].append(try CoordinatorMessage.open(bytes).message)
      case .persist(let bytes): written.append((bytes, heard.mapValues(\.count)))
      case .reply(_, let bytes): replies.append(try ControlReply(parsing: bytes))
      case .log(let event, let epoch):
        logged.append(event)
        epochs.append(epoch)
      case .watch(let pid, _): watched.append(pid)
      case .exit: break
      }
    }
  }

  /// A process connects: for the first time, or because it found a new coordinator.
  func hello(
    _ process: Int, as node: NodeID = .none, term: Term = .zero, host: String = "here"
  ) throws {
    let hello = Hello(
      version: WireVersion.current, cluster: "test", pid: UInt32(process), processStart: 1,
      host: host, endpoint: "ipc:\(process)", node: node, term: term, highestEpoch: .zero,
      members: engine.memberNodes.map { Member(node: $0, endpoint: "ipc:\($0.rawValue)") })
    let envelope = ControlEnvelope(term: term, clusterName: "test")
    try give(
      .nodeFrame(
        connection: [UInt8(process)], NodeMessage.hello(hello).encoded(in: envelope)))
  }

  func ask(_ verb: ControlVerb, timeoutUs: Int? = nil) throws {
    let request = ControlRequest(id: "1", verb: verb, timeoutUs: timeoutUs)
    try give(.control(client: [99], Array(request.line.utf8)))
  }

  /// Nothing happens but that time passes, and the members give signs of life.
  func pass(seconds: Int) throws {
    var status = NodeStatus()
    status.triggerBytes = 1 << 20
    for _ in 0..<seconds {
      now = now + .seconds(1)
      try give(.tick)
      try say(.heartbeat(status), from: engine.memberNodes.map { Int($0.rawValue) })
    }
  }

  /// Each of these nodes says so; a node's routing name is its number.
  func say(_ message: NodeMessage, from nodes: [Int]) throws {
    let envelope = ControlEnvelope(term: engine.machine.term, clusterName: "test")
    for node in nodes {
      try give(.nodeFrame(connection: [UInt8(node)], message.encoded(in: envelope)))
    }
  }

  /// A whole cycle in which the nodes have nothing to do.
  func collect(_ nodes: [Int]) throws {
    try ask(.gc(timeoutUs: nil))
    try finishCycle(nodes)
  }

  /// The cycle that is being prepared.
  /// - Parameter meanwhile: while it marks.
  func finishCycle(_ nodes: [Int], meanwhile: () throws -> Void = {}) throws {
    func report() throws {
      try say(
        .report(
          MarkReport(
            epoch: engine.machine.durable.highestEpoch,
            membersVersion: engine.machine.durable.membersVersion, wave: 0,
            stop: engine.phase.stop ?? .zero, isIdle: true, channels: [])), from: nodes)
    }
    let epoch = engine.machine.durable.highestEpoch
    try say(.prepared(epoch: epoch), from: nodes)
    for number in 1...2 {
      if number == 2 { try meanwhile() }
      let stop = try #require(engine.phase.stop)
      try say(.stopped(stop: stop, epoch: epoch, stopNanoseconds: 1), from: nodes)
      try report()
    }
    #expect(engine.decidedEpoch == epoch)
    try say(.swept(SweepReport(epoch: epoch)), from: nodes)
    #expect(!engine.machine.isSweeping)
  }

  /// The final reply to the last request.
  func answer<Answer: ControlResult>(_ verb: ControlVerb) throws -> Answer {
    try ask(verb)
    return try lastAnswer()
  }

  func lastAnswer<Answer: ControlResult>() throws -> Answer {
    let reply = try #require(replies.last)
    guard case .result(let json) = reply.content else { return try Answer(.null) }
    return try Answer(json)
  }

  func orders(of run: RunID, to process: Int) -> [String] {
    (heard[process] ?? []).compactMap { message in
      switch message {
      case .startRun(let description) where description.run == run: "start"
      case .cancelRun(run): "drop"
      default: nil
      }
    }
  }
}
