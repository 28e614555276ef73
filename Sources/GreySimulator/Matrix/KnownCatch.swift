// For each rule the run that catches its absence, and the rules that no run catches.
//
// One line a rule. Runs change with the engines: when a line shows nothing any more, the hunt goes
// on to other seeds, and `greywave simulate --kill-matrix` says how many it took, from which the
// line is renewed.

import GreyBasics

package struct KnownCatch: Hashable, Sendable {
  package let trial: Trial
  package let kind: Violation.Kind
  /// Rules that are off as well, because one of them suffices.
  package var together: [Rule] = []

  /// Nil for a rule that no run has caught.
  package static func of(_ rule: Rule) -> KnownCatch? {
    switch rule {
    case .transitRoot: known(.calm, 5)
    case .senderShade: known(.calm, 1)
    case .receiverShade: known(.calm, 2)
    case .keepStamp: known(.calm, 9)
    case .deletionBarrier: known(.calm, 37)
    case .insertionBarrier: known(.calm, 1)
    case .nilStoreBarrier: known(.calm, 37)
    case .globalBarrier: known(.calm, 3)
    case .handoverShade: known(.calm, 68)
    case .allocateBlack: known(.calm, 0)
    case .countBatches: known(.calm, 3)
    case .countMembers: known(.calm, 0)
    case .placedAfterPlacement: known(.harsh, 1581)
    case .undecidedNeverSweeps: known(.harsh, 2)
    case .epochCheck: known(.harsh, 5)
    case .linkSequence: known(.faults, 3, .stuck)
    case .burnEpoch: known(.faults, 17, .stuck)
    // A node that missed the end of a stop is told again, as long as somebody reigns; and here
    // somebody always does.
    case .stopLease: nil
    // The list of members comes before the next cycle, on the same connection, and the dead send
    // nothing.
    case .fenceDead, .checkMembershipOnPlace: nil
    case .holdEarly: known(.calm, 0, .stuck, together: [.armTogether])
    // The same two.
    case .armTogether: nil
    // Turns are atomic but for this one race.
    case .atomicBlacken: known(.calm, 7)
    }
  }

  private static func known(
    _ weather: Weather, _ seed: UInt64, _ kind: Violation.Kind = .lostObject,
    together: [Rule] = []
  ) -> KnownCatch {
    KnownCatch(trial: Trial(weather, seed), kind: kind, together: together)
  }
}
