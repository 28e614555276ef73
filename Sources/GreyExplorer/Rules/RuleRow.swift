// Each rule switched off, and what the explorer makes of it: the explorer's half of a kill matrix.
//
// A rule is explored in the smallest scope in which its absence can matter, so that the whole table
// is a matter of seconds: a barrier needs one node, a message two. Smaller scopes lose nothing: a
// loss in a small cluster is one in a large cluster whose other parts do nothing.

import GreyBasics

package struct RuleRow: Sendable {
  package enum Expectation: Hashable, Sendable {
    /// An object is lost.
    case lost
    /// A cycle cannot go on.
    case stuck
    /// Nothing happens: other rules suffice.
    case safe
    /// Nothing of it is in the model.
    case notExplored
  }

  package var rule: Rule
  package var expectation: Expectation
  /// Where it is explored; nil where nothing of it is in the model.
  package var scope: Scope?
  /// Other rules that are off as well, because any of them suffices.
  package var together: [Rule] = []
  package var remark = ""

  package static func isCaught(_ finding: Finding) -> Bool {
    finding.verdict == .lost || finding.verdict == .stuck
  }

  package func isAsExpected(_ finding: Finding?) -> Bool {
    switch expectation {
    case .lost: finding?.verdict == .lost
    case .stuck: finding?.verdict == .stuck
    case .safe: finding?.verdict == .safe
    case .notExplored: finding == nil
    }
  }

  /// Nil for a rule that is not in the model.
  package func explore(
    limits: SearchLimits = SearchLimits(), goesOn: (SearchProgress) -> Bool = { _ in true }
  ) -> Finding? {
    explore(without: [rule] + together, limits, goesOn)
  }

  /// The rule off and those of `together` in force: safe, or they were not redundant. Nil where
  /// there are none.
  package func exploreAlone(
    limits: SearchLimits = SearchLimits(), goesOn: (SearchProgress) -> Bool = { _ in true }
  ) -> Finding? {
    together.isEmpty ? nil : explore(without: [rule], limits, goesOn)
  }

  private func explore(
    without rules: [Rule], _ limits: SearchLimits, _ goesOn: (SearchProgress) -> Bool
  ) -> Finding? {
    guard var scope else { return nil }
    scope.rules = RuleSet(without: rules)
    return Search(scope, limits: limits).run(goesOn: goesOn)
  }
}
