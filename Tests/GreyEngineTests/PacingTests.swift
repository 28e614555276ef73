// What a node says to the pacer of the cluster, and what a coordinator makes of it.

import GreyBasics
import GreyCollector
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire
import Testing

@testable import GreyEngine

/// Node 1, welcomed with these settings.
private final class PacedNode {
  let engine: NodeEngine
  private var now = Moment(nanoseconds: 1_000_000_000)
  private let term = Term(rawValue: 1)
  private(set) var told: [NodeMessage] = []

  init(heapLimit: Int?, settings: [Setting]) throws {
    var configuration = NodeConfiguration(
      identity: NodeIdentity(
        cluster: "test", wireVersion: WireVersion.current, pid: 1, processStart: 1, host: "here",
        endpoint: "ipc:1"),
      protocolConfiguration: ProtocolConfiguration(
        cluster: "test", wireVersion: WireVersion.current))
    configuration.arenaBytes = 64 << 20
    configuration.limitBytes = heapLimit
    configuration.workers = 2
    engine = NodeEngine(
      configuration: configuration, library: WorkloadLibrary([]), wakeups: NodeWakeups(),
      now: now)
    give(.coordinatorReached)
    try say(
      .welcome(
        Welcome(
          term: term, node: NodeID(1), highestEpoch: .zero, membersVersion: 1,
          members: [Member(node: NodeID(1), endpoint: "ipc:1")], settings: settings)))
  }

  private func give(_ input: NodeEngineInput) {
    now = now + .milliseconds(1)
    for case .sendToCoordinator(let bytes, _) in engine.handle(input, now: now) {
      if let opened = try? NodeMessage.open(bytes) { told.append(opened.message) }
    }
  }

  func say(_ message: CoordinatorMessage) throws {
    let envelope = ControlEnvelope(term: term, clusterName: "test")
    give(.coordinatorFrame(try message.encoded(in: envelope)))
  }

  func pass(_ time: Duration) {
    now = now + time
    give(.tick)
  }

  /// In no time: the engine would not look by itself.
  func hearOfGrowth() {
    for case .sendToCoordinator(let bytes, _) in engine.handle(.heapGrew, now: now) {
      if let opened = try? NodeMessage.open(bytes) { told.append(opened.message) }
    }
  }

  var heartbeats: Int { told.count { if case .heartbeat = $0 { true } else { false } } }

  /// What it says of itself now.
  func status() throws -> NodeStatus {
    try say(.heartbeat(sequence: 7))
    let statuses = told.compactMap { if case .heartbeat(let status) = $0 { status } else { nil } }
    return try #require(statuses.last)
  }

  func metrics() throws -> [String: Double] {
    try say(.inspect(request: 3, kind: .metrics, body: []))
    for case .inspection(3, "", let body) in told.reversed() {
      let node: MetricsResult.Node = try JSON(parsing: body).decoded()
      return Dictionary(uniqueKeysWithValues: node.metrics.map { ($0.name, $0.value) })
    }
    Issue.record("no answer")
    return [:]
  }
}

@Suite struct NodePacingTests {
  private let off = [Setting("GOGC", "off"), Setting("GOMEMLIMIT", "off")]

  @Test func theLimitOfTheHeapIsKnownToThePacer() throws {
    let node = try PacedNode(heapLimit: 16 << 20, settings: off)
    let status = try node.status()
    #expect(status.limitBytes == 16 << 20)
    #expect(status.isMemoryLimited)
    #expect(status.goalBytes < 16 << 20 && status.triggerBytes < status.goalBytes)
    try node.say(.configure([Setting("GOMEMLIMIT", "8MiB")]))
    #expect(try node.status().limitBytes == 8 << 20)
    try node.say(.configure([Setting("GOMEMLIMIT", "32MiB")]))
    #expect(try node.status().limitBytes == 16 << 20)
    try node.say(.configure([Setting("GOMEMLIMIT", "off"), Setting("GOGC", "100")]))
    // Four mebibytes are enough for now: the limit is far.
    #expect(try node.status().limitBytes == 16 << 20)
    #expect(try !node.status().isMemoryLimited)
  }

  @Test func withoutLimitsAndWithoutGOGCNothingStartsACycle() throws {
    let status = try PacedNode(heapLimit: nil, settings: off).status()
    #expect(status.limitBytes == 0 && !status.isMemoryLimited)
    #expect(status.triggerBytes == UInt64(Int.max))
  }

  @Test func aTaskParkedAtTheLimitTakesTheRestAwayFromMarkWorkers() throws {
    let node = try PacedNode(heapLimit: nil, settings: [])
    let core = try #require(node.engine.core)
    #expect(core.markPlan(busy: 2).share == 0.5)
    try node.say(.hurry)
    #expect(core.markPlan(busy: 2).share == 1)
    try node.say(.cycleEnded(epoch: Epoch(rawValue: 1)))
    #expect(core.markPlan(busy: 2).share == 0.5)
  }

