// What `explore` answers: what was walked, the verdict, and the story if there is one.

import GreyBasics
import GreyEvents
import GreyExplorer

package struct ExploreResult: ControlResult {
  package static let schema = "greywave.explore/1"
  /// What is walked: a tiny `cluster`, or two `links`.
  package enum Model: String, Codable, Hashable, Sendable {
    case cluster
    case links
  }
  package var model: Model
  package var scope: String
  package var without: [String]
  /// `safe`, `lost`, `stuck` or `unfinished`.
  package var verdict: String
  package var exhausted: Bool
  /// What ended an unfinished search: `time`, `memory`, `interrupt`; else empty.
  package var limit: String
  package var states: Int
  /// States that differ from one of these by the names of nodes and objects at most. For links:
  /// the same.
  package var standsFor: Int
  package var transitions: Int
  /// Steps from the first state to the last layer that was reached.
  package var depth: Int
  package var elapsedUs: Int
  /// Absent for links, whose few states are not measured.
  package var memoryBytes: Int?
  package var storySteps: Int
  /// A step each.
  package var story: [String]
  /// What came of the story; empty where there is none.
  package var outcome: String
  /// Rules of `without` that made no difference: with one of them in force the walk is, state by
  /// state, the same. What is safe without them says nothing about them.
  package var vacuous: [String] = []

  enum CodingKeys: String, CodingKey {
    case model, scope, without, verdict, exhausted, limit, states
    case standsFor = "stands_for"
    case transitions, depth
    case elapsedUs = "elapsed_us"
    case memoryBytes = "memory_bytes"
    case storySteps = "story_steps"
    case story, outcome, vacuous
  }

  package init(
    _ model: Model, _ scope: String, without rules: RuleSet, _ finding: Finding,
    elapsed: Duration, wasInterrupted: Bool
  ) {
    self.model = model
    self.scope = scope
    without = rules.switchedOff.map(\.rawValue)
    verdict = finding.verdict.rawValue
    exhausted = finding.verdict == .safe
    limit = wasInterrupted ? "interrupt" : finding.limit
    states = finding.progress.states
    standsFor = model == .links ? states : finding.progress.standsFor
    transitions = finding.progress.transitions
    depth = finding.progress.depth
    elapsedUs = Int(elapsed.microseconds)
    memoryBytes = model == .links ? nil : finding.progress.bytes
    storySteps = finding.steps
    story = finding.story
    outcome = finding.outcome
  }
}

/// `explore --all-rules`.
package struct ExploreRulesResult: ControlResult {
  package static let schema = "greywave.explore-rules/1"
  package var rules: [ExploredRule]
  /// Every rule is as its row in `RuleTable` says.
  package var asExpected: Bool

  enum CodingKeys: String, CodingKey {
    case rules
    case asExpected = "as_expected"
  }

  package init(rules: [ExploredRule]) {
    self.rules = rules
    asExpected = rules.allSatisfy(\.asExpected)
  }
}

package struct ExploredRule: Codable, Hashable, Sendable {
  package var rule: String
  package var caught: Bool
  package var asExpected: Bool
  package var verdict: String
  package var storySteps: Int
  package var states: Int
  package var elapsedUs: Int
  package var scope: String
  /// Rules that were switched off together with it, because one of them suffices.
  package var redundantWith: [String]
  /// The verdict with the rule off alone; empty where no other was off.
  package var alone: String
  package var remark: String

  enum CodingKeys: String, CodingKey {
    case rule, caught
    case asExpected = "as_expected"
    case verdict
    case storySteps = "story_steps"
    case states
    case elapsedUs = "elapsed_us"
    case scope
    case redundantWith = "redundant_with"
    case alone, remark
  }

  package init(
    _ row: RuleRow, _ finding: Finding?, alone: Finding? = nil, elapsed: Duration
  ) {
    rule = row.rule.rawValue
    caught = finding.map(RuleRow.isCaught) ?? false
    asExpected = row.isAsExpected(finding) && (alone.map { $0.verdict == .safe } ?? true)
    verdict = finding?.verdict.rawValue ?? "not explored"
    storySteps = finding?.steps ?? 0
    states = finding?.progress.states ?? 0
    elapsedUs = Int(elapsed.microseconds)
    scope = row.scope?.description ?? ""
    redundantWith = row.together.map(\.rawValue)
    self.alone = alone?.verdict.rawValue ?? ""
    remark = row.remark
  }
}
