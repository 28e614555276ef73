// Every rule that a simulated cluster can be without, taken out: some run must lose an object, and
// the same runs with every rule in force must lose nothing.
//
// A test tries the run that was caught fastest when it was last looked for. Runs change with the
// engines, so when that one shows nothing any more, others are tried.

import GreyBasics
import GreySimulator
import Testing

@Suite struct FaultTests {
  /// One line a rule: the seed that catches it.
  @Test(arguments: [
    (Rule.transitRoot, 12),
    (.senderShade, 3),
    (.receiverShade, 9),
    (.keepStamp, 9),
    (.deletionBarrier, 37),
    (.insertionBarrier, 0),
    (.nilStoreBarrier, 37),
    (.globalBarrier, 67),
    (.handoverShade, 3),
    (.allocateBlack, 0),
    (.countBatches, 4),
    (.countMembers, 0),
  ])
  func someRunLosesAnObjectWithout(_ rule: Rule, seed: Int) throws {
    for seed in [seed] + Array(0..<400) {
      var experiment = Experiment.drawn(
        seed: UInt64(seed), weather: .calm, nodes: 2...3, without: [rule])
      if let violation = try experiment.run(hashing: false).violation {
        #expect(violation.kind == .lostObject, "seed \(seed): \(violation)")
        // The same run with every rule in force.
        experiment.rules = .all
        #expect(try experiment.run(hashing: false).violation == nil, "seed \(seed)")
        return
      }
    }
    Issue.record("no seed loses anything without \(rule.rawValue)")
  }

  @Test(arguments: 0..<8)
  func nothingIsLostWithEveryRule(block: Int) throws {
    var cycles = 0
    var objects = 0
    for seed in UInt64(block * 25)..<UInt64(block * 25 + 25) {
      var temper = Temper(seed: seed)
      temper.steps = 1_200
      let verdict = try Experiment(seed: seed, temper: temper).run(hashing: false)
      #expect(verdict.violation == nil, "seed \(seed): \(verdict.violation!)")
      cycles += verdict.cycles
      objects += verdict.objectsChecked
    }
    #expect(cycles >= 25)
    #expect(objects >= 1_000)
  }
}
