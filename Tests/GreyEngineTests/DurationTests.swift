// A run of limited duration ends, even if none of its tasks sees to that.

import GreyBasics
import GreyEvents
import GreyWire
import Testing

@testable import GreyEngine

@Suite struct DurationTests {
  private let run = RunID(rawValue: 1)
  private func start(detach: Bool = false) -> ControlVerb {
    .run(
      workload: "waiting", parameters: [:], seed: 1, durationUs: 30_000_000, nodes: nil,
      detach: detach)
  }
  private func makeReign() throws -> Reign {
    let reign = try Reign()
    try reign.hello(1)
    return reign
  }

  @Test func whoDoesNotEndIsCancelledAfterTheGrace() throws {
    let reign = try makeReign()
    try reign.ask(start())
    try reign.pass(seconds: 39)
    #expect(reign.engine.isRunning)
    #expect(reign.engine.nextDeadline <= reign.now + .seconds(1))
    try reign.pass(seconds: 1)
    #expect(!reign.engine.isRunning)
    #expect(reign.orders(of: run, to: 1) == ["start", "drop"])
    let result: RunResult = try reign.lastAnswer()
    #expect(result.ok == false)
    #expect(result.failure == .timeout)
    #expect(result.message.hasPrefix("its duration of 30.0 s is over"), "\(result.message)")
    #expect(
      reign.logged.contains {
        if case .runCancelled(run, _, result.message) = $0 { true } else { false }
      })
  }

  @Test func whoEndsWithinTheGraceIsNotTouched() throws {
    let reign = try makeReign()
    try reign.ask(start())
    try reign.pass(seconds: 39)
    try reign.say(.runEnded(run: run, ok: true, message: "", result: "{}"), from: [1])
    try reign.pass(seconds: 5)
    let result: RunResult = try reign.lastAnswer()
    #expect(result.ok == true && result.failure == nil)
  }

  @Test func whoHasNoDurationGoesOn() throws {
    let reign = try makeReign()
    try reign.ask(
      .run(
        workload: "waiting", parameters: [:], seed: 1, durationUs: nil, nodes: nil, detach: true))
    try reign.pass(seconds: 100)
    #expect(reign.engine.isRunning)
  }

  /// The time without a coordinator counts, but a run that ended meanwhile has to be heard.
  @Test(arguments: [10, 25, 500]) func aSuccessorSeesToItToo(gone: Int) throws {
    let first = try Reign(wall: 0)
    try first.hello(1)
    try first.ask(start(detach: true))
    let second = try Reign(after: first.written.last?.bytes, wall: gone)
    try second.hello(1, as: NodeID(1), term: Term(rawValue: 1))
    let left = max(0, 30 - gone) + 10
    try second.pass(seconds: left - 1)
    #expect(second.engine.isRunning)
    try second.pass(seconds: 1)
    #expect(!second.engine.isRunning)
    #expect(second.orders(of: run, to: 1) == ["start", "drop"])
  }
}
