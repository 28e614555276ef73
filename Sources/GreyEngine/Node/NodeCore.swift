// The part of a node that its worker and collector threads share with its engine.
//
// A core exists once the coordinator has given the node its id, because every reference into the
// heap carries that id. It is made of things that protect themselves (the heap, the collector, the
// stop word, the queues of each worker) and of three words that the engine and the collectors
// exchange, each written by one side only.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyMutator
import Synchronization

package final class NodeCore: Sendable {
  package let node: NodeID
  package let heap: Heap
  package let types: TypeTable
  package let collector: Collector
  package let stop: StopWord
  package let workers: [Worker]
  package let backgrounds: [BackgroundCollector]
  package let duties: CollectorDuties
  package let times: CollectorTimes

  package init(
    node: NodeID, heap: Heap, types: TypeTable, collector: Collector, stop: StopWord,
    workers: [Worker], backgrounds: [BackgroundCollector], duties: CollectorDuties,
    times: CollectorTimes
  ) {
    self.node = node
    self.heap = heap
    self.types = types
    self.collector = collector
    self.stop = stop
    self.workers = workers
    self.backgrounds = backgrounds
    self.duties = duties
    self.times = times
  }
}

/// What the engine asks of the collector threads, and what they answer.
package final class CollectorDuties: Sendable {
  /// Written by the engine: finish sweeping (and clear the marks) for this epoch.
  private let wanted = Atomic<UInt64>(0)
  /// Written by the engine before `wanted`: an attempt was aborted, its marks must go.
  private let clears = Atomic<Bool>(false)
  /// Written by the collector that did it, after the heap is swept and clear.
  private let prepared = Atomic<UInt64>(0)

  package init() {}

  package func prepare(_ epoch: Epoch, clearingMarks: Bool) {
    clears.store(clearingMarks, ordering: .relaxed)
    wanted.store(epoch.rawValue, ordering: .releasing)
  }

  /// The epoch to prepare and whether its marks must be cleared; nil when there is none.
  package func pendingPreparation() -> (epoch: Epoch, clearsMarks: Bool)? {
    let epoch = wanted.load(ordering: .acquiring)
    guard epoch > prepared.load(ordering: .acquiring) else { return nil }
    return (Epoch(rawValue: epoch), clears.load(ordering: .relaxed))
  }

  package func didPrepare(_ epoch: Epoch) {
    prepared.store(epoch.rawValue, ordering: .releasing)
  }

  package var preparedEpoch: Epoch { Epoch(rawValue: prepared.load(ordering: .acquiring)) }
}
