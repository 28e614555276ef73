// What one completed cycle cost and freed: the figures of `gc --json`, of the `cycle_finished`
// event and of the `gctrace` line, which are therefore the same numbers.
//
// The cluster's figures are the sums of the nodes' own, except where a sum would mean nothing:
// `stop1Us` and `stop2Us` are how long the world stood still, `markUs` and `sweepUs` how long the
// phase lasted at the coordinator. `init(summing:)` is the one place where sums are made.

import GreyBasics

/// Why a cycle began.
package enum CycleTrigger: String, Hashable, Sendable, CaseIterable, Codable {
  /// The sum of the heaps reached the sum of the triggers.
  case heap
  /// A node nears its memory limit, or a task waits for memory.
  case limit
  /// Somebody asked: `gc`, or a task (`runtime.GC`).
  case command
  /// Two minutes without one.
  case periodic
}

package struct NodeCycleFigures: Hashable, Sendable, Codable {
  package var node = NodeID.none
  package var heapStartBytes = 0
  package var heapEndBytes = 0
  package var heapLiveBytes = 0
  /// Zero: none (GOGC=off).
  package var goalBytes = 0
  package var stackBytes = 0
  package var globalBytes = 0
  package var objectsMarked = 0
  package var objectsFreed = 0
  package var bytesFreed = 0
  package var greyRefsSent = 0
  package var greyBatches = 0
  /// From hearing of the stop to the last worker's safepoint.
  package var stop1Us = 0
  package var stop2Us = 0
  package var sweepUs = 0
  package var assistUs = 0
  package var backgroundMarkUs = 0
  package var idleMarkUs = 0
  /// Workers.
  package var processors = 0
  package init(node: NodeID) { self.node = node }
}

package struct CycleFigures: Hashable, Sendable, Codable {
  package var cycle = 0
  package var epoch = Epoch.zero
  package var trigger = CycleTrigger.command
  /// How many took part.
  package var nodes = 0
  package var stop1Us = 0
  package var markUs = 0
  package var stop2Us = 0
  package var sweepUs = 0
  package var heapStartBytes = 0
  package var heapEndBytes = 0
  package var heapLiveBytes = 0
  /// Zero: none (GOGC=off).
  package var goalBytes = 0
  package var objectsMarked = 0
  package var objectsFreed = 0
  package var bytesFreed = 0
  package var greyRefsSent = 0
  package var greyBatches = 0
  /// Rounds of reports that the termination detector needed.
  package var waves = 0
  package var falseCandidates = 0
  package var assistUs = 0

  // What Go's trace line wants beside these.
  package var backgroundMarkUs = 0
  package var idleMarkUs = 0
  package var stackBytes = 0
  package var globalBytes = 0
  package var processors = 0
  /// From the coordinator's start to the start of this cycle.
  package var startUs = 0
  /// Of all CPU time of the cluster since its start, what collection took; per cent.
  package var gcCpuPercent = 0.0

  package var perNode: [NodeCycleFigures] = []

  package init() {}

  /// The sums over the nodes; times of phases, numbers and causes are left for the caller.
  package init(summing perNode: [NodeCycleFigures]) {
    func sum(_ field: (NodeCycleFigures) -> Int) -> Int {
      perNode.reduce(0) { $0 + field($1) }
    }
    self.perNode = perNode
    nodes = perNode.count
    heapStartBytes = sum(\.heapStartBytes)
    heapEndBytes = sum(\.heapEndBytes)
    heapLiveBytes = sum(\.heapLiveBytes)
    goalBytes = HeapBound.sum(perNode.map(\.goalBytes))
    stackBytes = sum(\.stackBytes)
    globalBytes = sum(\.globalBytes)
    objectsMarked = sum(\.objectsMarked)
    objectsFreed = sum(\.objectsFreed)
    bytesFreed = sum(\.bytesFreed)
    greyRefsSent = sum(\.greyRefsSent)
    greyBatches = sum(\.greyBatches)
    assistUs = sum(\.assistUs)
    backgroundMarkUs = sum(\.backgroundMarkUs)
    idleMarkUs = sum(\.idleMarkUs)
    processors = sum(\.processors)
  }
}