  @Test func aHeapThatPassesItsTriggerIsToldOfAtOnce() throws {
    let node = try PacedNode(heapLimit: nil, settings: [])
    let core = try #require(node.engine.core)
    let pair = TypeIndex(rawValue: 1)
    try core.heap.types.define(
      TypeDescription(name: "pair", words: 4, referenceWords: [0, 1]), at: pair)
    // The first look sets the alarm.
    node.pass(.milliseconds(30))
    #expect(!core.heap.soundsAlarm())
    let cache = core.heap.makeCache()
    let trigger = Int(try node.status().triggerBytes)
    for _ in 0..<trigger / 32 + 1_000 { _ = try cache.allocate(type: pair) }
    #expect(core.heap.soundsAlarm())
    let told = node.heartbeats
    node.hearOfGrowth()
    #expect(node.heartbeats == told + 1)
    // The coordinator knows: nobody rings again before there was a cycle.
    _ = try cache.allocate(type: pair)
    #expect(!core.heap.soundsAlarm())
  }

  @Test func metricsHaveTheNamesOfGo() throws {
    let node = try PacedNode(heapLimit: nil, settings: off)
    let metrics = try node.metrics()
    for name in [
      "/gc/scan/stack:bytes", "/gc/scan/globals:bytes", "/gc/scan/heap:bytes",
      "/gc/scan/total:bytes", "/cpu/classes/gc/mark/assist:cpu-seconds",
      "/cpu/classes/gc/mark/dedicated:cpu-seconds", "/cpu/classes/gc/mark/idle:cpu-seconds",
      "/cpu/classes/gc/pause:cpu-seconds", "/cpu/classes/gc/total:cpu-seconds",
      "/greywave/links/unacknowledged:bytes", "/greywave/frames/malformed:frames",
    ] { #expect(metrics[name] != nil, "no \(name)") }
    #expect(metrics["/gc/gogc:percent"] == -1 && metrics["/gc/gomemlimit:bytes"] == 0)
    #expect(metrics["/gc/stack/starting-size:bytes"] == nil, "Go means another thing by it")
    try node.say(.configure([Setting("GOGC", "50"), Setting("GOMEMLIMIT", "8MiB")]))
    let changed = try node.metrics()
    #expect(changed["/gc/gogc:percent"] == 50 && changed["/gc/gomemlimit:bytes"] == Double(8 << 20))
  }
}

/// A coordinator and one node, which answers everything as a node without a heap would.
private final class ScriptedCluster {
  let engine: CoordinatorEngine
  var status = NodeStatus()
  private var now = Moment(nanoseconds: 1_000_000_000)
  private(set) var started: [(trigger: CycleTrigger, reason: String)] = []
  private(set) var finished: [CycleFigures] = []
  private(set) var replies: [ControlReply] = []
  private var version: UInt64 = 0

  init(settings: [Setting] = []) throws {
    status.triggerBytes = 1 << 20
    engine = try CoordinatorEngine(
      configuration: CoordinatorConfiguration(
        cluster: "test",
        protocolConfiguration: ProtocolConfiguration(
          cluster: "test", wireVersion: WireVersion.current, settings: settings)),
      library: WorkloadLibrary([]), durable: nil, now: now)
    try say(
      .hello(
        Hello(
          version: WireVersion.current, cluster: "test", pid: 1, processStart: 1, host: "here",
          endpoint: "ipc:1", node: .none, term: .zero, highestEpoch: .zero, members: [])))
  }

  func say(_ message: NodeMessage) throws {
    let envelope = ControlEnvelope(term: Term(rawValue: 1), clusterName: "test")
    try give(.nodeFrame(connection: [1], try message.encoded(in: envelope)))
  }

  func ask(_ verb: ControlVerb) throws {
    try give(.control(client: [9], Array(ControlRequest(id: "1", verb: verb).line.utf8)))
  }

  func pass(_ time: Duration) throws {
    let end = now + time
    while now < end {
      now = min(end, now + .milliseconds(500))
      try give(.tick)
    }
  }

  private func give(_ input: CoordinatorEngineInput) throws {
    now = now + .microseconds(50)
    var answers: [NodeMessage] = []
    for effect in engine.handle(input, now: now) {
      switch effect {
      case .sendToNode(_, let bytes, _):
        answers += self.answers(to: try CoordinatorMessage.open(bytes).message)
      case .reply(_, let bytes): replies.append(try ControlReply(parsing: bytes))
      case .log(.cycleStarted(_, let trigger, let reason, _, _), _):
        started.append((trigger, reason))
      case .log(.cycleFinished(let figures), _): finished.append(figures)
      case .watch, .persist, .log, .exit: break
      }
    }
    for answer in answers { try say(answer) }
  }

