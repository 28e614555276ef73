// The kill matrix: every rule of the protocol switched off, once in the explorer and once in the
// simulator. What catches nothing proves nothing; so a rule that neither of the two misses must be
// named here with the test that does.
//
// The small matrix asks the explorer where it loses something within seconds and the simulator for
// the run that is known to go wrong. The full one lets the explorer walk to the end and begins
// every hunt at seed 0.

import GreyBasics
import GreyEvents
import GreyExplorer
import GreySimulator

/// A rule whose absence neither of the two can show, and what shows it.
package struct Excuse: Hashable, Sendable {
  package let reason: String
  /// A suite of the tests, as `target/suite`.
  package let test: String

  package static func of(_ rule: Rule) -> Excuse? {
    switch rule {
    case .holdEarly:
      Excuse(
        reason: "redundant by design: nobody marks before all have answered stop 1, so no batch "
          + "comes early; the test sends one to a node's engine",
        test: "GreyEngineTests/EarlyBatchTests")
    case .atomicBlacken:
      Excuse(
        reason: "a race between load and store of one word: turns and steps are atomic in both "
          + "worlds; the test plays both threads",
        test: "GreyHeapTests/MarkRaceTests")
    default: nil
    }
  }
}

struct KillMatrix {
  let isSmall: Bool
  /// In each weather, where none is known.
  let seeds: Int
  let limits: SearchLimits
  /// Told now and then; whether to go on.
  let goesOn: (String) -> Bool

  func row(_ rule: Rule) throws -> KilledRule {
    let explorer = explored(rule)
    let simulator = try hunted(rule)
    return KilledRule(rule, explorer, simulator, Excuse.of(rule))
  }

  /// A walk to the end, which is where nothing is lost, takes too long for the small matrix.
  private func explored(_ rule: Rule) -> KilledRule.Explored? {
    let row = RuleTable.row(rule)
    if isSmall, row.expectation == .safe { return nil }
    guard
      let finding = row.explore(
        limits: limits, goesOn: { goesOn("\(rule.rawValue): \(Text.count($0.states)) states") })
    else { return nil }
    return KilledRule.Explored(row, finding)
  }

  private func hunted(_ rule: Rule) throws -> KilledRule.Simulated? {
    // What cannot happen between two turns is not looked for.
    if rule == .atomicBlacken { return nil }
    let known = KnownCatch.of(rule)
    if isSmall, known == nil { return nil }
    var hunt = RuleHunt(without: [rule])
    if isSmall, let known { _ = try hunt.tries(known.trial) }
    if hunt.caught == nil {
      for trial in Trial.order(seeds: seeds) {
        guard goesOn("\(rule.rawValue): \(Text.plural(hunt.runs, "run"))") else { break }
        if try hunt.tries(trial) { break }
      }
    }
    return KilledRule.Simulated(hunt, try story(of: hunt, rule))
  }

  private func story(of hunt: RuleHunt, _ rule: Rule) throws -> [String] {
    guard let caught = hunt.caught else { return [] }
    let isStuck = caught.violation.kind == .stuck
    // Each run that is stuck is waited for.
    let attempts = isSmall ? (isStuck ? 60 : 400) : (isStuck ? 500 : 2_500)
    let replay = try hunt.story(attempts: attempts) {
      _ = goesOn("\(rule.rawValue): shortening the story: \($0)")
    }
    return try replay?.story() ?? []
  }
}
