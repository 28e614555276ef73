// What a coordinator says of the runs that its predecessor started, or saw end.

import GreyBasics
import GreyEvents
import GreyProtocol
import GreyWire
import Testing

@testable import GreyEngine

@Suite struct TakeoverTests {
  private let run = RunID(rawValue: 1)

  private func start(detach: Bool = true) -> ControlVerb {
    .run(
      workload: "waiting", parameters: [:], seed: 1, durationUs: nil, nodes: nil, detach: detach)
  }

  /// A successor of which node 1 has heard.
  private func successor(of first: Reign, wall: Int, moment: Int) throws -> Reign {
    let second = try Reign(after: first.written.last?.bytes, wall: wall, moment: moment)
    try second.hello(1, as: NodeID(1), term: first.engine.machine.term)
    #expect(second.engine.phase == .idle)
    return second
  }

  @Test func aRunIsAsOldAsItIsWhateverTheSuccessorCounts() throws {
    let first = try Reign(wall: 1_000, moment: 500)
    try first.hello(1)
    try first.ask(start())
    try first.pass(seconds: 20)
    try first.ask(.set(key: "GOGC", value: "50"))
    // 30 s after the run's start, on a machine that counts from another beginning.
    let second = try successor(of: first, wall: 1_030, moment: 3)
    try second.pass(seconds: 5)
    let status: StatusResult = try second.answer(.status)
    #expect(status.runs.map(\.state) == [.running])
    #expect((35_000_000..<35_100_000).contains(status.runs.first?.elapsedUs ?? 0), "\(status.runs)")
    // And the one after it, which comes at once.
    let third = try successor(of: second, wall: 1_035, moment: 4)
    try third.say(.runEnded(run: run, ok: true, message: "", result: "{}"), from: [1])
    let ended: PsResult = try {
      try third.ask(.ps)
      try third.say(.inspection(request: 1, problem: "", body: Array("[]".utf8)), from: [1])
      return try third.lastAnswer()
    }()
    #expect(ended.runs.map(\.state) == [.ok])
    #expect((35_000_000..<35_100_000).contains(ended.runs.first?.elapsedUs ?? 0), "\(ended.runs)")
  }

  @Test func aClockThatWasSetBackMakesNoRunYoungerThanNothing() throws {
    let first = try Reign(wall: 1_000)
    try first.hello(1)
    try first.ask(start())
    let second = try successor(of: first, wall: 10, moment: 1)
    try second.pass(seconds: 2)
    let status: StatusResult = try second.answer(.status)
    #expect((2_000_000..<2_100_000).contains(status.runs.first?.elapsedUs ?? 0))
  }

  @Test func cyclesUnderAPredecessorAreTheRunsToo() throws {
    let first = try Reign()
    try first.hello(1)
    try first.collect([1])
    try first.ask(start(detach: false))
    try first.collect([1])
    try first.collect([1])
    let second = try successor(of: first, wall: 10, moment: 1)
    try second.collect([1])
    try second.say(.runEnded(run: run, ok: true, message: "", result: "{}"), from: [1])
    let record = try #require(second.engine.runs[run])
    #expect(record.cyclesAtEnd - record.cyclesAtStart == 3)
  }

  @Test func theLastOnesThatEndedAreStillListed() throws {
    let first = try Reign()
    try first.hello(1)
    for number in 1...25 {
      try first.ask(start())
      if number == 24 { continue }
      try first.say(
        .runEnded(
          run: RunID(rawValue: UInt64(number)), ok: number % 2 == 0,
          message: number % 2 == 0 ? "" : "odd", result: "{}"), from: [1])
    }
    let before: StatusResult = try first.answer(.status)
    let second = try successor(of: first, wall: 0, moment: 1)
    let after: StatusResult = try second.answer(.status)
    #expect(after.runs.map(\.run.rawValue) == Array(5...25), "20 that ended, and the one that runs")
    for (old, new) in zip(before.runs.suffix(21), after.runs) where new.state != .running {
      #expect(old == new)
    }
    // What is known to be over can be cancelled like any other.
    let cancelled: CancelResult = try second.answer(.cancel(run: RunID(rawValue: 7)))
    #expect(cancelled.workload == "waiting" && !cancelled.wasRunning)
    // Another end, another coordinator: the oldest goes.
    try second.ask(.cancel(run: RunID(rawValue: 24)))
    let third = try successor(of: second, wall: 0, moment: 1)
    let last: StatusResult = try third.answer(.status)
    #expect(last.runs.map(\.run.rawValue) == Array(6...25))
    #expect(last.runs.first { $0.run.rawValue == 24 }?.state == .cancelled)
  }

  @Test func anObjectLostUnderAPredecessorIsNotForgotten() throws {
    let first = try Reign()
    try first.hello(1)
    try first.ask(start())
    try first.say(.lostObject(run: run, offset: 64, description: "it was there"), from: [1])
    let second = try successor(of: first, wall: 0, moment: 1)
    try second.say(.runEnded(run: run, ok: true, message: "", result: "{}"), from: [1])
    let status: StatusResult = try second.answer(.status)
    #expect(status.runs.map(\.state) == [.failed])
    #expect(status.runs.first?.message == "it was there")
  }

  @Test func settingsStayInTheirOrder() throws {
    let first = try Reign()
    try first.hello(1)
    try first.ask(.set(key: "GOGC", value: "50"))
    let keys = Reign.settings.map(\.key)
    let status: StatusResult = try first.answer(.status)
    #expect(status.settings.map(\.key) == keys)
    #expect(status.settings.first?.value == "50")
    let second = try successor(of: first, wall: 0, moment: 1)
    let after: StatusResult = try second.answer(.status)
    #expect(after.settings == status.settings)
  }
}
