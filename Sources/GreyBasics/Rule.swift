// The rules of the marking protocol, one switch each.
//
// Every rule is in force in a production cluster. Tests, the simulator and `--lab` clusters may
// take one out to see what is lost without it: that is how we know that the tests can fail. They
// are read on slow paths only (a buffer flush, a span refill, a batch, a message), so that they
// cost nothing where speed counts.

/// One rule. The raw value is what `--without` takes.
@frozen @usableFromInline
package enum Rule: String, CaseIterable, Sendable {
  /// T: references in messages not yet placed are roots at their sender.
  case transitRoot = "transit-root"
  /// S: a sender shades what it sends while marking.
  case senderShade = "sender-shade"
  /// R: a receiver shades what arrives without this epoch's stamp, before it acknowledges it.
  case receiverShade = "receiver-shade"
  /// A queued message keeps the stamp of the epoch under which its sender shaded.
  case keepStamp = "keep-stamp"
  /// D: a store shades the value it overwrites (Yuasa).
  case deletionBarrier = "deletion-barrier"
  /// I: a store shades the value it writes (Dijkstra).
  case insertionBarrier = "insertion-barrier"
  /// A store of nil still shades the value it overwrites.
  case nilStoreBarrier = "nil-store-barrier"
  /// A store to a global passes the barrier like a store to an object.
  case globalBarrier = "global-barrier"
  /// What one task hands to another (mailboxes, spawn arguments) is shaded.
  case handoverShade = "handover-shade"
  /// B: objects are born black while marking.
  case allocateBlack = "allocate-black"
  /// A refill blackens its run with an atomic OR a word.
  case atomicBlacken = "atomic-blacken"
  /// E: a collection message of another epoch is dropped or held, never applied.
  case epochCheck = "epoch-check"
  /// Stop 1 ends for nobody before every member is armed.
  case armTogether = "arm-together"
  /// A batch of a higher epoch than the node has armed is held, not dropped.
  case holdEarly = "hold-early"
  /// C: termination counts grey batches in flight.
  case countBatches = "count-batches"
  /// C: termination counts every member.
  case countMembers = "count-members"
  /// An epoch that was never decided is never swept.
  case undecidedNeverSweeps = "undecided-never-sweeps"
  /// A cancelled stop 1 burns its epoch.
  case burnEpoch = "burn-epoch"
  /// A stop ends by itself when its lease does.
  case stopLease = "stop-lease"
  /// Links number their messages and drop duplicates.
  case linkSequence = "link-sequence"
  /// A message is acknowledged as placed only after it was placed.
  case placedAfterPlacement = "placed-after-placement"
  /// A dead member is fenced: what its incarnation still sends is refused.
  case fenceDead = "fence-dead"
  /// Membership is checked when a message is placed, not when it is received.
  case checkMembershipOnPlace = "check-membership-on-place"
  /// Every span is swept: what was white when a cycle was decided is freed. The one rule here
  /// without which nothing is lost, only left.
  case sweepAll = "sweep-all"
}

extension Rule {
  /// Its place in the declaration. Written out, because a search through all cases is not for those
  /// who ask often; the compiler makes nothing of it.
  @inlinable package var place: UInt64 {
    switch self {
    case .transitRoot: 0
    case .senderShade: 1
    case .receiverShade: 2
    case .keepStamp: 3
    case .deletionBarrier: 4
    case .insertionBarrier: 5
    case .nilStoreBarrier: 6
    case .globalBarrier: 7
    case .handoverShade: 8
    case .allocateBlack: 9
    case .atomicBlacken: 10
    case .epochCheck: 11
    case .armTogether: 12
    case .holdEarly: 13
    case .countBatches: 14
    case .countMembers: 15
    case .undecidedNeverSweeps: 16
    case .burnEpoch: 17
    case .stopLease: 18
    case .linkSequence: 19
    case .placedAfterPlacement: 20
    case .fenceDead: 21
    case .checkMembershipOnPlace: 22
    case .sweepAll: 23
    }
  }
}

/// The rules in force.
@frozen @usableFromInline
package struct RuleSet: Hashable, Sendable {
  /// A bit a rule, by its place.
  @usableFromInline var missing: UInt64 = 0

  /// Everything in force: what a production cluster runs with.
  package static let all = RuleSet()

  package init(without rules: [Rule] = []) {
    for rule in rules { missing |= Self.bit(rule) }
  }

  @inlinable @inline(__always)
  package func contains(_ rule: Rule) -> Bool { missing & Self.bit(rule) == 0 }
  @inlinable package var isComplete: Bool { missing == 0 }
  /// What is switched off, in the order of declaration.
  package var switchedOff: [Rule] { Rule.allCases.filter { !contains($0) } }

  @inlinable @inline(__always)
  static func bit(_ rule: Rule) -> UInt64 { 1 << rule.place }
}
