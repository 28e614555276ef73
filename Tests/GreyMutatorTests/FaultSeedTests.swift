// Every rule that this module obeys, taken out: some random history must lose an object.

import GreyBasics
import GreyMutator
import Testing

@Suite struct FaultSeedTests {
  /// The seed is where one was found last; when histories change, others are tried.
  @Test(arguments: [
    (Rule.transitRoot, 1), (.senderShade, 289), (.receiverShade, 379),
    (.globalBarrier, 176), (.deletionBarrier, 260), (.insertionBarrier, 176),
    (.allocateBlack, 0),
  ])
  func someHistoryLosesAnObjectWithout(_ rule: Rule, seed: Int) throws {
    for seed in [seed] + Array(0..<1000) {
      let (violations, _) = try chaos(
        seed: UInt64(seed), nodes: 2 + seed % 2, rules: RuleSet(without: [rule]))
      if !violations.isEmpty { return }
    }
    Issue.record("no seed loses anything without \(rule.rawValue)")
  }
}
