// Noting what references lead to: an object's bit is set, and its page queued, by arithmetic.
//
// Nearly all references lead to the beginning of an object. That needs no search for the object's
// base: an allocation bit is set at the granule of a base only. The bit of an interior reference is
// set at its own granule as well as at its object's, so that the same granule is looked up once.

import GreyBasics
import GreyHeap

extension Marker {
  /// Notes what the first `count` offsets in `found` lead to, and queues its pages.
  func see(count: Int) {
    if count == 0 { return }
    if mostAreInside {
      mostAreInside = seeAny(count: count) > count / 2
      return
    }
    let rest = seeBases(count: count)
    if rest > 0 { _ = seeAny(count: rest) }
    mostAreInside = rest > count / 2
  }

  /// Those that lead to the beginning of an object: an allocation bit is set at the granule of a
  /// base only, so there is no base to be found. The others move to the front; returns how many.
  @inline(never)
  private func seeBases(count: Int) -> Int {
    let arenaBytes = view.arenaBytes
    let allocated = view.allocationBits
    let seenBits = seen.bits
    let isQueued = seen.isQueued
    let found = self.found
    var tail = seen.tail
    var rest = 0
    for index in 0..<count {
      let offset = found[index]
      // What is not local meets a guard.
      let inside = min(offset, arenaBytes)
      let word = Int(truncatingIfNeeded: inside >> 10)
      // A worker that allocates may be setting another bit of the word.
      let base = (allocated + word &* 8).relaxedWord & (1 &<< (inside >> 4))
      seenBits[word] |= base
      let isBase: UInt8 = base == 0 ? 0 : 1
      let page = Int(truncatingIfNeeded: inside >> 13)
      let queued = isQueued[page]
      tail.pointee = UInt32(truncatingIfNeeded: page)
      tail += Int(isBase & ~queued)
      isQueued[page] = queued | isBase
      found[rest] = offset
      rest &+= Int(isBase ^ 1)
    }
    seen.tail = tail
    return rest
  }

  /// Whatever they are: interior, remote, into a large object. Returns how many were interior.
  @inline(never)
  private func seeAny(count: Int) -> Int {
    let taggedBase = view.taggedBase
    let arenaBytes = view.arenaBytes
    let pageTable = view.pageTable
    let classTable = view.classTable
    let seenBits = seen.bits
    let isQueued = seen.isQueued
    let found = self.found
    var tail = seen.tail
    var unusual = 0
    var interior = 0
    var last: UInt64 = 0
    for index in 0..<count {
      let offset = found[index]
      // Calls wait until after the loop, whose values have the registers for themselves.
      var entry = PageEntry(rawValue: 0)
      if offset < arenaBytes {
        entry = PageEntry(
          rawValue: (pageTable + Int(truncatingIfNeeded: offset >> 13) &* 8).relaxedWord)
      }
      if entry.isUnusual {
        found[unusual] = offset
        unusual &+= 1
        continue
      }
      let shape = classTable[entry.spanClass]
      let span = UInt64(truncatingIfNeeded: entry.firstPage) << 13
      let slot = ((offset &- span) &* (shape >> 32)) >> 32
      let base = span &+ slot &* (shape & 0xFFFF_FFFF)
      let word = Int(truncatingIfNeeded: base >> 10)
      let new = ~seenBits[word] & (1 &<< (base >> 4))
      // The next reference to this granule needs no base.
      let own: UInt64 = 1 &<< (offset >> 4)
      if offset >> 10 == base >> 10 {
        seenBits[word] |= new | own
      } else {
        seenBits[word] |= new
        seenBits[Int(truncatingIfNeeded: offset >> 10)] |= own
      }
      let page = Int(truncatingIfNeeded: base >> 13)
      let queued = isQueued[page]
      let isNew: UInt8 = new == 0 ? 0 : 1
      tail.pointee = UInt32(truncatingIfNeeded: page)
      tail += Int(isNew & ~queued)
      isQueued[page] = queued | isNew
      last = max(last, offset)
      interior &+= base >> 4 == offset >> 4 ? 0 : 1
    }
    seen.tail = tail
    seen.touch(Int(truncatingIfNeeded: last >> 13))
    for index in 0..<unusual {
      let offset = found[index]
      if offset >= arenaBytes {
        noteRemote(offset &+ taggedBase)
      } else {
        seeUnusual(offset, entry: view.entry(atOffset: offset))
      }
    }
    return interior
  }
}
