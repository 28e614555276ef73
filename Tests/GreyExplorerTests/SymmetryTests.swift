// States that differ by names only are walked once: what such a walk stands for is, to the number,
// what a walk without symmetries visits, and it comes to the same verdicts by as few steps.

import GreyBasics
import GreyExplorer
import Testing

@Suite("Symmetries of a scope")
struct SymmetryTests {
  private static func scope(_ change: (inout Scope) -> Void) -> Scope {
    var scope = Scope()
    scope.slots = 1
    scope.messages = 0
    change(&scope)
    return scope
  }

  /// Few enough states for a debug build, and each has some trouble of its own.
  private static let scopes = [
    // Two nodes that change places.
    scope { _ in },
    scope { $0.cycles = 2 },
    scope { $0.cancels = 1 },
    scope { $0.leases = 1 },
    scope { $0.crashes = 1 },
    scope { $0.hasGlobals = true },
    // Objects that change places.
    scope {
      $0.nodes = 1
      $0.owners = [0, 0, 0]
      $0.slots = 2
    },
    // Two of three nodes that change places, and a newcomer that stays where it is.
    scope {
      $0.nodes = 3
      $0.owners = [0]
    },
    scope {
      $0.nodes = 3
      $0.owners = [0, 1]
      $0.joins = 1
    },
  ]

  @Test(arguments: scopes)
  func aWalkStandsForAllStates(_ scope: Scope) {
    var plain = scope
    plain.usesSymmetry = false
    let (once, each) = (Search(scope).run(), Search(plain).run())
    #expect(once.verdict == .safe && each.verdict == .safe)
    #expect(once.progress.standsFor == each.progress.states)
    #expect(each.progress.standsFor == each.progress.states)
    #expect(once.progress.depth == each.progress.depth)
    #expect(once.progress.states < each.progress.states)
  }

  @Test(arguments: [Rule.insertionBarrier, .deletionBarrier, .allocateBlack, .undecidedNeverSweeps])
  func aLossIsAsFarAway(_ rule: Rule) throws {
    var row = RuleTable.row(rule)
    let once = try #require(row.explore())
    row.scope?.usesSymmetry = false
    let each = try #require(row.explore())
    #expect(once.verdict == each.verdict)
    #expect(once.steps == each.steps)
    #expect(once.progress.states < each.progress.states)
    // Names are kept from the first line to the last: what is lost was made.
    let lost = try #require(once.outcome.split(separator: " ").first)
    #expect(once.story.contains { $0.contains("allocates \(lost)") }, "\(once.story)")
  }
}
