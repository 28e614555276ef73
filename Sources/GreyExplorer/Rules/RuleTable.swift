// Every rule, where it is explored and what is expected of it.
//
// Two rules are not missed by the protocol's machines as long as a third one is in force.
// `hold-early` and `burn-epoch` guard against members that mark under a number before others have
// armed it, or under one that was given up. While nobody resumes from stop 1 before everybody has
// armed (`arm-together`) there is no way to that: whoever gives an epoch up alone notes it as
// finished, and its batches are dropped; and an attempt that is cancelled in its stop 1 has had all
// that were armed standing still until the ABORT, so it leaves no batch and no stamp behind. And
// `arm-together` is not missed either as long as early batches are held and numbers are burnt. Each
// is there so that the others need not be perfect; off together they are caught: a batch is counted
// by its sender and by nobody else, or in an attempt that it does not belong to, and the cycle
// never ends. Without `burn-epoch` an object is lost as well, three steps after the first cycle
// that cannot go on: so there the walk goes on where a cycle cannot. For `epoch-check` and
// `hold-early` it was made, too, to its end: what is stuck is all that there is.
//
// Around the machines `burn-epoch` is missed by itself: whole engines under faults come to a cycle
// that never leaves `prepare`. A node's collector threads are told what to prepare, and say what
// they have prepared, by the number of the epoch alone (`CollectorDuties`), which need not be more
// because numbers never come twice. Without the rule the number of a cancelled attempt does: the
// threads take it for prepared already, so the node never answers the second PREPARE. Here a
// preparation ends as soon as it is asked for.

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
    case .armTogether:
      RuleRow(
        rule: rule, expectation: .stuck, scope: oneTraveller, together: [.holdEarly],
        remark: "alone it is safe: who is not armed yet holds the batches of those who are")
    case .holdEarly:
      RuleRow(
        rule: rule, expectation: .stuck, scope: oneTraveller, together: [.armTogether],
        remark: "alone it is safe: nobody marks before all are armed")
    case .burnEpoch:
      RuleRow(
        rule: rule, expectation: .lost,
        scope: with(oneTraveller) {
          $0.cancels = 1
          $0.stopsWhenStuck = false
        }, together: [.armTogether],
        remark: "alone it is safe here, since who is armed stands still until the ABORT; "
          + "engines get stuck, whose threads know a preparation by its epoch's number")
    case .atomicBlacken:
      RuleRow(
        rule: rule, expectation: .notExplored, scope: nil,
        remark: "two writers of one word: a refill is one step here")
    case .sweepAll:
      RuleRow(
        rule: rule, expectation: .notExplored, scope: nil,
        remark: "it frees and loses nothing: what it leaves is the simulator's to find, once "
          + "everything rests")
    }
  }

  /// A message can go from one to the other, and be forgotten by either.
  static var twoNodes: Scope {
    var scope = Scope()
    scope.slots = 1
    return scope
  }

  /// One object whose reference goes from node to node, and nothing else.
  static var oneTraveller: Scope {
    with(twoNodes) {
      $0.owners = [0]
      $0.hasRemoteFields = false
    }
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
