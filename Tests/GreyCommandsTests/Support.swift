// A world for commands: a cluster that is a script of replies, a clock that only pauses move, a
// folder of its own, and ears for everything that is printed.

import ArgumentParser
import Foundation
import GreyBasics
import GreyCommands
import GreyEvents
import GreyRuntime
import Synchronization
import Testing

/// What a test's world has heard; shared with the closures of its context.
final class Heard: Sendable {
  struct State {
    var output: [String] = []
    var notes: [String] = []
    var requests: [ControlRequest] = []
    var spawned: [[String]] = []
    var now = Moment(nanoseconds: 1_000_000_000)
    var input: [String] = []
    var interrupts = 0
  }
  /// Protects everything above.
  let state = Mutex(State())
  var output: [String] { state.withLock { $0.output } }
  var notes: [String] { state.withLock { $0.notes } }
  var requests: [ControlVerb] { state.withLock { $0.requests.map(\.verb) } }
  var spawned: [[String]] { state.withLock { $0.spawned } }
}

/// Answers every request as the test says; time passes only when it has nothing to say.
final class FakeChannel: ControlChannel {
  private let heard: Heard
  private let answer: (ControlRequest) -> [ControlReply]
  private var waiting: [[UInt8]] = []

  init(_ heard: Heard, _ answer: @escaping (ControlRequest) -> [ControlReply]) {
    self.heard = heard
    self.answer = answer
  }

  func send(_ line: String) throws {
    let request = try ControlRequest(parsing: Array(line.utf8))
    heard.state.withLock { $0.requests.append(request) }
    waiting += answer(request).map { Array($0.line.utf8) }
  }

  func receive(upTo limit: Duration) throws -> [UInt8]? {
    if !waiting.isEmpty { return waiting.removeFirst() }
    heard.state.withLock { $0.now = $0.now + limit }
    return nil
  }
}

/// A folder below the system's temporary one, gone at the end of the test.
final class Scratch: Sendable {
  let path: String
  init() throws {
    path = "/tmp/gwt-\(UUID().uuidString.prefix(8).lowercased())"
    for folder in ["", "/run", "/state"] {
      try FileManager.default.createDirectory(
        atPath: path + folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  var environment: [String: String] {
    ["XDG_RUNTIME_DIR": path + "/run", "XDG_STATE_HOME": path + "/state"]
  }
  func paths(_ name: String = "local") throws -> ClusterPaths {
    try ClusterPaths(name: #require(ClusterName(name)), environment: environment)
  }
}

struct World {
  let scratch: Scratch
  let heard = Heard()
  var context: CommandContext

  init(
    environment: [String: String] = [:], workloads: [WorkloadDescription] = [],
    answer: @escaping @Sendable (ControlRequest) -> [ControlReply] = { _ in [] }
  ) throws {
    scratch = try Scratch()
    let heard = heard
    context = CommandContext(
      environment: scratch.environment.merging(environment) { $1 },
      build: BuildIdentity(commit: "abc1234"), executable: "/bin/greywave",
      output: { line in heard.state.withLock { $0.output.append(line) } },
      note: { line in heard.state.withLock { $0.notes.append(line) } },
      input: { _ in heard.state.withLock { $0.input.isEmpty ? nil : $0.input.removeFirst() } },
      clock: WaitingClock(
        now: { heard.state.withLock { $0.now } },
        wall: { WallTime("2026-11-23T04:05:06.123456Z")! },
        pause: { heard.state.withLock { $0.now = $0.now + .milliseconds(10) } }),
      interrupted: {
        heard.state.withLock { state in
          state.interrupts -= 1
          return state.interrupts == 0
        }
      },
      connect: { _ in FakeChannel(heard, answer) },
      spawn: { _, arguments, _, _ in
        heard.state.withLock { $0.spawned.append(arguments) }
        return 0
      },
      runtime: RuntimeHooks(
        coordinator: { _ in .ok }, node: { _ in .ok },
        bench: { request, news in
          news(.note("no compiler"))
          let row = BenchRow(
            RowHeading("stop", "us", peer: "raw", goal: .atMost(3)),
            [3, 1, 2].map { RoundSample(ours: $0, peer: 1) })
          return BenchResult(rows: request.only == ["none"] ? [] : [row])
        }, workloads: { workloads }))
  }

  /// Parses a command line and runs it.
  func run(_ arguments: String...) throws -> CommandStatus {
    let command = try GreywaveCommand.parsed(arguments)
    return try #require(command as? any Verb).perform(context)
  }
}

/// A reply that is a result.
func result(_ request: ControlRequest, _ result: some ControlResult) -> [ControlReply] {
  [ControlReply(id: request.id, result: result)]
}

enum Sample {
  static var figures: CycleFigures {
    let nodes = (1...2).map { id in
      var node = NodeCycleFigures(node: NodeID(id))
      node.heapStartBytes = id << 20
      node.heapLiveBytes = id << 18
      node.goalBytes = 4 << 20
      node.objectsMarked = 1_000 * id
      node.objectsFreed = 500 * id
      node.greyRefsSent = 3
      return node
    }
    var figures = CycleFigures(summing: nodes)
    figures.cycle = 3
    figures.epoch = Epoch(rawValue: 4)
    figures.stop1Us = 412
    figures.markUs = 8_700
    return figures
  }

  static func status(
    nodes: Int, name: String = "local", phase: ClusterPhase = .idle
  ) -> StatusResult {
    StatusResult(
      name: name, phase: phase, epoch: Epoch(rawValue: 4),
      coordinator: .init(
        pid: 70, host: "here", term: Term(rawValue: 1), uptimeUs: 5_000_000, version: "0.1.0",
        commit: "abc"),
      nodes: (0..<nodes).map {
        var node = StatusResult.Node(
          node: NodeID($0 + 1), pid: 71 + $0, host: "here", state: .member)
        node.heapBytes = 3 << 20
        return node
      }, runs: [], cycles: 3, lastCycle: figures, settings: [.init(key: "GOGC", value: "100")],
      withoutRules: [])
  }

  static func run(ok: Bool?, failure: ControlError.Code? = nil) -> RunResult {
    RunResult(
      run: RunID(rawValue: 5), workload: "rings",
      parameters: .object([.init("rings", .string("10"))]), seed: 1,
      nodes: [NodeID(1), NodeID(2)], ok: ok, message: ok == false ? "3 rings too many" : "",
      elapsedUs: 5_000, cycles: 2,
      result: ok == nil
        ? .null : .object([.init("p99_us", .integer(1_500)), .init("rings", .integer(10_000))]),
      failure: failure)
  }

  static func record(_ event: Event, seconds: Int = 0, process: ProcessName = .coordinator)
    -> EventRecord
  {
    EventRecord(
      time: WallTime(
        nanoseconds: WallTime("2026-11-23T04:00:00Z")!.nanoseconds + UInt64(seconds)
          * 1_000_000_000),
      moment: .zero, process: process, event: event)
  }
}
