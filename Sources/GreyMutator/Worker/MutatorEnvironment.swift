// What the workers of one node share.

import GreyBasics
import GreyCollector
import GreyHeap
import Synchronization

package struct WorkerConfiguration: Sendable {
  package var inboxCapacity = 4096
  /// A full outbox parks the tasks that want to send; answers are never held back by it.
  package var outboxCapacity = 4096
  /// Messages in one mailbox; a sender waits while it is full.
  package var mailboxCapacity = 256
  /// How long a task waits for the cycle that may free memory before it fails.
  package var memoryPatience = Duration.seconds(30)
  /// Every load and store is checked against the heap: for clusters with a rule switched off.
  package var checksEveryAccess = false
  /// Messages handled between two task steps.
  package var messagesAQuantum = 64
  /// Words of roots scanned in one quantum, about.
  package var rootWordsAQuantum = 16_384
  /// Tasks of a cancelled run looked at, and timers taken, between two task steps.
  package var removalsAQuantum = 2048
  package var timersAQuantum = 1024
  /// Objects that a task in debt marks before somebody else gets a turn.
  package var assistObjectsAQuantum = 2048
  /// Allocation that one assist pays for in advance, and objects that it marks between two looks at
  /// whether that is enough.
  package var assistAdvanceBytes = AssistLedger.advanceBytes
  package var assistObjectsAtOnce = 256
  /// The CPU time that the calling thread has used: read around each assist. No world but the real
  /// one has any.
  package var threadTime: @Sendable () -> Duration = { .zero }
  /// Where a task's output goes; nil: to whoever waits for its run, by messages. One that has to
  /// wait for its reader holds the worker up, as it holds up any program.
  package var output: (@Sendable ([UInt8], OutputStream) -> Void)?
  /// Nanoseconds since 1970. No world but the real one has any.
  package var wallTime: @Sendable () -> Int = { 0 }

  package init() {}
}

/// A program's own output, and what goes to its standard error.
package enum OutputStream: Sendable { case standard, errors }

package final class MutatorEnvironment: Sendable {
  package let node: NodeID
  package let heap: Heap
  package let collector: Collector
  package let rules: RuleSet
  package let library: WorkloadLibrary
  package let configuration: WorkerConfiguration
  package let stop: StopWord
  package let assists: AssistLedger
  package let gate = QuantumGate()
  package let workers: Int
  let globals = GlobalsRegistry()
  /// Spreads what is spawned on this node over its workers.
  private let spawned = Atomic<Int>(0)

  /// - Parameter workers: 1 to 64; their indices are in the low six bits of task ids and of request
  ///   and transit numbers.
  package init(
    node: NodeID, heap: Heap, collector: Collector, rules: RuleSet, library: WorkloadLibrary,
    workers: Int = 1, configuration: WorkerConfiguration = WorkerConfiguration()
  ) {
    precondition((1...64).contains(workers), "a node has 1 to 64 workers")
    self.node = node
    self.heap = heap
    self.collector = collector
    self.rules = rules
    self.library = library
    self.workers = workers
    self.configuration = configuration
    stop = StopWord(workers: workers)
    assists = AssistLedger(advance: configuration.assistAdvanceBytes)
  }

  func nextSpawnWorker() -> Int {
    workers == 1 ? 0 : spawned.wrappingAdd(1, ordering: .relaxed).oldValue % workers
  }
}
