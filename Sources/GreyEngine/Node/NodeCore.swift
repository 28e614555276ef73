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
  package let environment: MutatorEnvironment
  package let workers: [Worker]
  package let backgrounds: [BackgroundCollector]
  package let duties = CollectorDuties()
  package let times = CollectorTimes()
  /// The bits of a Double. Written by the engine, read by collector threads.
  private let markUtilizationBits: Atomic<UInt64>
  /// The same: somewhere in the cluster a task waits for memory.
  private let isHurried = Atomic<Bool>(false)

  package var node: NodeID { environment.node }
  package var heap: Heap { environment.heap }
  package var collector: Collector { environment.collector }
  package var stop: StopWord { environment.stop }
  package var assists: AssistLedger { environment.assists }
  package var gate: QuantumGate { environment.gate }

  package init(
    node: NodeID, configuration: NodeConfiguration, library: WorkloadLibrary,
    markUtilization: Double, wakeups: NodeWakeups
  ) throws(HeapError) {
    let heap = try Heap(configuration: configuration.heap(of: node), types: TypeTable())
    heap.rules = configuration.rules
    markUtilizationBits = Atomic(markUtilization.bitPattern)
    let collector = Collector(heap: heap, rules: configuration.rules)
    collector.waitHook = {
      wakeups.collectors()
      wakeups.engine()
    }
    let environment = MutatorEnvironment(
      node: node, heap: heap, collector: collector, rules: configuration.rules, library: library,
      workers: configuration.workers, configuration: configuration.worker)
    self.environment = environment
    workers = (0..<configuration.workers).map { Worker(index: $0, environment: environment) }
    let (duties, times) = (duties, times)
    backgrounds = (0..<configuration.backgrounds).map { index in
      BackgroundCollector(
        index: index, environment: environment, quantumObjects: configuration.quantumObjects,
        duties: duties, times: times,
        signalEngine: wakeups.engine)
    }
  }

  /// Share of the workers' time that background marking may take.
  package var markUtilization: Double {
    get { Double(bitPattern: markUtilizationBits.load(ordering: .relaxed)) }
    set { markUtilizationBits.store(newValue.bitPattern, ordering: .relaxed) }
  }

  /// A task waits for the cycle at the limit: until it is over no mark worker rests.
  package var hurries: Bool {
    get { isHurried.load(ordering: .relaxed) }
    set { isHurried.store(newValue, ordering: .relaxed) }
  }

  /// What a mark worker may take of the CPU while so many workers have something to run.
  package func markPlan(busy: Int) -> MarkPlan {
    let everything = Double(backgrounds.count) / Double(workers.count)
    return MarkPlan(
      workers: workers.count, busy: busy, markWorkers: backgrounds.count,
      utilization: hurries ? everything : markUtilization)
  }

  package var stackBytes: Int { workers.reduce(0) { $0 + $1.figures.stackBytes } }
  package var globalBytes: Int { workers.reduce(0) { $0 + $1.figures.globalBytes } }
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
