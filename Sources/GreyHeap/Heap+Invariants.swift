// Everything that must hold of a heap between two operations, checked from the outside in: the page
// map tiles the arena, every span is where its state says, the bitmaps say what the counts say.
//
// Only while nobody else uses the heap. Tests run it after every operation.

import GreyBasics
import Synchronization

package struct InvariantViolation: Error, Hashable, CustomStringConvertible {
  package let place: String
  package let problem: String
  package var description: String { "heap invariant broken at \(place): \(problem)" }
}

extension Heap {
  /// Throws the first thing that is wrong.
  package func checkInvariants() throws(InvariantViolation) {
    var seen = InvariantCounts()
    try checkPageMap(&seen)
    try checkPageHeap(seen)
    try checkCentrals(seen)
    try checkCaches(seen)
    let unswept = unsweptSpans.load(ordering: .relaxed)
    guard seen.unswept == unswept else {
      throw violation("sweep", "\(unswept) unswept spans counted, \(seen.unswept) found")
    }
    guard seen.objects == statistics.objects, seen.objectBytes == statistics.objectBytes,
      seen.scannableBytes == statistics.scannableBytes
    else {
      throw violation(
        "counters",
        "\(statistics.objects) objects of \(statistics.objectBytes) bytes "
          + "(\(statistics.scannableBytes) scannable) counted, "
          + "\(seen.objects) of \(seen.objectBytes) (\(seen.scannableBytes)) found")
    }
  }

  func violation(_ place: String, _ problem: String) -> InvariantViolation {
    InvariantViolation(place: "\(node.rawValue):\(place)", problem: problem)
  }

  /// Walks the arena from span to span.
  private func checkPageMap(_ seen: inout InvariantCounts) throws(InvariantViolation) {
    let grown = pageHeap.withLock { $0.grownPages }
    var page = 0
    var isAfterFree = false
    while page < grown {
      let span = memory.span(at: page)
      let record = span.record.pointee
      let place = "page \(page)"
      guard record.pages > 0, page + record.pages <= grown else {
        throw violation(place, "\(record.state) span of \(record.pages) pages")
      }
      switch record.state {
      case .free:
        if isAfterFree { throw violation(place, "two free runs touch: they were not merged") }
        try checkFreeRun(span, page: page, &seen)
      case .cached, .partial, .full, .quarantined:
        try checkSpan(span, page: page, &seen)
      case .none, .held, .scavenging:
        throw violation(place, "a span left in state \(record.state) between operations")
      }
      for inner in page + 1..<page + record.pages
      where memory.span(at: inner).record.pointee.state != .none {
        throw violation("page \(inner)", "a span record inside another span")
      }
      isAfterFree = record.state == .free
      page += record.pages
    }
    for page in grown..<min(grown + 2, memory.pages) where memory.entry(page).rawValue != 0 {
      throw violation("page \(page)", "an entry beyond the end of the grown arena")
    }
  }

  private func checkFreeRun(
    _ run: Span, page: Int, _ seen: inout InvariantCounts
  ) throws(InvariantViolation) {
    let record = run.record.pointee
    var backed = 0
    for inner in page..<page + record.pages {
      let entry = memory.entry(inner)
      guard entry.isFree, !entry.isInUse else {
        throw violation("page \(inner)", "in a free run, but its entry says otherwise")
      }
      backed += entry.isBacked ? 1 : 0
    }
    let words = record.pages * HeapLayout.bitmapWordsPerPage
    if let word = firstBit(from: page * HeapLayout.bitmapWordsPerPage, words: words) {
      throw violation("bitmap word \(word)", "a bit of a free page")
    }
    for end in [page, page + record.pages - 1] where memory.entry(end).firstPage != page {
      throw violation("page \(end)", "the end of a free run does not lead to its first page")
    }
    guard backed == record.backedPages else {
      throw violation("page \(page)", "\(record.backedPages) backed pages counted, \(backed) found")
    }
    seen.freeRuns += 1
    seen.freePages += record.pages
    seen.backedPages += backed
  }

