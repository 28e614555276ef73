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
    KnownCatch.of($0).map { $0.kind != .stuck } ?? false
  }

  @Test func mostRulesAreQuick() { #expect(Self.quick.count >= 15) }

  /// Each line by itself: what it says has to come of its run.
  @Test(arguments: quick)
  func theKnownRunGoesWrongWithout(_ rule: Rule) throws {
    let known = try #require(KnownCatch.of(rule))
    var hunt = RuleHunt(without: [rule], and: known.together)
    #expect(
      try hunt.tries(known.trial),
      "renew KnownCatch: greywave simulate --kill-matrix --without \(rule.rawValue)")
    #expect(hunt.caught?.violation.kind == known.kind)
    #expect(hunt.mistakes.isEmpty)
    #expect(hunt.events > 0 && hunt.runs == 1)
  }

  /// Stuck as well, and seen as soon as everything rests: garbage stays that two cycles should have
  /// freed.
  @Test func whatIsNeverSweptIsFound() throws {
    let known = try #require(KnownCatch.of(.sweepAll))
    var hunt = RuleHunt(without: [.sweepAll])
    #expect(try hunt.tries(known.trial))
    #expect(hunt.caught?.violation.nature.hasPrefix("garbage") == true && hunt.mistakes.isEmpty)
  }

  /// Every check that is not the oracle's is what catches some rule: it can fail.
  @Test func everyCheckFires() {
    let kinds = Set(Rule.allCases.compactMap { KnownCatch.of($0)?.kind })
    #expect(
      kinds.isSuperset(of: [.lostObject, .undecidedSweep, .countMismatch, .barrierOff, .stuck]))
    #expect(KnownCatch.of(.undecidedNeverSweeps)?.kind == .undecidedSweep)
    #expect(KnownCatch.of(.armTogether)?.kind == .barrierOff)
  }

  /// What comes of a companion does not end the run that is about another rule.
  @Test func aCompanionsViolationIsTolerated() throws {
    var hunt = RuleHunt(without: [.holdEarly], and: [.armTogether])
    let experiment = hunt.experiment(Trial(.faults, 0))
    #expect(experiment.tolerated == [.barrierOff])
    #expect(experiment.rules.switchedOff == [.armTogether, .holdEarly])
    #expect(experiment.sound(without: [.armTogether]).rules.switchedOff == [.armTogether])
    #expect(try !hunt.tries(Trial(.faults, 1)) || hunt.caught?.violation.kind != .barrierOff)
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
