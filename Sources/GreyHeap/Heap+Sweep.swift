// Sweeping: what is allocated and not marked becomes free. Concurrent, lazy, and by quanta.
//
// Sweeping a span moves its marks to the allocation bits and leaves marks clear; no object is
// touched. Whoever takes a span off its list alone sweeps it: a background sweeper, an allocation
// that needs room in the class, or one that pays its share of the debt so that sweeping ends before
// the next cycle begins. A span that a worker caches is swept after it was given back; its runs
// were black, so what was allocated from them lives.
//
// `beginSweep` raises the generation, and by that alone everything in use is unswept (see
// `CentralLists`). A generation ends when the last unswept span was swept.

import Foundation
import GreyBasics
import Synchronization

package struct SweepTotals: Hashable, Sendable {
  package var objectsFreed = 0
  package var bytesFreed = 0
  package var liveObjects = 0
  package var liveBytes = 0
  package var spansFreed = 0
  package var pagesReturned = 0

  package init() {}
}

extension Heap {
  /// Marks are complete and the world was told to sweep. Objects are born white from here on, and
  /// every span in use becomes unswept. Workers drop their runs at their next safepoint; when the
  /// world is stopped, `dropAllRuns` does it for them.
  package func beginSweep() {
    precondition(!isSweeping, "a sweep begins before the last one ended: finish it in prepare")
    totals.withLock { $0 = SweepTotals() }
    sweepHand.store(0, ordering: .relaxed)
    counters.sweepRatio.store(0, ordering: .relaxed)
    pageHeap.withLock { heap in
      unsweptSpans.store(heap.spansInUse, ordering: .sequentiallyConsistent)
      counters.pagesToSweep.store(heap.pagesInUse, ordering: .relaxed)
      let next = control.load(ordering: .relaxed) >> 1 + 1
      control.store(next << 1, ordering: .sequentiallyConsistent)
    }
  }

  /// Takes back the runs of every cache. Only while the world is stopped.
  package func dropAllRuns() {
    let tables = caches.withLock { $0 }
    for table in tables { drop(table) }
  }

  /// Some span in use has not been swept since the last `beginSweep`.
  package var isSweeping: Bool { unsweptSpans.load(ordering: .acquiring) > 0 }

  /// Sweeps spans until at least `maxPages` pages were swept. True while there is more that a
  /// sweeper can do; false although `isSweeping` when the rest is in caches or in other hands.
  package func sweepQuantum(maxPages: Int) -> Bool {
    var pages = 0
    while pages < maxPages {
      guard let swept = sweepOne() else { return false }
      pages += swept
    }
    return isSweeping
  }

  /// Sweeps all that can be swept. False: workers have runs to drop, or are sweeping a span at this
  /// moment; call again.
  @discardableResult
  package func finishSweep() -> Bool {
    while sweepQuantum(maxPages: 1024) {}
    return !isSweeping
  }

  /// What the sweep has found so far; complete once `isSweeping` is false.
  package var sweepTotals: SweepTotals { totals.withLock { $0 } }

  /// The same, and starts counting anew.
  package func takeSweepTotals() -> SweepTotals {
    totals.withLock { totals in
      defer { totals = SweepTotals() }
      return totals
    }
  }

  /// The pages that wait for sweeping, as counted when it began, and those swept since ever.
  package var pagesToSweep: Int { counters.pagesToSweep.load(ordering: .relaxed) }

  /// From now on allocation sweeps `pagesPerByte` pages for every byte it takes. Call it after
  /// `beginSweep`, which sets the ratio to zero.
  package func setSweepRatio(pagesPerByte: Double) {
    counters.ratioFromBytes.store(
      counters.allocatedBytes.load(ordering: .relaxed), ordering: .relaxed)
    counters.ratioFromPages.store(counters.pagesSwept.load(ordering: .relaxed), ordering: .relaxed)
    counters.sweepRatio.store(max(0, pagesPerByte).bitPattern, ordering: .releasing)
  }

  /// Pages that allocation is behind with sweeping, if it takes `bytes` more.
  package func sweepDebt(bytes: Int = 0) -> Int {
    let ratio = Double(bitPattern: counters.sweepRatio.load(ordering: .acquiring))
    guard ratio > 0, isSweeping else { return 0 }
    let taken =
      counters.allocatedBytes.load(ordering: .relaxed)
      - counters.ratioFromBytes.load(ordering: .relaxed) + bytes
    let swept =
      counters.pagesSwept.load(ordering: .relaxed)
      - counters.ratioFromPages.load(ordering: .relaxed)
    return max(0, Int(min(ratio * Double(taken), 1e12)) - swept)
  }

