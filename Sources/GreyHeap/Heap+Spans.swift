// Where spans come from when a cache has none left, and where they go when it gives them back.
//
// In order of preference: a swept span with free slots; an unswept one of the same class, swept on
// the spot (lazy sweeping: the debt is paid by who needs the room); fresh pages. When pages run out
// everything that can be swept is swept before the allocation fails.

import Foundation
import GreyBasics
import Synchronization

extension Heap {
  /// Unswept spans that one request looks at before it takes fresh pages: a class whose spans are
  /// all full must not be swept to its end by one unlucky allocation.
  private static var spansToTry: Int { 100 }

  /// A span with at least one free slot, cached from now on. `type` becomes the type of a span that
  /// has no objects.
  func acquireSpan(spanClass: Int, type: TypeIndex) throws(AllocationFailure) -> Span {
    let sizeClass = memory.classes[spanClass >> 1]
    paySweepDebt(bytes: sizeClass.pages * HeapLayout.pageBytes)
    if let span = reuseSpan(spanClass: spanClass) { return cached(span, type: type) }
    var maySweep = true
    while true {
      if let span = allocatePages(
        sizeClass.pages, spanClass: spanClass, elementBytes: sizeClass.bytes,
        slots: sizeClass.slots, type: type)
      {
        return cached(span, type: type)
      }
      // One more look after the last quantum: it, or another thread, may have made room.
      guard maySweep || endQuarantine() else { break }
      maySweep = sweepQuantum(maxPages: 64)
      if let span = reuseSpan(spanClass: spanClass) { return cached(span, type: type) }
    }
    throw limitFailure(bytes: sizeClass.pages * HeapLayout.pageBytes)
  }

  private func reuseSpan(spanClass: Int) -> Span? {
    if let span = centrals[spanClass].takePartial({ generation }) { return span }
    var tries = 0
    while tries < Self.spansToTry, unsweptSpans.load(ordering: .relaxed) > 0,
      let span = centrals[spanClass].takeUnswept({ generation })
    {
      sweepHeld(span)
      countSwept()
      if span.mayBeCached { return span }
      centrals[spanClass].put(span)
      tries += 1
    }
    return nil
  }

  private func cached(_ span: Span, type: TypeIndex) -> Span {
    span.record.pointee.state = .cached
    span.record.pointee.freeIndex = 0
    if span.record.pointee.liveSlots == 0 {
      publishType(type, of: span)
    }
    return span
  }

  func allocatePages(
    _ pages: Int, spanClass: Int, elementBytes: Int, slots: Int, type: TypeIndex
  ) -> Span? {
    pageHeap.withLock {
      // The generation is raised under the same lock: a span is counted as unswept by
      // `beginSweep`, or it is made after it.
      $0.allocate(
        pages: pages, spanClass: spanClass, elementBytes: elementBytes, slots: slots, type: type,
        generation: generation)
    }
  }

  func limitFailure(bytes: Int) -> AllocationFailure {
    let (limit, inUse) = pageHeap.withLock { ($0.limitPages, $0.pagesInUse) }
    return .limitReached(
      requestedBytes: bytes, inUseBytes: inUse * HeapLayout.pageBytes,
      limitBytes: limit * HeapLayout.pageBytes)
  }

  func publishType(_ type: TypeIndex, of span: Span) {
    let first = memory.firstPage(of: span)
    let entry = PageEntry(
      span: first, spanClass: Int(span.record.pointee.spanClass), type: type)
    for page in first..<first + span.record.pointee.pages { memory.publish(entry, page: page) }
  }

  /// Changes the type of a cached span. Turning mixed, every slot gets the type that was told of
  /// all of them; whoever reads the new entries finds it there.
  func setType(_ type: TypeIndex, of span: Span, was old: TypeIndex) {
    if type == .none {
      let types = view.slotTypes + memory.firstPage(of: span) * HeapLayout.granulesPerPage
      for slot in 0..<span.record.pointee.slots { types[slot] = old.rawValue }
    }
    publishType(type, of: span)
  }

  /// An object with a span of its own.
  func allocateLarge(_ shape: AllocationShape) throws(AllocationFailure) -> Reference {
    let bytes = Int(shape.bytes)
    let pages = (bytes + HeapLayout.pageBytes - 1) / HeapLayout.pageBytes
    guard pages <= memory.pages else { throw .tooLarge(requestedBytes: bytes) }
    paySweepDebt(bytes: pages * HeapLayout.pageBytes)
    func allocate() -> Span? {
      allocatePages(
        pages, spanClass: Int(shape.spanClass), elementBytes: bytes, slots: 1, type: shape.type)
    }
    var found = allocate()
    var maySweep = true
    while found == nil, maySweep || endQuarantine() {
      maySweep = sweepQuantum(maxPages: max(64, pages))
      found = allocate()
    }
    guard let span = found else {
      let limit = pageHeap.withLock { $0.limitPages }
      if pages > limit { throw .tooLarge(requestedBytes: bytes) }
      throw limitFailure(bytes: pages * HeapLayout.pageBytes)
    }
    let firstPage = memory.firstPage(of: span)
    if span.record.pointee.needsZero { memset(memory.pointer(toPage: firstPage), 0, bytes) }
    span.record.pointee.liveSlots = 1
    let word = firstPage * HeapLayout.bitmapWordsPerPage
    memory.allocationWord(word).relaxedWord = 1
    if keepsWhite.load(ordering: .relaxed) { forgetWhite(atWord: word) }
    let control = control.load(ordering: .sequentiallyConsistent)
    if control & 1 != 0, blackensRuns.load(ordering: .relaxed) {
      let mark = memory.markWord(word).atomicWord
      mark.pointee.store(1, ordering: .sequentiallyConsistent)
      if self.control.load(ordering: .sequentiallyConsistent) == control & ~1 {
        mark.pointee.store(0, ordering: .sequentiallyConsistent)
      }
    }
    counters.allocated(objects: 1, bytes: bytes, isNoscan: shape.spanClass & 1 != 0)
    centrals[Int(shape.spanClass)].put(span)
    return Reference(rawValue: view.raw(of: memory.address(ofPage: firstPage)))
  }

  /// Takes the runs of a cache back. What was not allocated becomes free again: its allocation bits
  /// go, and its mark bits, beside which a mark worker may be setting others.
  func drop(_ table: RunTable) {
    table.forEachUsed { index, record in
      let run = table.runs + index
      let span = Span(record: record)
      table.retire(run)
      let firstPage = memory.firstPage(of: span)
      let rest = Int(run.pointee.end - run.pointee.cursor) / record.pointee.elementBytes
      if rest > 0 {
        let end = record.pointee.freeIndex
        let sizeClass = memory.classes[index >> 1]
        memory.whiten(end - rest..<end, span: firstPage, sizeClass: sizeClass)
        memory.clearAllocated(end - rest..<end, span: firstPage, sizeClass: sizeClass)
        record.pointee.liveSlots -= rest
        counters.allocated(
          objects: -rest, bytes: -rest * record.pointee.elementBytes, isNoscan: index & 1 != 0)
      }
      run.pointee = .empty
      centrals[index].put(span)
    }
    table.unuseAll()
  }
}
