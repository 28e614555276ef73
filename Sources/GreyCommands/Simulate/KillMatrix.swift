// The kill matrix: every rule of the protocol switched off, once in the explorer and once in the
// simulator. What catches nothing proves nothing; so a rule that neither of the two misses fails
// the matrix.
//
// Rules that are redundant by design, each because of the other, are off together, and the matrix
// says so; that each alone is safe is walked by the full one.
//
// The small matrix asks the explorer where it loses something within seconds and the simulator for
// the run that is known to go wrong. The full one lets the explorer walk to the end and begins
// every hunt at seed 0.

import GreyBasics
import GreyEvents
import GreyExplorer
import GreySimulator

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
    return KilledRule(rule, explorer, simulator, remark: RuleTable.row(rule).remark)
  }

  /// Walks to the end, which is where nothing is lost, take too long for the small matrix.
  private func explored(_ rule: Rule) -> KilledRule.Explored? {
    let row = RuleTable.row(rule)
    guard
      let finding = row.explore(
        limits: limits, goesOn: { goesOn("\(rule.rawValue): \(Text.count($0.states)) states") })
    else { return nil }
    let alone =
      isSmall
      ? nil
      : row.exploreAlone(
        limits: limits,
        goesOn: { goesOn("\(rule.rawValue) alone: \(Text.count($0.states)) states") })
    return KilledRule.Explored(row, finding, alone: alone)
  }

  private func hunted(_ rule: Rule) throws -> KilledRule.Simulated? {
    let known = KnownCatch.of(rule)
    if isSmall, known == nil { return nil }
    var hunt = RuleHunt(without: [rule] + (known?.together ?? []))
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
