// Scanning a page: all that was seen of it, and what of it is seen meanwhile.
//
// An object is marked after it was scanned. Until then this marker counts as a holder, so marking
// cannot end in between; the barrier takes the object for white and hands it over once more, which
// costs a look. What was seen and not scanned at the end of a visit queues the page again, so
// nothing that is grey is in no queue: neither what the scan stopped at, nor what was seen of a
// kibibyte that it had left behind.
//
// The loop exists twice. Where objects refer to their own kibibyte, as in the order of allocation,
// what is seen of that is gathered in a register, and nothing is looked up for it; where they do
// not, that would cost every reference a comparison in vain. What is marked is the same.
//
// What was born black since is recognized by its mark: that was set before there was
// a reference by which it could be seen. Its shape need not be that of the page's older objects.

import GreyBasics
import GreyHeap
import Synchronization

extension Marker {
  /// Scans the objects of a page that were seen and that nobody has marked, and marks them.
  func scan(page: Int, atMost budget: Int) -> (objects: Int, bytes: Int) {
    let entry = view.entry(ofPage: page)
    if entry.isUnusual || entry.isNoscan {
      blacken(page, entry: entry)
      return (0, 0)
    }
    return isInOrder(page)
      ? scanInOrder(page, entry, atMost: budget) : scanScattered(page, entry, atMost: budget)
  }

  /// Whether the first object to be scanned refers to its own kibibyte. A guess at the others.
  @inline(__always)
  private func isInOrder(_ page: Int) -> Bool {
    for word in page &* 8..<page &* 8 &+ 8 {
      let pending =
        seen.bits[word] & (view.allocationBits + word &* 8).relaxedWord
        & ~(view.markBits + word &* 8).relaxedWord
      if pending == 0 { continue }
      let granule = word &* 64 &+ pending.trailingZeroBitCount
      let base = view.arenaBase &+ UInt(bitPattern: granule &* 16)
      let object = UnsafeMutableRawPointer(bitPattern: base).unsafelyUnwrapped
      let own = view.raw(of: base)
      return object.relaxedWord ^ own < 1024 || (object + 8).relaxedWord ^ own < 1024
    }
    return false
  }

  @inline(never)
  private func scanInOrder(
    _ page: Int, _ entry: PageEntry, atMost budget: Int
  ) -> (objects: Int, bytes: Int) {
    scan(page, entry, atMost: budget, inOrder: true)
  }

  @inline(never)
  private func scanScattered(
    _ page: Int, _ entry: PageEntry, atMost budget: Int
  ) -> (objects: Int, bytes: Int) {
    scan(page, entry, atMost: budget, inOrder: false)
  }

