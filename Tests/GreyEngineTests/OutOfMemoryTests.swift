// What is said of a run that gets no memory: typed, with the limit that its node has told.

import GreyBasics
import GreyEvents
import GreyWire
import Testing

@testable import GreyEngine

@Suite struct OutOfMemoryTests {
  private let run = RunID(rawValue: 1)
  private let lacked = MemoryFailure(node: NodeID(2), task: "build, task 64", requestedBytes: 4_096)

  private func started() throws -> Reign {
    let reign = try Reign()
    try reign.hello(1)
    try reign.hello(2)
    var status = NodeStatus()
    status.heapLimitBytes = 64 << 20
    try reign.say(.heartbeat(status), from: [2])
    try reign.ask(
      .run(
        workload: "waiting", parameters: [:], seed: 1, durationUs: nil, nodes: nil, detach: false))
    return reign
  }

  @Test func theErrorIsTypedAndNamesLimitNodeTaskAndRemedy() throws {
    let reign = try started()
    try reign.say(
      .runEnded(run: run, ok: false, message: "build: out of memory", result: "", memory: lacked),
      from: [1])
    let result: RunResult = try reign.lastAnswer()
    #expect(result.ok == false && result.failure == .outOfMemory)
    for part in [
      "out of memory", "build, task 64 on node 1", "4.00 KiB", "on node 2", "64.0 MiB",
      "raise heap_limit",
    ] { #expect(result.message.contains(part), "\(part): \(result.message)") }
    #expect(
      reign.logged.contains(
        .outOfMemory(
          run: run, node: NodeID(2), task: "build, task 64", taskNode: NodeID(1),
          requestedBytes: 4_096, limitBytes: 64 << 20)))
  }

  /// Whoever has not said yet what its limit is has one all the same.
  @Test func whatIsNotKnownIsNotSaid() throws {
    let reign = try started()
    let lacked = MemoryFailure(node: NodeID(1), task: "walk, task 65", requestedBytes: 0)
    try reign.say(
      .runEnded(run: run, ok: false, message: "", result: "", memory: lacked), from: [2])
    let result: RunResult = try reign.lastAnswer()
    #expect(result.failure == .outOfMemory)
    #expect(result.message.contains("walk, task 65 on node 2 needs more on node 1, and"))
  }

  @Test func anotherFailureStaysWhatItIs() throws {
    let reign = try started()
    try reign.say(.runEnded(run: run, ok: false, message: "wrong", result: ""), from: [1])
    let result: RunResult = try reign.lastAnswer()
    #expect(result.failure == .failed && result.message == "wrong")
  }
}
