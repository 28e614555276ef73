// Rules taken out: some run must go wrong, and the same run with every rule in force must not. And
// with every rule in force things break, and nothing is lost or left standing.
//
// These are the quick ones, a few of each, in debug. The release binary runs hundreds of seeds
// (`greywave simulate`) and every rule (`greywave simulate --kill-matrix`).

import GreyBasics
import GreySimulator
import Testing

@Suite struct FaultTests {
  /// What is stuck takes its time, and is left to the kill matrix.
  private static let quick = Rule.allCases.filter {
    KnownCatch.of($0).map { $0.kind == .lostObject } ?? false
  }

  @Test func mostRulesAreQuick() { #expect(Self.quick.count >= 15) }

  @Test(arguments: quick)
  func someRunLosesAnObjectWithout(_ rule: Rule) throws {
    let known = try #require(KnownCatch.of(rule))
    var hunt = RuleHunt(without: [rule] + known.together)
    // Runs change with the engines: then others are tried.
    for trial in [known.trial] + (0..<60).map({ Trial(known.trial.weather, $0) })
    where try hunt.tries(trial) { break }
    let caught = try #require(
      hunt.caught, "renew KnownCatch: greywave simulate --kill-matrix --without \(rule.rawValue)")
    #expect(caught.violation.kind == .lostObject, "\(caught.trial.words): \(caught.violation)")
    #expect(hunt.mistakes.isEmpty)
    #expect(hunt.events > 0 && hunt.runs >= 1)
  }

  @Test func aRuleThatIsInForceIsNotCaught() throws {
    var hunt = RuleHunt(without: [])
    #expect(try !hunt.tries(Trial(.calm, 0)))
    #expect(hunt.runs == 1 && hunt.caught == nil && hunt.mistakes.isEmpty)
    #expect(try hunt.story(attempts: 1) == nil)
    #expect(
      Trial.order(seeds: 2).map(\.words).prefix(4) == [
        "calm 0 2..3", "faults 0 2..4", "harsh 0 2..4", "calm 1 2..3",
      ])
  }

  @Test func nothingIsLostWithEveryRule() throws {
    var cycles = 0
    var objects = 0
    for seed in 0..<10 as Range<UInt64> {
      let verdict = try Experiment(seed: seed, temper: Temper(seed: seed, steps: 1_200))
        .run(hashing: false)
      #expect(verdict.violation == nil, "seed \(seed): \(verdict.violation!)")
      cycles += verdict.cycles
      objects += verdict.objectsChecked
    }
    #expect(cycles >= 10)
    #expect(objects >= 300)
  }

  @Test func thingsBreakAndNothingIsLostOrLeftStanding() throws {
    var faults = 0
    for seed in 0..<6 as Range<UInt64> {
      let experiment = Experiment.drawn(
        seed: seed, weather: seed % 2 == 0 ? .faults : .harsh, nodes: 2...3, steps: 1_500)
      let verdict = try experiment.run(hashing: false)
      #expect(verdict.violation == nil, "seed \(seed): \(verdict.violation!)")
      faults += verdict.faults
    }
    #expect(faults >= 10)
  }
}