  /// Both loops.
  @inline(__always)
  private func scan(
    _ page: Int, _ entry: PageEntry, atMost budget: Int, inOrder: Bool
  ) -> (objects: Int, bytes: Int) {
    let view = self.view
    let bytes = Int(truncatingIfNeeded: view.classTable[entry.spanClass] & 0xFFFF_FFFF)
    let type = view.types[Int(entry.uniformType.rawValue)]
    // Of mixed types, or too large for one look at a map: every object is looked up.
    var map: UInt64 = 0
    var areAllReferences = false
    if bytes < 512, type.words > 0 {
      if type.allReferences {
        areAllReferences = true
      } else if bytes >> 3 <= type.period {
        map = type.map & ((1 &<< UInt64(truncatingIfNeeded: bytes >> 3)) &- 1)
      }
    }
    let bits = seen.bits + page &* 8
    let marks = view.markBits + page &* 64
    let allocated = view.allocationBits + page &* 64
    seen.prefetchNext(view)
    let start = view.arenaBase &+ UInt(bitPattern: page &* HeapLayout.pageBytes)
    // What is seen of the page meanwhile need not queue it.
    seen.isQueued[page] = 1
    var sight = Sight(self)
    var left = budget
    var marked = 0
    for word in 0..<8 {
      let mark = marks + word &* 8
      // Bits are seen at interior granules as well; objects begin where allocation bits are.
      let bases = (allocated + word &* 8).relaxedWord
      var done: UInt64 = 0
      sight.enter(view.raw(of: start &+ UInt(bitPattern: word &* 1024)))
      if word < 7 { prefetch(bits[word &+ 1], at: start &+ UInt(bitPattern: (word &+ 1) &* 1024)) }
      var pending: UInt64 = 0
      while left > 0 {
        if pending == 0 {
          // What was seen since the last look is in it. Not a look for every object: its outcome
          // hangs on what the object before refers to, and scanning would wait for that.
          pending = sight.seenHere(bits + word) & bases & ~(mark.relaxedWord | done)
          if pending == 0 { break }
          done |= pending
        }
        let granule = word &* 64 &+ pending.trailingZeroBitCount
        pending &= pending &- 1
        let base = start &+ UInt(bitPattern: granule &* 16)
        var slot = UnsafeMutableRawPointer(bitPattern: base).unsafelyUnwrapped
        if areAllReferences {
          let end = slot + bytes
          repeat {
            sight.look(at: slot, inOrder: inOrder, self)
            sight.look(at: slot + 8, inOrder: inOrder, self)
            slot += 16
          } while slot < end
        } else if map != 0 {
          var map = map
          while map != 0 {
            sight.look(at: slot + map.trailingZeroBitCount &* 8, inOrder: inOrder, self)
            map &= map &- 1
          }
        } else {
          scanLong(slot, type: view.typeEntry(base), words: 0, end: bytes >> 3)
        }
        left &-= 1
        if sight.count > Self.foundCapacity - 64 { see(count: sight.take()) }
      }
      // Stopped in the middle: what is left of the last look is not done.
      done &= ~pending
      sight.leave(bits + word, bases: bases)
      if sight.count > Self.foundCapacity - 64 { see(count: sight.take()) }
      if done != 0 {
        let won = done & ~mark.atomicWord.pointee.bitwiseOr(done, ordering: .relaxed).oldValue
        marked &+= won.nonzeroBitCount
      }
      if left == 0 { break }
    }
    see(count: sight.take())
    totals.objectsMarked += marked
    totals.bytesMarked += marked &* bytes
    // What was stopped at, or seen behind the scan's back, waits for the page's next turn.
    seen.isQueued[page] = 0
    if isLeft(of: page) { seen.queue(page) }
    return (budget &- left, (budget &- left) &* bytes)
  }

  /// Whether something of a page was seen and is not marked.
  @inline(__always)
  private func isLeft(of page: Int) -> Bool {
    var left: UInt64 = 0
    for word in page &* 8..<page &* 8 &+ 8 {
      left |=
        seen.bits[word] & (view.allocationBits + word &* 8).relaxedWord
        & ~(view.markBits + word &* 8).relaxedWord
    }
    return left != 0
  }

  /// Objects of the next kibibyte have the time of this one to arrive.
  @inline(__always)
  private func prefetch(_ bits: UInt64, at start: UInt) {
    var left = bits
    while left != 0 {
      view.prefetchObject(start &+ UInt(bitPattern: left.trailingZeroBitCount &* 16))
      left &= left &- 1
    }
  }

  /// The objects of a page that hold no references, or one that is scanned in pieces.
  @inline(never)
  private func blacken(_ page: Int, entry: PageEntry) {
    let bits = seen.bits + page * 8
    let marks = view.markBits + page * 64
    var marked = 0
    for word in 0..<8 {
      let wanted =
        bits[word] & (view.allocationBits + page * 64 + word * 8).relaxedWord
        & ~(marks + word * 8).relaxedWord
      if wanted == 0 { continue }
      let won =
        wanted & ~(marks + word * 8).atomicWord.pointee
        .bitwiseOr(wanted, ordering: .relaxed).oldValue
      marked += won.nonzeroBitCount
    }
    totals.objectsMarked += marked
    if !entry.isLarge {
      totals.bytesMarked += marked * Int(view.classTable[entry.spanClass] & 0xFFFF_FFFF)
    } else if marked > 0 {
      blackenLarge(page, entry: entry)
    }
  }
}