  private func checkSpan(
    _ span: Span, page: Int, _ seen: inout InvariantCounts
  ) throws(InvariantViolation) {
    let record = span.record.pointee
    let place = "page \(page)"
    let entry = memory.entry(page)
    for inner in page..<page + record.pages {
      let other = memory.entry(inner)
      guard other == entry, other.isInUse, other.firstPage == page,
        other.spanClass == Int(record.spanClass)
      else { throw violation("page \(inner)", "its entry is not that of its span") }
    }
    if record.spanClass < 2 {
      guard record.slots == 1, record.elementBytes <= record.pages * HeapLayout.pageBytes,
        record.state != .cached
      else { throw violation(place, "a large object of \(record.elementBytes) bytes, misshapen") }
    } else {
      let sizeClass = SizeClasses.all[Int(record.spanClass) >> 1]
      guard record.elementBytes == sizeClass.bytes, record.slots == sizeClass.slots,
        record.pages == sizeClass.pages
      else { throw violation(place, "a span that has not its class's shape") }
    }
    let generation = generation
    guard record.generation == generation || record.generation + 1 == generation else {
      throw violation(place, "swept last in generation \(record.generation) of \(generation)")
    }
    if record.generation != generation { seen.unswept += 1 }
    try checkBits(span, page: page)
    let isFull = record.liveSlots == record.slots
    guard (record.state == .quarantined) == (record.quarantine != 0) else {
      throw violation(place, "\(record.state) with ticket \(record.quarantine)")
    }
    let isListed = record.state == .partial || record.state == .full
    guard !isListed || (record.state == .full) == isFull else {
      throw violation(place, "\(record.state) with \(record.liveSlots) of \(record.slots) slots")
    }
    guard record.liveSlots > 0 || !isListed || record.generation == generation else {
      throw violation(place, "an unswept span without objects")
    }
    seen.pages += record.pages
    seen.spans += 1
    seen.objects += record.liveSlots
    seen.objectBytes += record.liveSlots * record.elementBytes
    if record.spanClass & 1 == 0 {
      seen.scannableBytes += record.liveSlots * record.elementBytes
    }
    seen.cached += record.state == .cached ? 1 : 0
  }

  /// Bits stand at bases of slots only, marks on allocated slots only, and as many as counted.
  private func checkBits(_ span: Span, page: Int) throws(InvariantViolation) {
    let record = span.record.pointee
    var allocated = 0
    let words =
      record.spanClass < 2
      ? min(record.pages * 8, 16) : record.pages * HeapLayout.bitmapWordsPerPage
    for word in 0..<words {
      let index = page * HeapLayout.bitmapWordsPerPage + word
      var bits = memory.allocationWord(index).relaxedWord
      let marks = memory.markWord(index).relaxedWord
      guard marks & ~bits == 0 else {
        throw violation("page \(page), word \(word)", "a mark on a free slot")
      }
      let maySeeMarks = isSweeping ? record.generation != generation : true
      guard marks == 0 || maySeeMarks else {
        throw violation("page \(page), word \(word)", "a mark on a swept span while sweeping")
      }
      allocated += bits.nonzeroBitCount
      while bits != 0 {
        let offset = (word * 64 + bits.trailingZeroBitCount) * HeapLayout.granuleBytes
        bits &= bits - 1
        guard offset % record.elementBytes == 0, offset / record.elementBytes < record.slots else {
          throw violation("page \(page)", "an allocation bit inside a slot, at \(offset)")
        }
      }
    }
    guard allocated == record.liveSlots else {
      throw violation("page \(page)", "\(record.liveSlots) slots counted, \(allocated) bits set")
    }
  }

  /// The first word of either bitmap that is not zero. A plain loop: it runs over all free pages
  /// after every operation of a test.
  private func firstBit(from first: Int, words: Int) -> Int? {
    var word = first
    while word < first + words {
      if memory.allocationWord(word).relaxedWord | memory.markWord(word).relaxedWord != 0 {
        return word
      }
      word += 1
    }
    return nil
  }
}
