// Claiming: what was seen of a page is marked first and scanned later, as in any tri-color marker.
//
// Two reasons to do so. Others have nothing to take, and get what waited longest. Or little was
// seen of a page. A visit of a whole page pays for itself by what it finds there: objects that
// refer to their own page, and many objects of one page while their cache lines come in. Where
// references lead anywhere and few of them have gathered, it is the other way round: a visit per
// object, and nothing to prefetch. Such pages are claimed one after the other until there are some
// hundreds of objects, which are then scanned with the next dozen always prefetched, whatever pages
// they are in. What is gathered is marked and on this marker's stack, so it is grey as before, and
// the marker a holder.
//
// Whether visits pay is learned from visits: one that scans at least twice as many objects as had
// been seen of the page at its beginning says yes. While they do not, every so many sparse pages
// one is visited all the same, lest a graph that has changed its ways goes unnoticed.
//
// One marker, 1 M objects of 32 bytes, CPU time, alternating with visits only: a list in random
// order 2.2 times the objects a second, a tree over a random permutation 1.75; random graphs, trees
// and sequences in order as before.
//
// (Go's "Green Tea" collector makes the same choice, span by span, by whether more than one object
// of the span was seen.)

import CGrey
import GreyBasics
import GreyHeap
import Synchronization

/// What visits of pages have brought lately.
struct VisitRecord {
  /// Positive: visits find more than was seen before. Between plus and minus `certain`.
  private var balance = 0
  /// Sparse pages that came while visits did not pay.
  private var sparse = 0
  /// What had been seen of the page that is visited.
  private var before = 0

  private static let certain = 8
  /// One of so many sparse pages is visited although visits do not pay.
  private static let probes = 64

  mutating func begin(seen: Int) { before = seen }

  mutating func end(scanned: Int) {
    let isMore = scanned >= 2 &* before
    balance = isMore ? min(balance + 1, Self.certain) : max(balance - 1, -Self.certain)
  }

  /// Whether a page of which little was seen is to be claimed.
  @inline(__always)
  mutating func claimsSparse() -> Bool {
    if balance >= 0 { return false }
    sparse &+= 1
    return sparse % Self.probes != 0
  }

  /// Pages claimed so far.
  var claimed: Int { sparse - sparse / Self.probes }
}

extension Marker {
  /// A page is sparse if no more of its objects than this are to be scanned.
  private static var sparse: Int { 64 }
  /// Objects of sparse pages on the stack before they are scanned, about.
  private static var gathered: Int { 256 }
  /// Claimed for others at a time. With another page, of 512 objects, it still fits a segment.
  static var claimedToShare: Int { GreySegment.capacity - 512 }

  /// The next page to be visited. Sparse ones before it are claimed: what was seen of them is on
  /// the stack, which was empty, and each has cost the budget one. Nil: no page is left, the stack
  /// has enough, or the budget is used up.
  @inline(never)
  func nextPage(_ budget: inout Int) -> Int? {
    var count = 0
    var objects = 0
    var bytes = 0
    defer {
      stack.count = count
      totals.objectsMarked += objects
      totals.bytesMarked += bytes
    }
    while count < Self.gathered, budget > 0, let page = seen.takePage() {
      let pending = pendingCount(of: page)
      if pending > Self.sparse || !visits.claimsSparse() {
        visits.begin(seen: pending)
        return page
      }
      seen.prefetchNext(view)
      budget &-= 1
      claim(page, into: stack.entries, &count, objects: &objects, bytes: &bytes)
    }
    return nil
  }

  @inline(__always)
  private func pendingCount(of page: Int) -> Int {
    let bits = seen.bits + page &* 8
    let marks = view.markBits + page &* 64
    let allocated = view.allocationBits + page &* 64
    var count = 0
    for word in 0..<8 {
      count &+=
        (bits[word] & (allocated + word &* 8).relaxedWord & ~(marks + word &* 8).relaxedWord)
        .nonzeroBitCount
    }
    return count
  }

  /// Marks what was seen in the pages that waited longest, for somebody else to scan.
  @inline(never)
  func claim(into segment: GreySegment, atLeast enough: Int) {
    var count = 0
    var objects = 0
    var bytes = 0
    while count < enough, let page = seen.takePage() {
      claim(page, into: segment.entries, &count, objects: &objects, bytes: &bytes)
    }
    totals.objectsMarked += objects
    totals.bytesMarked += bytes
    segment.count = count
  }

  /// Marks what was seen of a page and appends it, if it is to be scanned, to `entries`.
  @inline(__always)
  private func claim(
    _ page: Int, into entries: UnsafeMutablePointer<UInt64>, _ count: inout Int,
    objects: inout Int, bytes: inout Int
  ) {
    let view = self.view
    let entry = view.entry(ofPage: page)
    let marks = view.markBits + page &* 64
    let allocated = view.allocationBits + page &* 64
    let bits = seen.bits + page &* 8
    let first = GreyObject(
      offset: UInt64(truncatingIfNeeded: page) << HeapLayout.pageShift, entry: entry)
    let before = count
    for word in 0..<8 {
      let mark = marks + word &* 8
      let wanted = bits[word] & (allocated + word &* 8).relaxedWord & ~mark.relaxedWord
      if wanted == 0 { continue }
      var won = wanted & ~mark.atomicWord.pointee.bitwiseOr(wanted, ordering: .relaxed).oldValue
      while won != 0 {
        entries[count] = first.later(granules: word &* 64 &+ won.trailingZeroBitCount).packed
        count &+= 1
        won &= won &- 1
      }
    }
    objects &+= count &- before
    bytes &+=
      (count &- before) &* Int(truncatingIfNeeded: view.classTable[entry.spanClass] & 0xFFFF_FFFF)
    if entry.isLarge, count > before { blackenLarge(page, entry: entry) }
    // What holds no references is black by now.
    if entry.isLarge || entry.isNoscan { count = before }
  }
}
