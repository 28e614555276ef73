// A cycle that is walked by hand is held by a person: by one who is there.

import GreyBasics
import GreyEvents
import GreyProtocol
import GreyWire
import Testing

@testable import GreyEngine

@Suite struct WalkTests {
  private let begin = ControlVerb.step(action: .begin, quantum: nil)
  private let stay = ControlVerb.step(action: .stay, quantum: nil)

  /// A cycle that holds before stop 1.
  private func held() throws -> Reign {
    let reign = try Reign()
    try reign.hello(1)
    try reign.ask(begin)
    try reign.say(.prepared(epoch: reign.engine.machine.durable.highestEpoch), from: [1])
    let at: StepResult = try reign.lastAnswer()
    #expect(at.phase == .prepare && !at.isDone)
    return reign
  }

  @Test func itGoesOnByItselfWhenNobodyIsThereAnyMore() throws {
    let reign = try held()
    #expect(reign.engine.nextDeadline <= reign.now + .seconds(5))
    try reign.pass(seconds: 4)
    #expect(reign.engine.phase.stop == nil)
    try reign.pass(seconds: 1)
    #expect(reign.engine.phase.stop != nil, "it holds for somebody who is gone")
    #expect(
      reign.logged.contains {
        if case .remark(let text) = $0 {
          text.contains("was not heard of for")
        } else {
          false
        }
      })
  }

  @Test func whoSaysThatHeIsThereKeepsIt() throws {
    let reign = try held()
    for _ in 1...10 {
      try reign.pass(seconds: 3)
      let at: StepResult = try reign.answer(stay)
      #expect(at.phase == .prepare)
    }
    #expect(reign.engine.phase.stop == nil)
  }

  @Test func whoBeginsWhileOneIsHeldWalksThatOn() throws {
    let reign = try held()
    let epoch = reign.engine.machine.durable.highestEpoch
    let at: StepResult = try reign.answer(begin)
    #expect(at.phase == .prepare && at.epoch == epoch)
    #expect(
      reign.replies.contains {
        if case .event(let record) = $0.content, case .remark(let text) = record.event {
          text.contains("walked already")
        } else {
          false
        }
      })
    try reign.ask(.step(action: .finish, quantum: nil))
    #expect(reign.engine.phase.stop != nil)
  }

  @Test func whoWaitsForTheCycleIsToldOfTheHold() throws {
    let reign = try held()
    try reign.ask(.gc(timeoutUs: nil), timeoutUs: 2_000_000)
    try reign.pass(seconds: 3)
    guard case .error(let error) = try #require(reign.replies.last).content else {
      Issue.record("no error: \(reign.replies)")
      return
    }
    #expect(error.code == .timeout)
    #expect(error.message.contains("gc --step) to step on in prepare"), "\(error)")
  }

  @Test func withoutACycleThereIsNothingToStayFor() throws {
    let reign = try Reign()
    try reign.hello(1)
    try reign.ask(stay)
    guard case .error(let error) = try #require(reign.replies.last).content else {
      Issue.record("no error: \(reign.replies)")
      return
    }
    #expect(error.code == .usage)
  }
}
