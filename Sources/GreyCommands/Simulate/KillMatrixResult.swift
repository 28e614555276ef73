// The kill matrix for scripts and for people.

import GreyBasics
import GreyEvents
import GreyExplorer
import GreySimulator

package struct KillMatrixResult: ControlResult {
  package static let schema = "greywave.kill-matrix/1"
  package var small: Bool
  /// Every rule is caught, and no run has failed with every rule in force.
  package var ok: Bool
  package var elapsedUs: Int
  package var rules: [KilledRule]

  package init(_ rules: [KilledRule], small: Bool, elapsed: Duration) {
    self.small = small
    self.rules = rules
    elapsedUs = Int(elapsed.microseconds)
    ok = rules.allSatisfy(\.isAccountedFor)
  }
}

package struct KilledRule: Codable, Hashable, Sendable {
  package var rule: String
  /// Without the rule (and without those of `redundant_with`) something is lost or gets stuck.
  package var caught: Bool
  /// `explorer`, `simulator`; empty where nothing catches it.
  package var by: [String]
  /// Simulated runs, and turns in them, until one was caught.
  package var seeds: Int
  package var events: Int
  /// Of the shorter of the two stories; 0 where nothing is caught.
  package var storySteps: Int
  /// Rules that were off as well in whatever caught it, because each of them is enough without the
  /// other; empty where the rule was caught off alone.
  package var redundantWith: [String]
  /// Nil: not walked.
  package var explorer: Explored?
  /// Nil: not run.
  package var simulator: Simulated?
  package var remark: String

  package struct Explored: Codable, Hashable, Sendable {
    package var caught: Bool
    /// `lost`, `stuck`, `safe`, `unfinished`.
    package var verdict: String
    package var states: Int
    package var storySteps: Int
    package var scope: String
    /// Rules that were off as well.
    package var together: [String]
    /// The verdict with this rule off alone, where others were off as well; empty: not walked.
    package var alone: String

    init(_ row: RuleRow, _ finding: Finding, alone: Finding?) {
      caught = RuleRow.isCaught(finding)
      verdict = finding.verdict.rawValue
      states = finding.progress.states
      storySteps = finding.steps
      scope = row.scope?.description ?? ""
      together = row.together.map(\.rawValue)
      self.alone = alone?.verdict.rawValue ?? ""
    }
  }

  package struct Simulated: Codable, Hashable, Sendable {
    package var caught: Bool
    package var seeds: Int
    package var events: Int
    /// What went wrong, and in which run; empty where nothing did.
    package var kind: String
    package var run: String
    package var storySteps: Int
    package var story: [String]
    /// Runs that fail with every rule in force, too.
    package var mistakes: [String]
    /// Rules that were off as well.
    package var together: [String]
    /// The run that is known to go wrong does not: its line is to be renewed.
    package var isStale: Bool

    /// - Parameter replay: of the run whose story is told.
    init(_ hunt: RuleHunt, _ replay: Replay?, _ story: [String], isStale: Bool) {
      caught = hunt.caught != nil
      seeds = hunt.runs
      events = hunt.events
      kind = replay?.violation.kind.rawValue ?? hunt.caught?.violation.kind.rawValue ?? ""
      run = replay.flatMap(hunt.trial(of:))?.words ?? hunt.caught?.trial.words ?? ""
      storySteps = story.count
      self.isStale = isStale
      self.story = story
      mistakes = hunt.mistakes.map(\.words)
      together = hunt.companions.map(\.rawValue)
    }
  }

  package init(
    _ rule: Rule, _ explorer: Explored?, _ simulator: Simulated?, remark: String = ""
  ) {
    self.rule = rule.rawValue
    self.explorer = explorer
    self.simulator = simulator
    by =
      (explorer?.caught == true ? ["explorer"] : [])
      + (simulator?.caught == true ? ["simulator"] : [])
    caught = !by.isEmpty
    seeds = simulator?.seeds ?? 0
    events = simulator?.events ?? 0
    storySteps =
      [explorer?.storySteps ?? 0, simulator?.storySteps ?? 0].filter { $0 > 0 }.min() ?? 0
    let catches = [
      explorer?.caught == true ? explorer?.together : nil,
      simulator?.caught == true ? simulator?.together : nil,
    ].compactMap(\.self)
    // What one of the two catches alone is not redundant.
    let together = catches.contains([]) ? [] : catches.flatMap(\.self)
    redundantWith = Rule.allCases.map(\.rawValue).filter(together.contains)
    self.remark = remark
  }

  /// And no run has failed with every rule in force; what is called redundant is; and the run that
  /// is known to go wrong does.
  var isAccountedFor: Bool {
    caught && simulator?.mistakes.isEmpty != false && simulator?.isStale != true
      && ["", "safe"].contains(explorer?.alone ?? "")
  }
}

extension Render {
  package static func killMatrix(_ result: KillMatrixResult, _ style: Style) -> String {
    var table = Table([
      ("rule off", .left), ("explorer", .left), ("steps", .right), ("states", .right),
      ("simulator", .left), ("lines", .right), ("runs", .right), ("events", .right),
    ])
    func number(_ value: Int?) -> String { value.map { $0 > 0 ? Text.count($0) : "" } ?? "" }
    for row in result.rules {
      let (explorer, simulator) = (row.explorer, row.simulator)
      let name = row.rule + (row.redundantWith.isEmpty ? "" : " *")
      table.add([
        style.verdict(row.isAccountedFor, name),
        explorer?.verdict ?? "–", number(explorer?.storySteps), number(explorer?.states),
        simulator.map { $0.caught ? $0.kind : "nothing" } ?? "–", number(simulator?.storySteps),
        number(simulator?.seeds), number(simulator?.events),
      ])
    }
    var text = table.text(style) + "\n"
    for row in result.rules {
      if !row.redundantWith.isEmpty {
        let alone = row.explorer.map { $0.alone.isEmpty ? "" : " (walked: \($0.alone))" } ?? ""
        text += "\(row.rule): off together with \(Text.list(row.redundantWith)); "
        text += "\(row.remark)\(alone)\n"
      }
      if row.simulator?.isStale == true {
        text +=
          style.verdict(
            false,
            "\(row.rule): the run that is known to go wrong shows nothing any more; renew "
              + "KnownCatch: greywave simulate --kill-matrix --without \(row.rule)") + "\n"
      }
      for run in row.simulator?.mistakes ?? [] {
        text += style.verdict(false, "\(run) fails with every rule in force, too") + "\n"
      }
    }
    let caught = result.rules.count { $0.caught }
    let together = result.rules.count { $0.caught && !$0.redundantWith.isEmpty }
    text += style.verdict(
      result.ok,
      "\(caught) of \(Text.plural(result.rules.count, "rule")) caught, \(together) of them "
        + "together with one that suffices without it")
    return text + style.faint(", in " + Text.microseconds(result.elapsedUs)) + "\n"
  }
}