  func paySweepDebt(bytes: Int) {
    let debt = sweepDebt(bytes: bytes)
    if debt > 0 { _ = sweepQuantum(maxPages: debt) }
  }

  /// Sweeps one listed span; its pages, or nil when no list has an unswept one.
  private func sweepOne() -> Int? {
    guard isSweeping else { return nil }
    let start = sweepHand.load(ordering: .relaxed)
    for step in 0..<centrals.count {
      let index = (start + step) % centrals.count
      guard let span = centrals[index].takeUnswept({ generation }) else { continue }
      if step > 0 { sweepHand.store(index, ordering: .relaxed) }
      let pages = span.record.pointee.pages
      sweepHeld(span)
      if span.record.pointee.liveSlots == 0, span.record.pointee.quarantine == 0 {
        free(span)
      } else {
        centrals[index].put(span)
      }
      countSwept()
      return pages
    }
    return nil
  }

  private func free(_ span: Span) {
    let pages = span.record.pointee.pages
    pageHeap.withLock { $0.free(span) }
    totals.withLock {
      $0.spansFreed += 1
      $0.pagesReturned += pages
    }
  }

  /// Sweeps a span that this thread holds, except for counting it.
  func sweepHeld(_ span: Span) {
    let record = span.record
    let firstWord = memory.firstPage(of: span) * HeapLayout.bitmapWordsPerPage
    let isLarge = record.pointee.spanClass < 2
    let words =
      isLarge ? 1 : (record.pointee.slots * record.pointee.elementBytes + 1023) / 1024
    var live = 0
    var freed = 0
    let isPassedOver = isPassedOver(span)
    for word in firstWord..<firstWord + words {
      let allocated = memory.allocationWord(word).relaxedWord
      let marked = isPassedOver ? allocated : memory.markWord(word).relaxedWord & allocated
      if allocated != marked {
        if configuration.poisonFreed {
          poison(allocated & ~marked, word: word, bytes: record.pointee.elementBytes)
        }
        freed += (allocated & ~marked).nonzeroBitCount
        memory.allocationWord(word).relaxedWord = marked
      }
      live += marked.nonzeroBitCount
      memory.markWord(word).relaxedWord = 0
    }
    record.pointee.liveSlots = live
    record.pointee.generation = generation
    if freed > 0 { record.pointee.needsZero = true }
    if configuration.quarantineBytes > 0 { decideQuarantine(of: span, freed: freed) }
    let bytes = record.pointee.elementBytes
    counters.freed(
      objects: freed, bytes: freed * bytes, isNoscan: record.pointee.spanClass & 1 != 0)
    counters.sweptLiveBytes.wrappingAdd(live * bytes, ordering: .relaxed)
    counters.pagesSwept.wrappingAdd(record.pointee.pages, ordering: .relaxed)
    totals.withLock {
      $0.objectsFreed += freed
      $0.bytesFreed += freed * bytes
      $0.liveObjects += live
      $0.liveBytes += live * bytes
    }
  }

  /// Without `sweep-all` all spans but those that begin on a fourth page, always the same: their
  /// garbage stays for every cycle to come.
  private func isPassedOver(_ span: Span) -> Bool {
    if !sweepsAll.load(ordering: .relaxed), memory.firstPage(of: span) % 4 != 0 { return true }
    guard spansToPassOver.load(ordering: .relaxed) > 0 else { return false }
    return spansToPassOver.wrappingSubtract(1, ordering: .relaxed).oldValue > 0
  }

  /// Says that a span is swept, after it was put where it belongs: a span that is freed only after
  /// the next sweep began would be waited for and never found.
  func countSwept() {
    if unsweptSpans.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
      counters.completedSweeps.wrappingAdd(1, ordering: .relaxed)
      counters.liveBytes.store(
        counters.sweptLiveBytes.exchange(0, ordering: .relaxed), ordering: .relaxed)
    }
  }

  private func poison(_ slots: UInt64, word: Int, bytes: Int) {
    var left = slots
    while left != 0 {
      let granule = word * 64 + left.trailingZeroBitCount
      left &= left - 1
      let slot = memory.arena.base + granule * HeapLayout.granuleBytes
      for offset in stride(from: 0, to: bytes, by: 8) {
        (slot + offset).relaxedWord = HeapLayout.poison
      }
    }
  }
}
