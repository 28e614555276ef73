// Things break: connections, processes, the coordinator. Nothing reachable is lost by it, and what
// the surviving cluster still has to do comes to its end.

import Foundation
import GreyBasics
import GreySimulator
import Testing

/// Ten seeds each.
private let blocks = ProcessInfo.processInfo.environment["GREYWAVE_ALL"] == "1" ? 12 : 2

@Suite struct BrokenTests {
  @Test(arguments: 0..<blocks)
  func nothingReachableIsLost(block: Int) throws {
    var faults = 0
    for seed in UInt64(block * 10)..<UInt64(block * 10 + 10) {
      let verdict = try Experiment(seed: seed, temper: .broken(seed: seed, steps: 2_000)).run()
      #expect(verdict.violation == nil, "seed \(seed): \(verdict.violation!)")
      faults += verdict.faults
    }
    #expect(faults >= 20)
  }

  @Test(arguments: 0..<blocks)
  func afterwardsEveryCycleEndsAndAllGarbageGoes(block: Int) throws {
    for seed in UInt64(block * 10)..<UInt64(block * 10 + 10) {
      let temper = Temper.broken(seed: seed, isHarsh: false, steps: 2_000)
      var experiment = Experiment(seed: seed, temper: temper)
      experiment.settles = true
      let verdict = try experiment.run()
      #expect(verdict.violation == nil, "seed \(seed): \(verdict.violation!)")
    }
  }

  /// One line a rule: the seed that catches it, and how.
  @Test(arguments: [
    (Rule.undecidedNeverSweeps, Weather.harsh, 2, Violation.Kind.lostObject),
    (.epochCheck, .harsh, 130, .lostObject),
    (.linkSequence, .faults, 3, .stuck),
    (.burnEpoch, .faults, 17, .stuck),
    (.stopLease, .harsh, 11, .stuck),
  ])
  func someRunGoesWrongWithout(
    _ rule: Rule, weather: Weather, seed: Int, kind: Violation.Kind
  ) throws {
    for seed in [seed] + Array(0..<400) {
      var experiment = Experiment.drawn(
        seed: UInt64(seed), weather: weather, nodes: 2...4, without: [rule])
      experiment.patience = 30_000
      guard let violation = try experiment.run(hashing: false).violation else { continue }
      #expect(violation.kind == kind, "seed \(seed): \(violation)")
      experiment.rules = .all
      #expect(try experiment.run(hashing: false).violation == nil, "seed \(seed)")
      return
    }
    Issue.record("no seed shows that \(rule.rawValue) is missing")
  }
}
