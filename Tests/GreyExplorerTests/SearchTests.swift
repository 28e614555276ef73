// Small scopes, walked to the end, and the losses that the absence of a rule leads to.

import Foundation
import GreyBasics
import GreyExplorer
import Testing

private func scope(_ change: (inout Scope) -> Void = { _ in }) -> Scope {
  var scope = Scope()
  scope.slots = 1
  scope.messages = 0
  change(&scope)
  return scope
}

private let walksAll = ProcessInfo.processInfo.environment["GREYWAVE_ALL"] == "1"

@Suite("All states of a small cluster")
struct SearchTests {
  @Test func oneNodeIsSafe() {
    let finding = Search(
      scope {
        $0.nodes = 1
        $0.owners = [0, 0]
        $0.slots = 2
      }
    ).run()
    #expect(finding.verdict == .safe)
    #expect(finding.progress.standsFor > 1000)
  }

  @Test func oneNodeWithTwoCyclesGlobalsAndTasksIsSafe() {
    let finding = Search(
      scope {
        $0.nodes = 1
        $0.owners = [0, 0]
        $0.tasks = 2
        $0.hasGlobals = true
      }
    ).run()
    #expect(finding.verdict == .safe)
  }

  @Test func twoNodesThatKeepToThemselvesAreSafe() {
    #expect(Search(scope()).run().verdict == .safe)
  }

  @Test func cancelledStopsAndDeathsAreSafe() {
    for fault in [\Scope.cancels, \Scope.leases, \Scope.crashes] {
      #expect(Search(scope { $0[keyPath: fault] = 1 }).run().verdict == .safe)
    }
  }

  /// What goes over a stop line overtakes everything else, and is overtaken.
  @Test func stopLinesAreSafe() {
    #expect(Search(scope { $0.hasStopLines = true }).run().verdict == .safe)
    for fault in [\Scope.cancels, \Scope.leases, \Scope.crashes] {
      let finding = Search(
        scope {
          $0.hasStopLines = true
          $0[keyPath: fault] = 1
        }
      ).run()
      #expect(finding.verdict == .safe, "\(fault)")
    }
  }

  @Test func aCoordinatorMayDieForGood() {
    let finding = Search(
      scope {
        $0.nodes = 1
        $0.owners = [0]
        $0.mayFallSilent = true
      }
    ).run()
    #expect(finding.verdict == .safe)
  }

  @Test(.enabled(if: walksAll)) func aMessageIsSafe() {
    let finding = Search(
      scope {
        $0.messages = 1
        $0.hasRemoteFields = false
      }
    ).run()
    #expect(finding.verdict == .safe)
  }

  @Test func theSameScopeGivesTheSameWalk() {
    let (one, two) = (Search(scope()).run(), Search(scope()).run())
    #expect(one.progress.states == two.progress.states)
    #expect(one.progress.transitions == two.progress.transitions)
    #expect(one.progress.depth == two.progress.depth)
  }

  @Test func aWalkEndsAtItsLimits() {
    let few = Search(scope { $0.messages = 1 }, limits: SearchLimits(states: 5000)).run()
    #expect(few.verdict == .unfinished)
    #expect(few.limit == "states")
    let short = Search(scope { $0.messages = 1 }).run { _ in false }
    #expect(short.verdict == .unfinished)
    #expect(short.limit == "time")
    let small = Search(scope { $0.messages = 1 }, limits: SearchLimits(bytes: 1 << 18)).run()
    #expect(small.limit == "memory")
  }

  @Test func wrongScopesAreRefusedWithAReason() {
    var wrong = Scope()
    wrong.nodes = 9
    #expect(wrong.complaint?.contains("nodes") == true)
    wrong = Scope()
    wrong.owners = [5]
    #expect(wrong.complaint != nil)
    #expect(Scope().complaint == nil)
  }
}

/// Rows whose walk takes a debug build more than a few seconds.
private let slowRules: Set<Rule> = [
  .transitRoot, .senderShade, .receiverShade, .keepStamp, .placedAfterPlacement, .countBatches,
  .linkSequence, .fenceDead, .checkMembershipOnPlace,
]

/// Millions of states: for a release build, `greywave explore --all-rules`.
private let releaseRules: Set<Rule> = [.epochCheck, .armTogether, .holdEarly, .burnEpoch]

private let quickRows = RuleTable.rows.filter {
  !slowRules.contains($0.rule) && !releaseRules.contains($0.rule)
}

@Suite("Each rule switched off")
struct RuleTableTests {
  @Test("is as its row says", arguments: quickRows)
  func quick(_ row: RuleRow) { check(row) }

  @Test(
    "is as its row says, in a long walk", .enabled(if: walksAll),
    arguments: RuleTable.rows.filter { slowRules.contains($0.rule) })
  func slow(_ row: RuleRow) { check(row, isQuick: false) }

  private func check(_ row: RuleRow, isQuick: Bool = true) {
    let finding = row.explore()
    #expect(row.isAsExpected(finding), "\(row.rule.rawValue): \(String(describing: finding))")
    if let finding, RuleRow.isCaught(finding) {
      #expect(finding.steps > 0)
      #expect(!finding.outcome.isEmpty)
    }
    // With the rule in force the same scope has no such story, at least up to that length.
    if isQuick, let finding, var scope = row.scope, RuleRow.isCaught(finding) {
      scope.rules = .all
      let limits = SearchLimits(states: finding.progress.states)
      #expect(!RuleRow.isCaught(Search(scope, limits: limits).run()))
    }
  }

  @Test func everyRuleHasARow() {
    #expect(RuleTable.rows.map(\.rule) == Rule.allCases)
    for row in RuleTable.rows { #expect((row.scope == nil) == (row.expectation == .notExplored)) }
  }

  @Test func theShortestStoryIsToldStepByStep() {
    let finding = RuleTable.row(.insertionBarrier).explore()
    let story = finding?.story ?? []
    #expect(story.contains { $0.contains("stores o") })
    #expect(story.contains { $0.contains("SWEEP(1)") && $0.contains("is freed") })
    #expect(finding?.outcome.contains("was swept; it is held by") == true)
  }
}