  private func answers(to message: CoordinatorMessage) -> [NodeMessage] {
    switch message {
    case .welcome(let welcome):
      version = welcome.membersVersion
      return []
    case .prepare(let epoch): return [.prepared(epoch: epoch)]
    case .stopAndArm(let epoch, let stop, _, _):
      status.epoch = epoch
      status.isMarking = true
      return [.stopped(stop: stop, epoch: epoch, stopNanoseconds: 1)]
    case .resume: return [report()]
    case .stopAndConfirm(let epoch, let stop, _):
      return [.stopped(stop: stop, epoch: epoch, stopNanoseconds: 1), report(stop)]
    case .sweep(let epoch):
      status.isMarking = false
      var report = SweepReport(epoch: epoch)
      report.goalBytes = 1 << 20
      report.processors = 2
      report.backgroundMarkNanoseconds = 3_000_000
      return [.swept(report)]
    case .heartbeat: return [.heartbeat(status)]
    default: return []
    }
  }

  private func report(_ stop: StopNumber = .zero) -> NodeMessage {
    .report(
      MarkReport(
        epoch: status.epoch, membersVersion: version, wave: 0, stop: stop, isIdle: true,
        channels: []))
  }
}

@Suite struct CoordinatorPacingTests {
  @Test func aNodeThatSaysThatItsTriggerIsTheLimitsStartsACycle() throws {
    let cluster = try ScriptedCluster()
    cluster.status.heapBytes = 100
    cluster.status.triggerBytes = 90
    // Near a limit by nothing but what it says: the goal is far from it.
    cluster.status.limitBytes = 1_000
    cluster.status.goalBytes = 95
    cluster.status.isMemoryLimited = true
    try cluster.pass(.seconds(1))
    #expect(cluster.started.first?.trigger == .limit)
    #expect(cluster.started.first?.reason == "node 1: near its memory limit")
  }

  @Test(arguments: [
    (CollectDemand.cycle, CycleTrigger.command, "a task asks, near some limit"),
    (.memory, .limit, "a task waits for 64 bytes"),
  ])
  func theTriggerIsNoMatterOfWords(
    demand: CollectDemand, trigger: CycleTrigger, reason: String
  ) throws {
    let cluster = try ScriptedCluster()
    try cluster.say(.collectRequest(demand, reason: reason))
    #expect(cluster.started.map(\.trigger) == [trigger])
    #expect(cluster.started.first?.reason == "node 1: \(reason)")
    #expect(cluster.finished.map(\.trigger) == [trigger])
  }

  @Test func twoMinutesWithoutACycleStartOneUnlessGOGCIsOff() throws {
    let cluster = try ScriptedCluster()
    try cluster.pass(.seconds(119))
    #expect(cluster.started.isEmpty)
    try cluster.pass(.seconds(2))
    #expect(cluster.finished.map(\.trigger) == [.periodic])
    try cluster.ask(.set(key: "GOGC", value: "off"))
    try cluster.pass(.seconds(300))
    #expect(cluster.started.count == 1)
    try cluster.ask(.set(key: "GOGC", value: "100"))
    try cluster.pass(.seconds(1))
    #expect(cluster.started.count == 2)
    let off = try ScriptedCluster(settings: [Setting("GOGC", "off")])
    try off.pass(.seconds(300))
    #expect(off.started.isEmpty)
  }

  @Test func figuresCountTheWorkersOfEachNode() throws {
    let cluster = try ScriptedCluster()
    try cluster.ask(.gc(timeoutUs: nil))
    let figures = try #require(cluster.finished.first)
    #expect(figures.processors == 2 && figures.perNode.map(\.processors) == [2])
    #expect(GoTrace.line(figures).contains(", 2 P (forced) |"))
    #expect(figures.gcCpuPercent > 0 && figures.gcCpuPercent <= 100)
    try cluster.ask(.metrics)
    try cluster.say(
      .inspection(request: 2, problem: "", body: Array(#"{"node":1,"metrics":[]}"#.utf8)))
    guard case .result(let json)? = cluster.replies.last?.content else {
      Issue.record("no metrics")
      return
    }
    let metrics = try MetricsResult(json).cluster
    func value(_ name: String) -> Double? { metrics.first { $0.name == name }?.value }
    #expect(value("/gc/cycles/forced:gc-cycles") == 1)
    #expect(value("/gc/cycles/automatic:gc-cycles") == 0)
    #expect(value("/gc/cycles/total:gc-cycles") == 1)
    #expect(value("/greywave/stops:stops") == 2)
    #expect(value("/greywave/stops/cancelled:stops") == 0)
  }
}
