// Every rule, where it is explored and what is expected of it.
//
// Two rules are not missed by the protocol's machines. `hold-early` and `burn-epoch` guard against
// members that mark under a number before others have armed it, or under one that was given up.
// The machines leave no way to that: nobody resumes from stop 1 before everybody has armed;
// whoever gives an epoch up alone notes it as finished, and its batches are dropped; and an
// attempt that is cancelled in its stop 1 has had all that were armed standing still until the
// ABORT, so it leaves no batch and no stamp behind. Both off together change nothing either.
// Around the machines they are missed: whole engines under faults come to a cycle that never ends
// without `burn-epoch` (the simulator finds it), and a node that is handed an early batch loses an
// object without `hold-early` (a test of GreyEngine hands it one). So a node is safe by itself,
// whatever the others do.

import GreyBasics

package enum RuleTable {
  package static var rows: [RuleRow] { Rule.allCases.map(row) }

  package static func row(_ rule: Rule) -> RuleRow {
    switch rule {
    case .transitRoot, .senderShade, .receiverShade, .keepStamp, .placedAfterPlacement,
      .countBatches, .countMembers:
      RuleRow(rule: rule, expectation: .lost, scope: twoNodes)
    case .deletionBarrier, .insertionBarrier, .nilStoreBarrier, .allocateBlack:
      RuleRow(rule: rule, expectation: .lost, scope: oneNode)
    case .globalBarrier:
      RuleRow(rule: rule, expectation: .lost, scope: with(oneNode) { $0.hasGlobals = true })
    case .handoverShade:
      RuleRow(
        rule: rule, expectation: .lost,
        scope: with(oneNode) {
          $0.tasks = 2
          $0.slots = 1
        })
    case .undecidedNeverSweeps:
      RuleRow(rule: rule, expectation: .lost, scope: with(twoNodes) { $0.cancels = 1 })
    case .epochCheck:
      RuleRow(
        rule: rule, expectation: .stuck, scope: with(twoNodes) { $0.leases = 1 },
        remark: "a late batch is counted in the epoch after its own")
    case .stopLease:
      RuleRow(
        rule: rule, expectation: .stuck, scope: with(oneNode) { $0.mayFallSilent = true },
        remark: "tasks wait for a coordinator that is dead")
    case .linkSequence:
      RuleRow(
        rule: rule, expectation: .lost,
        scope: with(twoNodes) {
          $0.duplicates = 1
          $0.stopsWhenStuck = false
        })
    case .fenceDead:
      RuleRow(rule: rule, expectation: .lost, scope: with(twoNodes) { $0.crashes = 1 })
    case .checkMembershipOnPlace:
      RuleRow(
        rule: rule, expectation: .lost, scope: with(twoNodes) { $0.crashes = 1 })
    case .holdEarly:
      RuleRow(
        rule: rule, expectation: .safe,
        scope: with(twoNodes) {
          $0.leases = 1
          $0.messages = 1
        }, remark: "redundant here: nobody marks before all are armed")
    case .burnEpoch:
      RuleRow(
        rule: rule, expectation: .safe, scope: with(twoNodes) { $0.cancels = 1 },
        remark: "redundant here: who is armed stands still until the ABORT")
    case .atomicBlacken:
      RuleRow(
        rule: rule, expectation: .notExplored, scope: nil,
        remark: "two writers of one word: a refill is one step here")
    }
  }

  /// A message can go from one to the other, and be forgotten by either.
  static var twoNodes: Scope {
    var scope = Scope()
    scope.slots = 1
    return scope
  }

  /// What barriers and births are about needs nobody else.
  static var oneNode: Scope {
    var scope = Scope()
    scope.nodes = 1
    scope.owners = [0, 0]
    scope.messages = 0
    return scope
  }

  private static func with(_ scope: Scope, _ change: (inout Scope) -> Void) -> Scope {
    var changed = scope
    change(&changed)
    return changed
  }
}
