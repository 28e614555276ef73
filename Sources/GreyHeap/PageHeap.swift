// The page heap: free runs of pages, given out as spans and merged again when they come back.
//
// Free runs are kept by length: one list for each of 1 to 128 pages, then one for each power of
// two. A request takes the shortest list that has a run for it, the low end of the run, and the
// rest goes back. A run's length stands in the record of its first page, and the entries of its
// two end pages lead there, so a span that is freed finds its free neighbours at once and is
// merged with them: no two free runs ever touch.
//
// A free page knows whether it has memory behind it. Fresh and scavenged pages read as zeros, so
// what is made of them need not be cleared.

import GreyBasics

struct PageHeap: @unchecked Sendable {
  let memory: HeapMemory
  /// Hard limit on the pages of all spans; what the arena has when none was set.
  var limitPages: Int
  /// Pages opened so far; the rest of the arena is reserved only.
  private(set) var grownPages = 0
  private(set) var pagesInUse = 0
  private(set) var spansInUse = 0
  /// Free pages with memory behind them.
  private(set) var freeBackedPages = 0
  /// Pages whose memory is being given back at this moment: neither free nor in use.
  private(set) var scavengingPages = 0
  private(set) var releasedPagesTotal = 0
  /// The latest moment that anybody told the page heap.
  var now = Moment.zero
  /// Where the scavenger goes on.
  var scavengeHand = 0
  private(set) var lists: [SpanList]
  /// A bit a list: it is not empty.
  private var occupied: [UInt64]

  static let exactLists = 128
  /// Growth opens at least so much at once: a system call for 64 spans of a page.
  private static let growthPages = 64

  init(memory: HeapMemory, limitBytes: Int?) {
    self.memory = memory
    limitPages = min(memory.pages, (limitBytes ?? Int.max) / HeapLayout.pageBytes)
    lists = Array(repeating: SpanList(), count: Self.exactLists + 64)
    occupied = Array(repeating: 0, count: lists.count / 64)
  }

  static func listIndex(pages: Int) -> Int {
    pages <= exactLists ? pages - 1 : exactLists + (Int.bitWidth - pages.leadingZeroBitCount)
  }

  func fits(pages: Int) -> Bool { pagesInUse + pages <= limitPages }

  /// Makes a span of `pages` pages, its entries published; nil when the limit or the arena is
  /// exhausted, and then nothing has changed. The caller holds the span.
  mutating func allocate(
    pages: Int, spanClass: Int, elementBytes: Int, slots: Int, type: TypeIndex, generation: UInt64
  ) -> Span? {
    guard fits(pages: pages), let run = findRun(pages: pages) ?? grow(for: pages) else {
      return nil
    }
    let first = memory.firstPage(of: run)
    let total = run.record.pointee.pages
    let backed = run.record.pointee.backedPages
    let idleSince = run.record.pointee.idleSince
    detach(run)
    // Fresh pages are often all clean, reused ones often all backed: count only a mixture.
    let taken =
      backed == 0 ? 0 : backed == total ? pages : countBacked(from: first, pages: pages)
    if total > pages {
      insert(
        first: first + pages, pages: total - pages, backed: backed - taken, idleSince: idleSince)
    }
    run.record.pointee = SpanRecord(
      next: nil, previous: nil, pages: pages, elementBytes: elementBytes, slots: slots,
      liveSlots: 0, freeIndex: 0, generation: generation, idleSince: 0, backedPages: taken,
      spanClass: UInt8(spanClass), state: .held, needsZero: taken > 0)
    let entry = PageEntry(span: first, spanClass: spanClass, type: type)
    for page in first..<first + pages { memory.publish(entry, page: page) }
    pagesInUse += pages
    spansInUse += 1
    return run
  }

  /// Takes back a span that holds no object any more, and merges it with its free neighbours.
  mutating func free(_ span: Span) {
    let pages = span.record.pointee.pages
    pagesInUse -= pages
    spansInUse -= 1
    coalesce(first: memory.firstPage(of: span), pages: pages, backed: true)
  }

  /// Makes a free run of pages that belong to nobody, and merges it with its neighbours. The
  /// merged run is as long idle as its largest part.
  private mutating func coalesce(first: Int, pages: Int, backed isBacked: Bool) {
    for page in first..<first + pages {
      memory.publish(PageEntry(freeRun: first, backed: isBacked), page: page)
    }
    var first = first
    var total = pages
    var backed = isBacked ? pages : 0
    var idleSince = now.nanoseconds
    var largest = pages
    memory.span(at: first).record.pointee.state = .none
    if first > 0, memory.entry(first - 1).isFree {
      let left = memory.span(at: memory.entry(first - 1).firstPage)
      detach(left)
      left.record.pointee.state = .none
      first = memory.firstPage(of: left)
      total += left.record.pointee.pages
      backed += left.record.pointee.backedPages
      if left.record.pointee.pages >= largest {
        largest = left.record.pointee.pages
        idleSince = left.record.pointee.idleSince
      }
    }
    if first + total < grownPages, memory.entry(first + total).isFree {
      let right = memory.span(at: first + total)
      detach(right)
      right.record.pointee.state = .none
      total += right.record.pointee.pages
      backed += right.record.pointee.backedPages
      if right.record.pointee.pages >= largest { idleSince = right.record.pointee.idleSince }
    }
    insert(first: first, pages: total, backed: backed, idleSince: idleSince)
  }

