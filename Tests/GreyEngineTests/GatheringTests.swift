// A client that asks without end keeps no node busy for longer than two questions.

import GreyBasics
import GreyEvents
import GreyWire
import Testing

@testable import GreyEngine

@Suite struct GatheringTests {
  @Test func twoQuestionsAreAskedAtATimeAndTheOthersInTheirTurn() throws {
    let reign = try Reign()
    try reign.hello(1)
    try reign.hello(2)
    for _ in 0..<5 { try reign.ask(.heapShow(node: nil)) }
    var numbers = asked(reign, 1)
    #expect(numbers.count == 2 && asked(reign, 2) == numbers)
    // One node's answer is not enough.
    try answer(reign, numbers[0], from: [1])
    #expect(asked(reign, 1).count == 2)
    try answer(reign, numbers[0], from: [2])
    numbers = asked(reign, 1)
    #expect(numbers.count == 3 && reign.replies.count == 1)
    for number in numbers.dropFirst() { try answer(reign, number, from: [1, 2]) }
    numbers = asked(reign, 1)
    #expect(numbers.count == 5 && Set(numbers).count == 5)
    for number in numbers.suffix(2) { try answer(reign, number, from: [1, 2]) }
    #expect(reign.replies.count == 5)
  }

  @Test func oneThatWaitsHasItsLimitToo() throws {
    let reign = try Reign()
    try reign.hello(1)
    for _ in 0..<3 { try reign.ask(.metrics, timeoutUs: 3_000_000) }
    try reign.pass(seconds: 5)
    #expect(reign.replies.count == 3)
    // Those that were not answered make room.
    try reign.ask(.metrics)
    #expect(asked(reign, 1).count == 3)
  }

  @Test func tooManyAreRefused() throws {
    let reign = try Reign()
    try reign.hello(1)
    for _ in 0..<65 { try reign.ask(.ps) }
    guard case .error(let error) = try #require(reign.replies.last).content else {
      Issue.record("no error: \(reign.replies)")
      return
    }
    #expect(reign.replies.count == 1 && error.code == .busy)
  }

  @Test func whatWaitsForANodeThatIsGoneGoesOn() throws {
    let reign = try Reign()
    try reign.hello(1)
    try reign.hello(2)
    for _ in 0..<3 { try reign.ask(.heapShow(node: nil)) }
    for number in asked(reign, 1) { try answer(reign, number, from: [1]) }
    try reign.give(.processEnded(pid: 2, startTicks: 1))
    #expect(reign.replies.count == 2)
    let last = try #require(asked(reign, 1).last)
    try answer(reign, last, from: [1])
    #expect(reign.replies.count == 3)
  }

  /// The numbers of the questions that a node was asked.
  private func asked(_ reign: Reign, _ node: Int) -> [UInt64] {
    (reign.heard[node] ?? []).compactMap { message in
      if case .inspect(let number, _, _) = message { number } else { nil }
    }
  }

  private func answer(_ reign: Reign, _ number: UInt64, from nodes: [Int]) throws {
    for node in nodes {
      let spans = HeapShowResult.Node(
        node: NodeID(node), pageBytes: 8192, heapBytes: 0, goalBytes: 0, spans: [])
      var body: [UInt8] = []
      try JSON(encoding: spans).write(to: &body)
      try reign.say(.inspection(request: number, problem: "", body: body), from: [node])
    }
  }
}
