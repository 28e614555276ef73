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
  /// A person asked; the number comes back with the summary.
  case command(request: UInt64)
  /// A task asked for it, or waits for memory.
  case node(NodeID, reason: String)
  /// Nothing was collected for two minutes.
  case periodic

  /// The word that `gc --json` gives as the trigger.
  package var word: String {
    switch self {
    case .heap: "heap"
    case .command: "command"
    case .node: "node"
    case .periodic: "periodic"
    }
  }

  package var description: String {
    switch self {
    case .heap(let heap, let trigger): "heap \(heap) bytes reached the trigger \(trigger)"
    case .command: "command"
    case .node(let node, let reason): "\(node): \(reason)"
    case .periodic: "no cycle for a while"
    }
  }
}