  private mutating func insert(first: Int, pages: Int, backed: Int, idleSince: UInt64) {
    let run = memory.span(at: first)
    run.record.pointee.pages = pages
    run.record.pointee.backedPages = backed
    run.record.pointee.idleSince = idleSince
    let last = first + pages - 1
    memory.publish(PageEntry(freeRun: first, backed: memory.entry(first).isBacked), page: first)
    memory.publish(PageEntry(freeRun: first, backed: memory.entry(last).isBacked), page: last)
    freeBackedPages += backed
    let index = Self.listIndex(pages: pages)
    lists[index].append(run, state: .free)
    occupied[index / 64] |= 1 << UInt64(index % 64)
  }

  private mutating func detach(_ run: Span) {
    freeBackedPages -= run.record.pointee.backedPages
    let index = Self.listIndex(pages: run.record.pointee.pages)
    lists[index].remove(run)
    if lists[index].count == 0 { occupied[index / 64] &= ~(1 << UInt64(index % 64)) }
    run.record.pointee.state = .held
  }

  private func countBacked(from first: Int, pages: Int) -> Int {
    var count = 0
    for page in first..<first + pages where memory.entry(page).isBacked { count += 1 }
    return count
  }

  private func findRun(pages: Int) -> Span? {
    var index = Self.listIndex(pages: pages)
    if index >= Self.exactLists {
      // Runs of this power of two may be shorter than asked: the best of the first few.
      var best: Span?
      var cursor = lists[index].first
      var looked = 0
      while let run = cursor, looked < 64 {
        let length = run.record.pointee.pages
        if length >= pages, best.map({ length < $0.record.pointee.pages }) ?? true { best = run }
        cursor = run.next
        looked += 1
      }
      if let best { return best }
      index += 1
    }
    var word = index / 64
    guard word < occupied.count else { return nil }
    var bits = occupied[word] & (~0 << UInt64(index % 64))
    while bits == 0 {
      word += 1
      guard word < occupied.count else { return nil }
      bits = occupied[word]
    }
    return lists[word * 64 + bits.trailingZeroBitCount].first
  }

  /// Opens more of the arena, so that a free run of `pages` pages ends it.
  private mutating func grow(for pages: Int) -> Span? {
    let tail =
      grownPages > 0 && memory.entry(grownPages - 1).isFree
      ? grownPages - memory.entry(grownPages - 1).firstPage : 0
    let needed = pages - tail
    let room = memory.pages - grownPages
    guard needed <= room else { return findAnyRun(pages: pages) }
    let added = min(room, max(needed, min(Self.growthPages, room)))
    let page = HeapLayout.pageBytes
    guard memory.arena.open(from: grownPages * page, bytes: added * page) else { return nil }
    let first = grownPages
    grownPages += added
    coalesce(first: first, pages: added, backed: false)
    return memory.span(at: memory.entry(grownPages - 1).firstPage)
  }

  /// The last resort when the arena is used up: any run that is long enough.
  private func findAnyRun(pages: Int) -> Span? {
    var cursor = lists[Self.listIndex(pages: pages)].first
    while let run = cursor {
      if run.record.pointee.pages >= pages { return run }
      cursor = run.next
    }
    return nil
  }

  // MARK: scavenging, in two halves so that the system call runs without the lock

  /// Takes at most `limit` pages of a free run out of use, for their memory to be given back.
  mutating func beginScavenging(_ run: Span, limit: Int) -> (first: Int, pages: Int) {
    let first = memory.firstPage(of: run)
    let total = run.record.pointee.pages
    let idleSince = run.record.pointee.idleSince
    let backed = run.record.pointee.backedPages
    detach(run)
    let pages = min(total, limit)
    let taken = countBacked(from: first, pages: pages)
    if total > pages {
      insert(
        first: first + pages, pages: total - pages, backed: backed - taken, idleSince: idleSince)
    }
    run.record.pointee.pages = pages
    run.record.pointee.backedPages = taken
    run.record.pointee.state = .scavenging
    for page in first..<first + pages {
      memory.publish(PageEntry(rawValue: UInt64(first)), page: page)
    }
    scavengingPages += pages
    return (first, pages)
  }

  mutating func endScavenging(first: Int, pages: Int, released: Bool) -> Int {
    let backed = memory.span(at: first).record.pointee.backedPages
    scavengingPages -= pages
    if released { releasedPagesTotal += backed }
    coalesce(first: first, pages: pages, backed: !released)
    return released ? backed : 0
  }
}
