// Proof that the simulator can fail: with one rule of the protocol taken out, some seed loses an
// object that a task can still reach.
//
// Which seed that is depends on the schedule, so each rule is given a few dozen; the first loss
// ends the search. With every rule in force none of these seeds loses anything, which
// `SimulatedClusterTests` sees to.

import GreyBasics
import GreyEvents
import GreySimulator
import Testing

@Suite struct FaultTests {
  /// The rules that the small simulator has to catch; others are caught by the tests of the room
  /// that implements them.
  static let rules: [Rule] = [
    .transitRoot, .senderShade, .deletionBarrier, .insertionBarrier, .allocateBlack, .countBatches,
  ]

  @Test(arguments: rules)
  func takingARuleOutLosesAReachableObject(rule: Rule) throws {
    for seed in 1...60 where try losesSomething(seed: UInt64(seed), without: rule) { return }
    Issue.record("60 seeds lost nothing without \(rule.rawValue)")
  }

  private func losesSomething(seed: UInt64, without rule: Rule) throws -> Bool {
    let lab = try Laboratory(seed: seed, nodes: 2 + Int(seed % 2), without: [rule])
    try lab.stir(operations: 1_000_000)
    for _ in 0..<6 {
      do { _ = try lab.ask(.gc(timeoutUs: nil)) } catch { return false }
      if !WorldCheck(lab.cluster).lost.isEmpty { return true }
    }
    return false
  }
}
