// Patience has an end, and whoever's has is told whom he waited for.

import GreyBasics
import GreyEvents
import GreyWire
import Testing

@testable import GreyEngine

@Suite struct TimeoutTests {
  private static let verbs: [ControlVerb] = [
    .ps, .metrics, .verify, .heapShow(node: nil), .leave(node: NodeID(1)), .gc(timeoutUs: nil),
    .step(action: .begin, quantum: nil),
  ]

  /// The node gives signs of life, and no answer.
  @Test(arguments: verbs) func theRequestsOwnLimitHoldsAndTheNodeIsNamed(_ verb: ControlVerb) throws
  {
    let reign = try Reign()
    try reign.hello(1)
    try reign.ask(verb, timeoutUs: 3_000_000)
    #expect(reign.engine.nextDeadline <= reign.now + .seconds(3))
    try reign.pass(seconds: 2)
    #expect(reign.replies.isEmpty)
    try reign.pass(seconds: 2)
    guard case .error(let error) = try #require(reign.replies.last).content else {
      Issue.record("no error: \(reign.replies)")
      return
    }
    #expect(error.code == .timeout && error.message.contains("node 1"), "\(error)")
  }

  @Test func everyLimitOfTheCoordinatorIsStretched() throws {
    let reign = try Reign()
    var configuration = reign.engine.configuration
    configuration.scaleLimits(by: 3)
    #expect(configuration.requestLimit == .seconds(900))
    #expect(configuration.gatherLimit == .seconds(30))
    #expect(configuration.inspectionLease == .seconds(360))
    #expect(configuration.shutDownLimit == .seconds(6))
    #expect(configuration.walkPatience == .seconds(15))
    #expect(configuration.durationGrace == .seconds(30))
  }

  @Test func whoSwitchesOffEverythingThatStartsCyclesIsWarned() throws {
    let reign = try Reign()
    try reign.hello(1)
    func set(_ key: String, _ value: String) throws -> String? {
      let result: SetResult = try reign.answer(.set(key: key, value: value))
      return result.warning
    }
    #expect(try set("GOMEMLIMIT", "1GiB") == nil)
    #expect(try set("GOGC", "off") == nil)
    #expect(try set("GOMEMLIMIT", "off") == LiveSetting.nothingStartsCycles)
    #expect(try set("log_level", "debug") == nil)
    #expect(try set("GOGC", "50") == nil)
    #expect(try set("GOGC", "off") == LiveSetting.nothingStartsCycles)
  }
}
