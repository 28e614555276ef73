// When the cluster starts a cycle: not when one node would, but when all together would.
//
// A cycle marks every node's heap, whoever asked for it. If any node's trigger started one, a small
// node that churns would make a large one mark again at every doubling of the small one. So the
// coordinator compares sums: the cluster's live bytes against the cluster's triggers. The work that
// a cycle costs and the room that the cluster has to run in are then in the proportion that GOGC
// asks for, however the heap is spread.
//
// One node may start a cycle alone: one that comes near its memory limit. Its own trigger, which
// the limit has lowered, says when; if the last cycle has just shown that it cannot get below it,
// asking again at once would collect without end, so such a start keeps a distance in time of the
// last cycle's end that grows with what that cycle took. A task that is parked at the limit waits
// for no pacer: it asks for its cycle itself.
//
// After two minutes without a cycle there is one, as in Go; and as in Go not when GOGC is off.

import GreyBasics

/// What a node says of its heap.
package struct NodeHeap: Hashable, Sendable {
  package var node: NodeID
  package var live: Int
  /// `Int.max`: this node wants no cycle (GOGC=off).
  package var trigger: Int
  /// The trigger comes from the memory limit: `Pacer.isMemoryLimited`.
  package var isMemoryLimited: Bool

  package init(node: NodeID, live: Int, trigger: Int, isMemoryLimited: Bool = false) {
    self.node = node
    self.live = live
    self.trigger = trigger
    self.isMemoryLimited = isMemoryLimited
  }
}

/// Why the pacer starts a cycle. Others are asked for: by a person or by a task.
package enum CycleCause: Hashable, Sendable {
  /// The heaps passed their triggers.
  case heap(live: Int, trigger: Int)
  /// This node comes near its memory limit.
  case memoryLimit(NodeID)
  /// Nothing was collected for a long time.
  case periodic
}

package struct ClusterPacer: Hashable, Sendable {
  /// Those that hold for every node.
  package var settings: PacerSettings
  /// Share of the wall time that cycles caused by one node's limit may fill, at most.
  private static let limitedShare = 0.5

  package init(settings: PacerSettings = PacerSettings()) { self.settings = settings }

  /// Whether to start a cycle now, and why. `sinceLastCycle` runs from the last one's end.
  package func cause(
    _ heaps: [NodeHeap], sinceLastCycle: Duration, lastCycleTook: Duration
  ) -> CycleCause? {
    if heaps.isEmpty { return nil }
    let rested =
      sinceLastCycle.inSeconds
      >= lastCycleTook.inSeconds * (1 - Self.limitedShare) / Self.limitedShare
    if rested, let near = heaps.first(where: { $0.isMemoryLimited && $0.live >= $0.trigger }) {
      return .memoryLimit(near.node)
    }
    let live = heaps.reduce(0) { $0.saturatingAdd($1.live) }
    let triggers = heaps.reduce(0) { $0.saturatingAdd($1.trigger) }
    if triggers != .max, live >= triggers { return .heap(live: live, trigger: triggers) }
    guard settings.gogc != nil, let period = settings.forcedPeriod else { return nil }
    return sinceLastCycle >= period ? .periodic : nil
  }
}
