// The parts of a coordinator's state: members, the attempt under way, the stop under way, the
// sweep that goes on behind it, what waits for its turn.

import GreyBasics
import GreyWire

/// A member, as this coordinator knows it.
package struct MemberState: Hashable, Sendable {
  package internal(set) var durable: DurableMember
  /// It has said hello in this term: it can be spoken to.
  package internal(set) var isPresent: Bool
  package internal(set) var lastHeard: Moment
  /// Its last heartbeat.
  package internal(set) var status = NodeStatus()
  /// When that came; nil before the first one.
  package internal(set) var statusAt: Moment?
  /// `removeMember` was asked for.
  package internal(set) var isToLeave = false
  /// When `leave` was last sent.
  var leaveSentAt: Moment?
  /// When it was last told that the epoch it marks is over.
  var correctedAt: Moment?
}

struct PendingJoin: Hashable, Sendable {
  var connection: ConnectionID
  var hello: Hello
}

struct PendingInspection: Hashable, Sendable {
  var request: UInt64
  var lease: Duration
}

/// Reasons for a cycle, gathered until one can start.
struct PendingCollect: Hashable, Sendable {
  /// The first reason that came; nil when nothing is asked for.
  var cause: CollectCause?
  /// Commands to be answered by the cycle.
  var requests: [UInt64] = []
  var isStepped = false
  var waitsForMemory = false
  /// Attempts that this demand has survived.
  var abortedAttempts: UInt64 = 0

  mutating func add(_ new: CollectCause, stepped: Bool) {
    if cause == nil { cause = new }
    if case .command(let request) = new { requests.append(request) }
    isStepped = isStepped || stepped
    if case .memory = new { waitsForMemory = true }
  }

  /// `other` came earlier.
  mutating func takeBack(_ other: PendingCollect) {
    cause = other.cause ?? cause
    requests = other.requests + requests
    isStepped = isStepped || other.isStepped
    waitsForMemory = waitsForMemory || other.waitsForMemory
    abortedAttempts += other.abortedAttempts
  }
}

/// One attempt at a collection, from its `prepare` to its decision or its end.
struct Attempt: Hashable, Sendable {
  var epoch: Epoch
  var demand: PendingCollect
  var startedAt: Moment
  var prepareSentAt: Moment
  var prepared = SortedSet<NodeID>()

  /// Fixed by stop 1.
  var members: [NodeID] = []
  var armStop: StopNumber = .zero
  var stop1: Duration = .zero
  var prepare: Duration = .zero
  var markingSince: Moment = .zero
  /// The last that was sent before every member had answered stop 1.
  var heartbeatWhenArmed: UInt64 = 0
  var detector: Detector?
  /// The detector proposed; stop 2 comes as soon as it may.
  var hasCandidate = false
  /// No stop 2 before.
  var candidateNotBefore: Moment = .zero
  var askedAt: Moment = .zero
  var waves: UInt64 = 0
  var falseCandidates: UInt64 = 0
  var cancelledConfirms = 0

  /// Of this stop 2 only.
  var stopReports = SortedMap<NodeID, MarkReport>()
  var parts = SortedMap<NodeID, CycleSummary.Part>()

  init(epoch: Epoch, demand: PendingCollect, now: Moment) {
    self.epoch = epoch
    self.demand = demand
    self.startedAt = now
    self.prepareSentAt = now
  }
}

/// A stop that was sent and has not ended.
struct GlobalStop: Hashable, Sendable {
  var number: StopNumber
  var nodes: [NodeID]
  var sentAt: Moment
  /// Everyone must have answered by then.
  var answerBy: Moment
  /// Nothing is decided about it after this: half the lease.
  var decideBy: Moment
  var answered = SortedSet<NodeID>()
  /// When the last answer came.
  var completeAt: Moment?
  /// Those that had not answered at half the limit were asked what they are doing.
  var hasProbed = false

  var isComplete: Bool { answered.count == nodes.count }
  var silent: [NodeID] { nodes.filter { !answered.contains($0) } }
}

/// A decided epoch whose members sweep.
struct SweepWatch: Hashable, Sendable {
  var summary: CycleSummary
  var requests: [UInt64]
  var awaited: SortedSet<NodeID>
  var decidedAt: Moment
  var sentAt: Moment
  var waitsForMemory = false
}

/// A fence that survivors have not all confirmed.
struct FenceWatch: Hashable, Sendable {
  var awaited: SortedSet<NodeID>
  var sentAt: Moment
}
