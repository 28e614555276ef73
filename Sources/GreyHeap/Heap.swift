// One node's heap: it does not move objects, and it knows no collector.
//
// Allocation goes through three levels: a cache a worker thread (no lock), the central lists of a
// span class, the page heap. A collector marks through `HeapView`, says `armAllocateBlack` before
// mutators run beside marking, and `beginSweep` once its marks are complete; sweeping is then done
// in quanta by whoever has time, and by allocation itself.
//
// Locks, in the order in which one may be taken while another is held:
//   caches → central lists of a class → page heap → totals; those of the quarantine and of what was
//   white alone.
// No lock is held during a system call other than the growth of the arena, nor while sweeping the
// bitmaps of a span.

import GreyBasics
import Synchronization

package final class Heap: @unchecked Sendable {
  package let node: NodeID
  package let types: TypeTable
  package let configuration: HeapConfiguration
  /// Copy it into a local in a hot loop; it never changes.
  package let view: HeapView

  let memory: HeapMemory
  /// Free runs and the counts of pages.
  let pageHeap: Guarded<PageHeap>
  /// By span class. Those of class 0 hold the large objects.
  let centrals: [Central]
  /// The run tables of the caches that exist: what is in a table belongs to its worker, or, while
  /// the world is stopped, to whoever stopped it.
  let caches = Guarded<[RunTable]>([])
  /// Sweep generation × 2, + 1 while objects are born black. One word, so that a refill sees both
  /// from the same moment. Written under the page heap's lock or with a single atomic operation.
  let control = Atomic<UInt64>(2)
  /// Spans in use whose generation is not the present one.
  let unsweptSpans = Atomic<Int>(0)
  /// The class where `sweepOne` looks first.
  let sweepHand = Atomic<Int>(0)
  let counters = HeapCounters()
  /// Bytes of objects at which the owner wants to be told. Set by the owner, taken away by the
  /// worker that tells; see `soundsAlarm`.
  private let alarm = Atomic<Int>(.max)
  let totals = Guarded(SweepTotals())
  let quarantine = Guarded(Quarantine())
  /// What was white at the last decision, when somebody asked for it (see `Heap+Witness`).
  let white = Guarded<[UInt64]>([])
  let keepsWhite = Atomic<Bool>(false)
  /// So many spans are yet to be swept as if all their objects were marked: a mistake that tests
  /// make on purpose, to see that it is noticed.
  package let spansToPassOver = Atomic<Int>(0)
  private let ruleSet = Guarded(RuleSet.all)
  /// What `rules` says about blackening, for refills.
  let blackensRuns = Atomic<Bool>(true)
  let blackensAtomically = Atomic<Bool>(true)
  /// The same about sweeping, asked once a span.
  let sweepsAll = Atomic<Bool>(true)
  /// Without `atomic-blacken`, what a test or one thread that plays several has another thread do
  /// at the very moment in which a plain read-modify-write loses it.
  package let meanwhile = Guarded<(@Sendable () -> Void)?>(nil)

  package init(configuration: HeapConfiguration, types: TypeTable) throws(HeapError) {
    if let limit = configuration.limitBytes, limit <= 0 { throw .limit(bytes: limit) }
    memory = try HeapMemory(
      arenaBytes: configuration.arenaBytes, node: configuration.node, types: types)
    view = memory.view
    node = configuration.node
    self.types = types
    self.configuration = configuration
    pageHeap = Guarded(PageHeap(memory: memory, limitBytes: configuration.limitBytes))
    centrals = (0..<SizeClasses.all.count * 2).map { _ in Central() }
  }

  /// The rules in force; those that concern the heap are `allocate-black`, `atomic-blacken` and
  /// `sweep-all`.
  package var rules: RuleSet {
    get { ruleSet.withLock { $0 } }
    set {
      ruleSet.withLock { $0 = newValue }
      blackensRuns.store(newValue.contains(.allocateBlack), ordering: .relaxed)
      blackensAtomically.store(newValue.contains(.atomicBlacken), ordering: .relaxed)
      sweepsAll.store(newValue.contains(.sweepAll), ordering: .relaxed)
    }
  }

  /// The hard limit on bytes in spans; nil: what the arena holds. It may be lowered below what is
  /// in use: allocation then fails until enough was swept.
  package var limitBytes: Int? {
    get {
      let pages = pageHeap.withLock { $0.limitPages }
      return pages == memory.pages ? nil : pages * HeapLayout.pageBytes
    }
    set {
      let pages = min(memory.pages, (newValue ?? Int.max) / HeapLayout.pageBytes)
      pageHeap.withLock { $0.limitPages = pages }
    }
  }

  package func setAlarm(bytes: Int) { alarm.store(bytes, ordering: .relaxed) }

  /// True once after each `setAlarm`, for whoever finds the heap grown that far. Three relaxed
  /// loads while it is not: cheap enough to ask between any two steps of a task.
  package func soundsAlarm() -> Bool {
    guard objectBytes >= alarm.load(ordering: .relaxed) else { return false }
    return alarm.exchange(.max, ordering: .relaxed) != .max
  }

  /// A cache for one worker thread. It must not be used by two threads at a time.
  package func makeCache() -> AllocationCache { AllocationCache(heap: self) }

  /// The present sweep generation.
  var generation: UInt64 { control.load(ordering: .acquiring) >> 1 }

  /// `node:offset`: how events name an object, the same in every run of the same seed.
  package func name(of reference: Reference) -> String {
    view.isLocal(reference.rawValue)
      ? "\(node.rawValue):\(reference.rawValue &- view.taggedBase)"
      : "\(reference.node.rawValue):?"
  }
}
