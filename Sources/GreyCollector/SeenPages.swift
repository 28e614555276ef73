// What one marker has seen in its epoch, a bit a granule, and a queue of the pages where it has
// seen something that it has not scanned yet.
//
// The bits are this marker's own, at the same places as the mark bits: read and set with plain
// instructions, whatever other markers and allocating workers do to the marks meanwhile. They stay
// set until the epoch ends, so that a marker looks at each object once however many references lead
// to it, and need not look at the marks at all.
//
// Pages are taken in the order in which they were queued, one generation after the other, so that a
// page gathers objects while it waits. A page is in the queue once, however many objects of it were
// seen; with a place for every page of the arena the queue cannot overflow, and a marker needs no
// other stack.
//
// All of it is address space, reserved for the whole arena; only what is touched has memory: for
// the bits 1/128 of the heap at most. Used by its marker only.

import CGrey
import GreyBasics
import GreyHeap

struct SeenPages: @unchecked Sendable {
  private let mapping: Mapping
  let bits: UnsafeMutablePointer<UInt64>
  /// One byte a page: it is in one of the two queues.
  let isQueued: UnsafeMutablePointer<UInt8>
  /// The generation that is taken from, and the one that grows; they change places.
  private var taken: UnsafeMutablePointer<UInt32>
  private var takenEnd: UnsafeMutablePointer<UInt32>
  private var taking: UnsafeMutablePointer<UInt32>
  private var growing: UnsafeMutablePointer<UInt32>
  /// Where the next page of the growing one goes.
  var tail: UnsafeMutablePointer<UInt32>
  /// The pages before this one may have bits.
  private var touched = 0

  /// Where more bits than this are to be cleared, the system does it.
  private static var discardedBytes: Int { 1 << 20 }

  init(arenaBytes: Int) {
    // Some more than there are: what is not local is looked up there, and changes nothing.
    let pages = arenaBytes / HeapLayout.pageBytes + HeapView.guardPages
    // One more than pages: a loop without branches writes behind the last one.
    let queueBytes = (pages + 1) * 4
    do {
      mapping = try Mapping(
        bytes: pages * 65 + 2 * queueBytes, readWrite: true, purpose: "marker's queue")
    } catch {
      // A heap of this size was reserved already, with more for its tables than this.
      fatalError("\(error)")
    }
    bits = mapping.base.assumingMemoryBound(to: UInt64.self)
    growing = (mapping.base + pages * 64).assumingMemoryBound(to: UInt32.self)
    taken = growing + pages + 1
    isQueued = UnsafeMutableRawPointer(taken + pages + 1).assumingMemoryBound(to: UInt8.self)
    takenEnd = taken
    taking = taken
    tail = growing
  }

  var pageCount: Int { (takenEnd - taking) + (tail - growing) }
  var isEmpty: Bool { taking == takenEnd && tail == growing }

  @inline(__always)
  mutating func queue(_ page: Int) {
    if isQueued[page] != 0 { return }
    isQueued[page] = 1
    tail.pointee = UInt32(truncatingIfNeeded: page)
    tail += 1
  }

  @inline(__always)
  mutating func takePage() -> Int? {
    if taking == takenEnd {
      if tail == growing { return nil }
      swap(&taken, &growing)
      taking = taken
      takenEnd = tail
      tail = growing
    }
    let page = Int(taking.pointee)
    taking += 1
    isQueued[page] = 0
    touched = max(touched, page + 1)
    return page
  }

  /// Asks for what the next page of the queue needs: first objects, and bits of the one after.
  @inline(__always)
  mutating func prefetchNext(_ view: HeapView) {
    if takenEnd - taking < 2 { return }
    let next = Int(taking[0])
    let word = bits + next &* 8
    for index in 0..<8 where word[index] != 0 {
      view.prefetchObject(
        view.arenaBase
          &+ UInt(
            bitPattern: (next &* 512 &+ index &* 64 &+ word[index].trailingZeroBitCount) &* 16))
    }
    let later = Int(taking[1])
    grey_prefetch(bits + later &* 8)
    grey_prefetch(view.markBits + later &* 64)
    grey_prefetch(view.pageTable + later &* 8)
  }

  /// Bits of a page were set without queuing it.
  mutating func touch(_ page: Int) { touched = max(touched, page + 1) }

  mutating func discardQueue() {
    while takePage() != nil {}
  }

  /// Forgets what was seen. The queue is empty.
  mutating func clear() {
    let bytes = touched * 64
    if bytes < Self.discardedBytes || !mapping.discard(from: 0, bytes: bytes & ~0xFFFF) {
      bits.update(repeating: 0, count: touched * 8)
    } else {
      (bits + (bytes & ~0xFFFF) / 8).update(repeating: 0, count: (bytes & 0xFFFF) / 8)
    }
    touched = 0
  }
}
