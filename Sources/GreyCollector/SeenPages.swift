// What one marker has seen and nobody has claimed for it yet: a bit an object, and a queue of the
// pages that have one.
//
// The bits are this marker's own, at the same places as the mark bits: set with plain instructions,
// whatever other markers and allocating workers do to the marks meanwhile. Pages are taken in the
// order in which they were queued, one generation after the other, so that a page gathers objects
// while it waits. A page is in the queue once, however many objects of it were seen; with a place
// for every page of the arena the queue cannot overflow, and a marker needs no other stack.
//
// A page is not queued exactly if its bits are zero. So the bits of an epoch that was given up are
// found through the queue, and nothing has to be cleared when one ends.
//
// All of it is address space, reserved for the whole arena; only what is touched has memory: at
// most 1/128 of the heap for the bits. Used by its marker only.

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

  init(arenaBytes: Int) {
    // One more than there are: what is not local is looked up there, and changes nothing.
    let pages = arenaBytes / HeapLayout.pageBytes + 1
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
    return page
  }

  /// Forgets everything.
  mutating func discard() {
    while let page = takePage() {
      (bits + page * 8).update(repeating: 0, count: 8)
    }
  }
}
