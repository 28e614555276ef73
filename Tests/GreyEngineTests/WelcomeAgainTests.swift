// What was lost with a coordinator, or with a connection to it, is said again: by both sides.

import GreyBasics
import GreyCollector
import GreyEvents
import GreyMutator
import GreyProtocol
import GreyWire
import Testing

@testable import GreyEngine

@Suite struct WelcomeAgainTests {
  /// A successor, and the same coordinator over a new connection.
  static let terms = [Term(rawValue: 2), Term(rawValue: 1)]

  @Test(arguments: terms) func theEndOfARunIsToldAgain(_ term: Term) throws {
    let node = try LoneNode(rules: .all, library: [Brief.self])
    try node.startRun("brief")
    func ends() -> Int {
      node.told.count {
        if case .runEnded(RunID(rawValue: 1), true, _, _, _) = $0 { true } else { false }
      }
    }
    #expect(ends() == 1)
    // Nobody was there to hear it.
    try node.welcomeAgain(in: term)
    #expect(ends() == 2)
  }

  @Test(arguments: terms) func aDemandForACollectionIsToldAgain(_ term: Term) throws {
    let node = try LoneNode(rules: .all, library: [Collecting.self])
    try node.startRun("collecting")
    func demands() -> Int {
      node.told.count { if case .collectRequest(.cycle, _) = $0 { true } else { false } }
    }
    #expect(demands() == 1)
    try node.welcomeAgain(in: term)
    #expect(demands() == 2)
  }

  @Test(arguments: terms) func settingsOfTheWelcomeApply(_ term: Term) throws {
    let node = try LoneNode(rules: .all)
    #expect(node.engine.pace.pacer.settings.gogc == 100)
    try node.welcomeAgain(in: term, settings: [Setting("GOGC", "37")])
    #expect(node.engine.pace.pacer.settings.gogc == 37)
  }

  @Test func aSettingNamesTheNodesThatGotIt() throws {
    let first = try Reign()
    try first.hello(1)
    try first.hello(2)
    let second = try Reign(after: first.written.last?.bytes)
    try second.hello(1, as: NodeID(1), term: Term(rawValue: 1))
    let result: SetResult = try second.answer(.set(key: "GOGC", value: "50"))
    #expect(result.nodes == [NodeID(1)], "node 2 has not been heard of in this term")
    // It gets it with its welcome.
    try second.hello(2, as: NodeID(2), term: Term(rawValue: 1))
    let welcomes = (second.heard[2] ?? []).compactMap { message -> [Setting]? in
      if case .welcome(let welcome) = message { welcome.settings } else { nil }
    }
    #expect(welcomes.last?.first { $0.key == "GOGC" }?.value == "50")
  }
}
