// The control interface: requests that anybody may send to a coordinator, and its replies.
//
// A request or reply that was believed is written again and read again as the same value, and so is
// the JSON that it stands in. A request that is no JSON is refused with the byte, one of another
// shape with the name of what is wrong: the problem goes back to a person.

import GreyBasics
import GreyEvents

extension FuzzReader {
  static let control = FuzzReader(
    name: "control", seeds: ControlFuzz.seeds, words: ControlFuzz.words
  ) { bytes in
    ControlFuzz.checkJSON(bytes)
    ControlFuzz.checkRequest(bytes)
    ControlFuzz.checkReply(bytes)
  }
}

private enum ControlFuzz {
  static func checkJSON(_ bytes: [UInt8]) {
    do throws(JSONError) {
      let json = try JSON(parsing: bytes)
      let again = mustWork("JSON is not read again: \(json.line)") { try JSON(parsing: json.line) }
      property(again == json, "JSON is read as another value: \(json.line)")
    } catch {
      property((0...bytes.count).contains(error.offset), "an error beyond the text: \(error)")
    }
  }

  static func checkRequest(_ bytes: [UInt8]) {
    do throws(ControlProblem) {
      let request = try ControlRequest(parsing: bytes)
      let line = request.line
      let again = mustWork("a request is not read again: \(line)") {
        try ControlRequest(parsing: Array(line.utf8))
      }
      property(again == request, "a request is read as another one: \(line)")
    } catch {
      property(!error.error.message.isEmpty, "a refusal without a reason")
      // The refusal itself is a reply.
      checkReply(Array(ControlReply(error).line.utf8), mustBeOne: true)
    }
  }

  static func checkReply(_ bytes: [UInt8], mustBeOne: Bool = false) {
    let reply: ControlReply
    do { reply = try ControlReply(parsing: bytes) } catch {
      property(!mustBeOne, "a reply is not read: \(error)")
      return property(!"\(error)".isEmpty, "a refusal without a reason")
    }
    let line = reply.line
    let again = mustWork("a reply is not read again: \(line)") {
      try ControlReply(parsing: Array(line.utf8))
    }
    switch (reply.content, again.content) {
    case (.event(let record), .event): LogFuzz.check(record)
    case (.result(let json), .result(let other)):
      property(json == other, "a result is read as another one: \(line)")
      checkResult(json)
    default: property(reply == again, "a reply is read as another one: \(line)")
    }
  }

  private static func checkResult(_ json: JSON) {
    for type in results { checkResult(json, as: type) }
  }

  private static func checkResult<Result: ControlResult>(_ json: JSON, as type: Result.Type) {
    guard let result = try? Result(json) else { return }
    let again = mustWork("a result is not read again: \(result.json.line)") {
      try Result(result.json)
    }
    property(again == result, "a result is read as another one: \(result.json.line)")
  }

  private static let results: [any ControlResult.Type] = [
    GcResult.self, StepResult.self, VerifyResult.self, RunResult.self, PsResult.self,
    CancelResult.self, StatusResult.self, SetResult.self, LeaveResult.self, DownResult.self,
    MetricsResult.self, HeapShowResult.self,
  ]

  @Sendable static func seeds() -> [[UInt8]] {
    let verbs: [ControlVerb] = [
      .gc(timeoutUs: 5), .gc(timeoutUs: nil), .step(action: .quantum, quantum: 10),
      .run(
        workload: "churn", parameters: ["objects": "10"], seed: 7, durationUs: 1_000,
        nodes: [NodeID(1)], detach: true),
      .ps, .cancel(run: RunID(rawValue: 3)), .set(key: "GOGC", value: "50"), .status, .metrics,
      .verify, .heapShow(node: NodeID(1)), .leave(node: NodeID(2)), .down,
    ]
    let requests = verbs.map { ControlRequest(id: "7", verb: $0).line }
    let events = Samples.all.map { ControlReply(id: "1", event: Samples.record($0)).line }
    let refused = ControlReply(id: "2", error: ControlError(.noSuchRun, "there is no run 9")).line
    return (requests + events + results(id: "3") + [refused]).map { Array($0.utf8) }
  }

  private static func results(id: String) -> [String] {
    let node = NodeID(1)
    let summary = RunSummary(
      run: RunID(rawValue: 3), workload: "churn", state: .running, nodes: [node], elapsedUs: 9)
    let status = StatusResult(
      name: "local", phase: .mark, epoch: Epoch(rawValue: 4),
      coordinator: .init(
        pid: 9, host: "a", term: Term(rawValue: 1), uptimeUs: 5, version: "0.1.0", commit: "abc"),
      nodes: [.init(node: node, pid: 8, host: "a", state: .member)], runs: [summary], cycles: 2,
      lastCycle: Samples.figures, settings: [SettingValue(key: "GOGC", value: "100")],
      withoutRules: [])
    let span = HeapShowResult.Span(firstPage: 0, pages: 1, state: .inUse, elementBytes: 16)
    let replies: [ControlReply] = [
      ControlReply(id: id, result: GcResult(figures: Samples.figures)),
      ControlReply(
        id: id,
        result: StepResult(
          phase: .mark, epoch: Epoch(rawValue: 4), description: "a", next: "b", isDone: false,
          nodes: [.init(node: node, isIdle: true, heapBytes: 1, objects: 2, walk: .init())])),
      ControlReply(
        id: id,
        result: VerifyResult(
          cycle: 1, epoch: Epoch(rawValue: 4), stoppedUs: 3, nodes: [.init(node: node)],
          lost: [.init(object: ObjectName(node: node, offset: 8), heldBy: "a root")])),
      ControlReply(
        id: id,
        result: RunResult(
          run: RunID(rawValue: 3), workload: "churn", parameters: .object([]), seed: .max,
          nodes: [node], ok: nil)),
      ControlReply(
        id: id,
        result: PsResult(
          runs: [summary],
          tasks: [
            TaskSummary(
              node: node, task: TaskID(rawValue: 1), run: RunID(rawValue: 3), function: "main",
              state: "ready", frames: 1, mailbox: 0)
          ], taskCount: 1)),
      ControlReply(
        id: id, result: CancelResult(run: RunID(rawValue: 3), workload: "churn", wasRunning: true)),
      ControlReply(id: id, result: status),
      ControlReply(
        id: id, result: SetResult(key: "GOGC", previous: "100", value: "50", nodes: [node])),
      ControlReply(id: id, result: LeaveResult(node: node, members: [])),
      ControlReply(id: id, result: DownResult(name: "local", nodes: [node])),
      ControlReply(
        id: id,
        result: MetricsResult(
          own: [], nodes: [.init(node: node, metrics: [Metric(name: "/a:b", value: 0.5)])])),
      ControlReply(
        id: id,
        result: HeapShowResult(nodes: [
          .init(node: node, pageBytes: 8_192, heapBytes: 16, goalBytes: 0, spans: [span])
        ])),
    ]
    return replies.map(\.line)
  }

  static let words =
    LogFuzz.words + ControlRequest.verbs.map { "\"\($0)\"" }
    + [
      "\"schema\":\"greywave.control/1\"", "\"id\":", "\"verb\":", "\"arguments\":", "\"done\":",
      "\"ok\":", "\"result\":", "\"error\":", "\"code\":", "\"without_rules\":", "\\ud83d\\ude00",
      "1e-400", "-0.0", "null", "true", "{\"_0\":", "[[[[",
    ]
}
