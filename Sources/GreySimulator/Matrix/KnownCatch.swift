// For each rule the run that catches its absence, and the rules that no run catches.
//
// One line a rule. Runs change with the engines: a line that shows nothing any more fails its test
// and the small kill matrix, and `greywave simulate --kill-matrix --without RULE` finds the run
// from which it is renewed, one with a short story.

import GreyBasics

package struct KnownCatch: Hashable, Sendable {
  package let trial: Trial
  package let kind: Violation.Kind
  /// Rules that are off as well, without the run and with it, because one of them suffices.
  package var together: [Rule] = []

  /// Nil for a rule that no run has caught.
  package static func of(_ rule: Rule) -> KnownCatch? {
    switch rule {
    case .transitRoot: known(.calm, 26)
    case .senderShade: known(.calm, 5)
    case .receiverShade: known(.faults, 58)
    case .keepStamp: known(.harsh, 1523)
    case .deletionBarrier: known(.harsh, 2)
    case .insertionBarrier: known(.faults, 0)
    case .nilStoreBarrier: known(.harsh, 34)
    case .globalBarrier: known(.harsh, 13)
    case .handoverShade: known(.harsh, 2)
    case .allocateBlack: known(.calm, 2)
    case .countBatches: known(.calm, 4, .countMismatch)
    case .countMembers: known(.calm, 0)
    case .placedAfterPlacement: known(.calm, 444)
    case .undecidedNeverSweeps: known(.faults, 0, .undecidedSweep)
    case .epochCheck: known(.harsh, 87)
    case .linkSequence: known(.faults, 5, .stuck)
    case .burnEpoch: known(.faults, 5, .stuck)
    case .stopLease: known(.harsh, 0, .stuck)
    // The list of members comes before the next cycle, on the same connection, and the dead send
    // nothing.
    case .fenceDead, .checkMembershipOnPlace: nil
    case .holdEarly: known(.calm, 1, .stuck, together: [.armTogether])
    case .armTogether: known(.calm, 1, .barrierOff)
    // Turns are atomic but for this one race.
    case .atomicBlacken: known(.faults, 0)
    // Nothing is lost: garbage is left where two cycles should have left none.
    case .sweepAll: known(.calm, 4, .stuck)
    }
  }

  private static func known(
    _ weather: Weather, _ seed: UInt64, _ kind: Violation.Kind = .lostObject,
    together: [Rule] = []
  ) -> KnownCatch {
    KnownCatch(trial: Trial(weather, seed), kind: kind, together: together)
  }
}
