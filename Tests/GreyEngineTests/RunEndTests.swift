// The end of a run is heard by every node, whoever is the coordinator by then.
//
// The coordinators are real, the nodes only listen: what is sent to each is written down, and a
// connection that is cut loses it.

import GreyBasics
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire
import Testing

@testable import GreyEngine

/// Never ends by itself.
private struct Waiting: Workload {
  static let name = "waiting"
  static let summary = "waits"
  static let parameters: [ParameterDescription] = []
  static let typeLimit = 1
  init(parameters: ParameterValues) throws(ParameterError) {}
  func types() throws(WorkloadError) -> [TypeDescription] { [] }
  var globals: Int { 0 }
  var functions: [FunctionDescription] {
    [FunctionDescription(name: "main", layout: FrameLayout(slots: 1)) { Forever() }]
  }
  final class Forever: TaskBody {
    func step(_ task: TaskContext, budget: Int) -> Step { .wait(.yield) }
  }
}

/// A coordinator, and what two nodes hear of it.
private final class Reign {
  let engine: CoordinatorEngine
  private(set) var heard: [Int: [CoordinatorMessage]] = [:]
  /// Everything that was written down, in order, and how much each node had heard at that time.
  private(set) var written: [(bytes: [UInt8], heard: [Int: Int])] = []
  private var now = Moment(nanoseconds: 1_000_000_000)

  init(after durable: [UInt8]? = nil) throws {
    let configuration = CoordinatorConfiguration(
      cluster: "test",
      protocolConfiguration: ProtocolConfiguration(
        cluster: "test", wireVersion: WireVersion.current))
    engine = try CoordinatorEngine(
      configuration: configuration, library: WorkloadLibrary([Waiting.self]), durable: durable,
      now: now)
  }

  private func give(_ input: CoordinatorEngineInput) throws {
    now = now + .milliseconds(1)
    for effect in engine.handle(input, now: now) {
      switch effect {
      case .sendToNode(let connection, let bytes):
        heard[Int(connection[0]), default: []].append(try CoordinatorMessage.open(bytes).message)
      case .persist(let bytes): written.append((bytes, heard.mapValues(\.count)))
      case .reply, .watch, .log, .exit: break
      }
    }
  }

  /// A process connects: for the first time, or because it found a new coordinator.
  func hello(_ process: Int, as node: NodeID = .none, term: Term = .zero) throws {
    let hello = Hello(
      version: WireVersion.current, cluster: "test", pid: UInt32(process), processStart: 1,
      host: "here", endpoint: "ipc:\(process)", node: node, term: term, highestEpoch: .zero,
      members: engine.memberNodes.map { Member(node: $0, endpoint: "ipc:\($0.rawValue)") })
    let envelope = ControlEnvelope(term: term, clusterName: "test")
    try give(
      .nodeFrame(
        connection: [UInt8(process)], NodeMessage.hello(hello).encoded(in: envelope)))
  }

  func ask(_ verb: ControlVerb) throws {
    try give(.control(client: [99], Array(ControlRequest(id: "1", verb: verb).line.utf8)))
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

@Suite struct RunEndTests {
  private let run = RunID(rawValue: 1)
  private var start: ControlVerb {
    .run(
      workload: "waiting", parameters: [:], seed: 1, durationUs: nil, nodes: nil, detach: true)
  }

  @Test func aCancelledRunIsDurableBeforeAnybodyHearsOfIt() throws {
    let reign = try Reign()
    try reign.hello(1)
    try reign.hello(2)
    try reign.ask(start)
    let before = reign.written.count
    try reign.ask(.cancel(run: run))
    #expect(reign.orders(of: run, to: 1) == ["start", "drop"])
    let end = try #require(reign.written.dropFirst(before).first)
    #expect(end.heard[1] == (reign.heard[1]?.count ?? 0) - 1, "written before it was sent")
  }

  @Test func aSuccessorTellsOfTheEndWhoeverHasNotHeardOfIt() throws {
    let first = try Reign()
    try first.hello(1)
    try first.hello(2)
    #expect(first.engine.memberNodes == [NodeID(1), NodeID(2)])
    try first.ask(start)
    try first.ask(.cancel(run: run))
    // The connection to node 2 is cut, its order lost, and then the coordinator dies.
    let second = try Reign(after: first.written.last?.bytes)
    #expect(!second.engine.isRunning)
    for process in 1...2 {
      try second.hello(process, as: NodeID(process), term: Term(rawValue: 1))
      #expect(second.orders(of: run, to: process) == ["drop"])
    }
    // And so does the one after it.
    let third = try Reign(after: second.written.last?.bytes)
    try third.hello(2, as: NodeID(2), term: Term(rawValue: 2))
    #expect(third.orders(of: run, to: 2) == ["drop"])
  }

  @Test func aRunThatStillRunsIsStartedAgainAndNotDropped() throws {
    let first = try Reign()
    try first.hello(1)
    try first.ask(start)
    let second = try Reign(after: first.written.last?.bytes)
    try second.hello(1, as: NodeID(1), term: Term(rawValue: 1))
    #expect(second.orders(of: run, to: 1) == ["start"])
    #expect(second.engine.isRunning)
  }

  @Test func itIsForgottenWhenEverybodyHasAnsweredInALaterCycle() {
    func epoch(_ number: Int) -> Epoch { Epoch(rawValue: UInt64(number)) }
    var table = RunTable(EngineMemory(settings: []), cycles: 0, now: .zero)
    func description(_ run: Int) -> RunDescription {
      RunDescription(
        run: RunID(rawValue: UInt64(run)), workload: "w", parameters: [], seed: 0,
        nodes: [NodeID(run)], firstType: 1, durationNanoseconds: 0)
    }
    table.noteEnd(description(1), epoch: epoch(4))
    table.noteEnd(description(2), epoch: epoch(5))
    // Epoch 4 was under way when run 1 ended: its PREPARE may have gone before the order.
    table.noteCycle(epoch(4))
    #expect(table.untold.map(\.run.rawValue) == [1, 2])
    #expect(table.over(on: NodeID(1)) == [RunID(rawValue: 1)])
    #expect(table.over(on: NodeID(3)).isEmpty)
    table.noteCycle(epoch(5))
    #expect(table.untold.map(\.run.rawValue) == [2])
    table.noteCycle(epoch(7))
    #expect(table.untold.isEmpty)
    for run in 1...1_500 { table.noteEnd(description(run), epoch: epoch(8)) }
    #expect(table.untold.count == 1_000, "bounded, the oldest go")
    #expect(table.untold.first?.run.rawValue == 501)
  }
}
