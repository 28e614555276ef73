// What a completed cycle was: times as the coordinator saw them, sums over what the members told.

import GreyBasics
import GreyWire

package struct CycleSummary: Hashable, Sendable {
  /// One member's part.
  package struct Part: Hashable, Sendable {
    package var node: NodeID
    /// From hearing of the stop to its last worker's safepoint, as the member measured it.
    package var stop1: Duration = .zero
    package var stop2: Duration = .zero
    /// Nil: it died, or never heard of the decision and dropped the epoch (which is as safe).
    package var sweep: SweepReport?
    package init(node: NodeID) { self.node = node }
  }

  /// The number of completed cycles, this one included.
  package var cycle: UInt64
  package var epoch: Epoch
  package var cause: CollectCause
  /// When the first `prepare` of this epoch was sent.
  package var startedAt: Moment
  package var prepare: Duration = .zero
  /// Every task of the cluster stops somewhere between these ends: from the first stop message
  /// to the first resume (stop 1) or sweep (stop 2).
  package var stop1: Duration = .zero
  package var mark: Duration = .zero
  package var stop2: Duration = .zero
  /// From the decision until the last member had swept.
  package var sweep: Duration = .zero
  /// Rounds of collecting counts from every member: the detector's own, and one each stop 2.
  package var waves: UInt64 = 0
  package var falseCandidates: UInt64 = 0
  /// Attempts that were cancelled or aborted since the cycle was asked for.
  package var abortedAttempts: UInt64 = 0
  /// In the order of their ids.
  package var parts: [Part] = []

  package init(cycle: UInt64, epoch: Epoch, cause: CollectCause, startedAt: Moment) {
    self.cycle = cycle
    self.epoch = epoch
    self.cause = cause
    self.startedAt = startedAt
  }

  /// The sum of one figure over all members that reported.
  package func sum(_ figure: KeyPath<SweepReport, UInt64>) -> UInt64 {
    parts.reduce(0) { $0 &+ ($1.sweep?[keyPath: figure] ?? 0) }
  }
}

/// Why a cycle starts.
package enum CollectCause: Hashable, Sendable, CustomStringConvertible {
  /// The sum of the heaps reached the sum of the triggers.
  case heap(heapBytes: UInt64, triggerBytes: UInt64)
  /// A node comes near its memory limit.
  case limit(NodeID)
  /// Nothing was collected for two minutes.
  case periodic
  /// A person asked; the number comes back with the summary.
  case command(request: UInt64)
  /// A task asked for it (`runtime.GC`).
  case task(NodeID, reason: String)
  /// A task is parked at the limit until memory was freed.
  case memory(NodeID, reason: String)

  init(_ demand: CollectDemand, of node: NodeID, reason: String) {
    switch demand {
    case .cycle: self = .task(node, reason: reason)
    case .memory: self = .memory(node, reason: reason)
    }
  }

  /// The pacer found that it is time: what wants a cycle, no matter which.
  var isOfPacer: Bool {
    switch self {
    case .heap, .limit, .periodic: true
    case .command, .task, .memory: false
    }
  }

  package var description: String {
    switch self {
    case .heap(let heap, let trigger): "heap \(heap) bytes reached the trigger \(trigger)"
    case .limit(let node): "\(node): near its memory limit"
    case .periodic: "no cycle for a while"
    case .command: "command"
    case .task(let node, let reason), .memory(let node, let reason): "\(node): \(reason)"
    }
  }
}
