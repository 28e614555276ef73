// The kill matrix: every rule of the protocol switched off, once in the explorer and once in the
// simulator. What catches nothing proves nothing; so a rule that neither of the two misses fails
// the matrix.
//
// Rules that are redundant by design, each because of the other, are off together, and the matrix
// says so; that each alone is safe is walked by the full one.
//
// The small matrix asks the explorer where it loses something within seconds and the simulator for
// the run that is known to go wrong. The full one lets the explorer walk to the end and begins
// every hunt at seed 0, and of the first runs that are caught it keeps the one with the shortest
// story.

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
    var hunt = RuleHunt(without: [rule], and: known?.together ?? [])
    var isStale = false
    if isSmall, let known { isStale = try !hunt.tries(known.trial) }
    var replay = try isSmall ? story(of: hunt, rule) : nil
    if hunt.caught == nil {
      var left = isSmall ? 1 : Self.catches
      for trial in Trial.order(seeds: seeds) where left > 0 {
        guard goesOn("\(rule.rawValue): \(Text.plural(hunt.runs, "run"))") else { break }
        guard try hunt.tries(trial) else { continue }
        left -= 1
        // Of several the one with the shortest story.
        guard let other = try story(of: hunt, rule) else { continue }
        if replay.map({ other.steps.count < $0.steps.count }) ?? true { replay = other }
      }
    }
    return KilledRule.Simulated(hunt, replay, try replay?.story() ?? [], isStale: isStale)
  }

  /// Runs that are caught and whose stories are compared.
  private static let catches = 6

  private func story(of hunt: RuleHunt, _ rule: Rule) throws -> Replay? {
    guard let caught = hunt.caught else { return nil }
    let isStuck = caught.violation.kind == .stuck
    // Each run that is stuck is waited for.
    let attempts = isSmall ? (isStuck ? 60 : 800) : (isStuck ? 300 : 2_500)
    return try hunt.story(attempts: attempts) {
      _ = goesOn("\(rule.rawValue): shortening the story: \($0)")
    }
  }
}
