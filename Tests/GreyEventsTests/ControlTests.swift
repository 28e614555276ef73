// The control interface, as any language sees it: lines of JSON with promised field names.

import GreyBasics
import GreyEvents
import Testing

private let verbs: [ControlVerb] = [
  .gc(timeoutUs: 5), .step(action: .quantum, quantum: 9),
  .run(
    workload: "rings", parameters: ["b": "2", "a": "1"], seed: 7, durationUs: 1,
    nodes: [NodeID(2)], detach: true),
  .ps, .cancel(run: RunID(rawValue: 4)), .set(key: "GOGC", value: "50"), .status, .metrics,
  .verify, .heapShow(node: NodeID(1)), .leave(node: NodeID(3)), .down,
]

@Suite struct ControlTests {
  @Test func everyVerbComesAcross() throws {
    for verb in verbs {
      let request = ControlRequest(id: "x", verb: verb)
      #expect(try ControlRequest(parsing: Array(request.line.utf8)) == request)
    }
    let limited = ControlRequest(id: "x", verb: .verify, timeoutUs: 5_000)
    #expect(limited.line.contains(#""timeout_us":5000"#))
    #expect(try ControlRequest(parsing: Array(limited.line.utf8)) == limited)
    #expect(
      verbs.map { try? JSON(parsing: ControlRequest(id: "", verb: $0).line)["verb"]?.text }
        == ControlRequest.verbs)
  }

  @Test func aRequestWrittenByHandMayLeaveOutWhatHasADefault() throws {
    let line = #"{"schema":"greywave.control/1","id":3,"verb":"run","arguments":{"workload":"kv"}}"#
    let request = try ControlRequest(parsing: Array(line.utf8))
    #expect(request.id == "3")
    #expect(
      request.verb
        == .run(
          workload: "kv", parameters: nil, seed: nil, durationUs: nil, nodes: nil, detach: nil))
    let short = #"{"schema":"greywave.control/1","verb":"status"}"#
    #expect(try ControlRequest(parsing: Array(short.utf8)).verb == .status)
  }

  @Test(arguments: [
    ("nonsense", "not valid JSON"), ("{}", "schema is missing"),
    (#"{"schema":"greywave.control/2"}"#, "greywave.control/1"),
    (#"{"schema":"greywave.control/1","id":"9"}"#, "verb is missing"),
    (
      #"{"schema":"greywave.control/1","id":"9","verb":"verify","timeout_us":"5s"}"#,
      #"timeout_us is "5s""#
    ),
    (
      #"{"schema":"greywave.control/1","id":"9","verb":"verify","timeout_us":0}"#,
      "timeout_us is 0"
    ),
    (#"{"schema":"greywave.control/1","id":"9","verb":"dance"}"#, "there are gc, step"),
    (
      #"{"schema":"greywave.control/1","id":"9","verb":"set","arguments":{"key":"GOGC"}}"#,
      "value: is missing"
    ),
  ])
  func aBadRequestIsAnsweredWithWhatIsWrong(_ line: String, _ expected: String) {
    #expect {
      try ControlRequest(parsing: Array(line.utf8))
    } throws: { error in
      guard let problem = error as? ControlProblem else { return false }
      return problem.error.code == .usage && problem.error.message.contains(expected)
        && problem.id == (line.contains("\"9\"") ? "9" : "")
    }
  }

  @Test func repliesComeAcross() throws {
    let set = SetResult(key: "GOGC", previous: "100", value: "50", nodes: [NodeID(1)])
    let replies = [
      ControlReply(id: "1", event: Samples.record(.remark(text: "x"))),
      ControlReply(id: "1", result: set),
      ControlReply(id: "1", error: ControlError(.noSuchRun, "no run 9")),
    ]
    for reply in replies { #expect(try ControlReply(parsing: Array(reply.line.utf8)) == reply) }
    #expect(replies.map(\.isFinal) == [false, true, true])
    #expect(
      replies[1].line
        == #"{"schema":"greywave.control/1","id":"1","done":true,"ok":true,"result":"#
        + #"{"schema":"greywave.set/1","key":"GOGC","previous":"100","value":"50","nodes":[1]}}"#)
    var unsafe = replies[1]
    unsafe.withoutRules = ["transit-root"]
    #expect(unsafe.line.contains(#""id":"1","without_rules":["transit-root"],"done""#))
    #expect(try ControlReply(parsing: Array(unsafe.line.utf8)) == unsafe)
    #expect(replies[2].line.contains(#""error":{"code":"no_such_run","message":"no run 9"}"#))
  }

  @Test func gcHasEveryPromisedField() throws {
    let result = GcResult(figures: Samples.figures)
    let keys = try #require(result.json.members).map(\.key)
    let promised = """
      schema cycle epoch trigger nodes stop1_us mark_us stop2_us sweep_us heap_start_bytes \
      heap_end_bytes heap_live_bytes goal_bytes objects_marked objects_freed bytes_freed \
      grey_refs_sent grey_batches waves false_candidates assist_us per_node
      """
    #expect(promised.split(separator: " ").allSatisfy { keys.contains(String($0)) })
    #expect(keys.first == "schema")
    #expect(try GcResult(result.json) == result)
  }

  @Test func theOtherResultsHaveTheirPromisedFields() throws {
    func keys(_ result: some ControlResult) throws -> Set<String> {
      Set(try #require(result.json.members).map(\.key))
    }
    let run = RunResult(
      run: RunID(rawValue: 1), workload: "kv", parameters: .object([]), seed: 1,
      nodes: [NodeID(1)], ok: true, result: .object([]))
    #expect(
      try keys(run).isSuperset(of: [
        "run", "workload", "parameters", "seed", "nodes", "ok", "elapsed_us", "cycles", "result",
      ]))
    let coordinator = StatusResult.Coordinator(
      pid: 1, host: "h", term: .zero, uptimeUs: 1, version: "v", commit: "c")
    let status = StatusResult(
      name: "local", phase: .idle, epoch: .zero, coordinator: coordinator, nodes: [], runs: [],
      cycles: 0, lastCycle: nil, settings: [], withoutRules: [])
    #expect(
      try keys(status).isSuperset(of: ["name", "phase", "epoch", "coordinator", "nodes", "runs"]))
    #expect(try StatusResult(status.json) == status)
    var node = VerifyResult.Node(node: NodeID(1))
    node.reachableObjects = 5
    node.garbageObjects = 2
    let verify = VerifyResult(cycle: 1, epoch: .zero, stoppedUs: 1, nodes: [node, node], lost: [])
    #expect(
      try keys(verify).isSuperset(of: [
        "reachable_objects", "lost_objects", "garbage_objects", "floating_objects", "nodes",
      ]))
    #expect(verify.reachableObjects == 10)
    #expect(!verify.isClean)
    #expect(throws: JSONShapeError.self) { try RunResult(verify.json) }
  }

  @Test func metricsSumOverTheNodesUnderTheSameName() {
    let nodes = [1, 2].map {
      MetricsResult.Node(
        node: NodeID($0), metrics: [Metric(name: "/gc/heap/live:bytes", value: Double($0))])
    }
    let result = MetricsResult(own: [Metric(name: "/x:y", value: 9)], nodes: nodes)
    #expect(
      result.cluster == [
        Metric(name: "/x:y", value: 9), Metric(name: "/gc/heap/live:bytes", value: 3),
      ])
  }

  @Test func whatIsNoAmountIsNoSummand() {
    func cluster(_ name: String, own: [Double] = [], _ values: Double...) -> Double? {
      MetricsResult(
        own: own.map { Metric(name: name, value: $0) },
        nodes: values.enumerated().map {
          .init(node: NodeID($0.offset), metrics: [Metric(name: name, value: $0.element)])
        }
      ).cluster.map(\.value).first
    }
    #expect(cluster(Metric.malformedFrames, own: [2], 0, 3) == 5)
    #expect(cluster(Metric.gogc, 50, 50) == 50)
    #expect(cluster(Metric.memoryLimit, 10, 20) == 30)
    #expect(cluster(Metric.memoryLimit, 10, 0) == 0)
    #expect(cluster(Metric.heapGoal, 0, 20) == 0)
  }
}
