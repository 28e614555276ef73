// Scanning: the loops over grey objects and over what they refer to.
//
// A reference that leads to an unmarked object is not marked at once. It is *seen*: a bit of this
// marker's own is set, and the object's page waits in this marker's queue (see `SeenPages`). Only
// when the page's turn comes are all its seen objects claimed, a word of bits with one atomic OR,
// and scanned one after the other. That has three effects. An atomic instruction, which costs as
// much as scanning half an object, is paid once for all objects of a kibibyte. Objects of a page
// are scanned in the order of their addresses (Go's "Green Tea" collector does it for that). And an
// object is claimed by exactly one marker, whoever else has seen it.
//
// References are handled in two passes, neither of which has a branch that depends on the shape of
// the graph: a mispredicted branch costs as much as a dozen references, and a loop without them has
// many cache misses in flight at a time. `scan` collects those whose granule is not marked. A mark
// bit is set at the granule of a base only, so a set bit says "marked" whatever the reference is
// into. `see` finds the base of the rest, looks at its mark, and sets the bit and queues the page
// by arithmetic. Only what is not in a common span takes a way of its own.

import CGrey
import GreyBasics
import GreyHeap
import Synchronization

extension Marker {
  /// Objects between two looks at the budget and the epoch.
  static var chunk: Int { 16 }
  /// How far apart two objects may be for a look whether the one that is referred to was seen. What
  /// is that near often was, and the branch is foretold; from farther away it is not.
  private static var near: UInt64 { 1 << 16 }
  /// Claimed at a time, if there are as many: enough for prefetching, few for a quantum.
  static var claimedAtLeast: Int { 64 }
  /// The same for others. With another page, of 512 objects, it still fits a segment.
  static var claimedToShare: Int { GreySegment.capacity - 512 }

  /// Scans what this marker holds until it is empty, `left` is used up, or the epoch is gone.
  func scan(_ left: inout Int, _ progress: inout MarkProgress) {
    var budget = left
    let armedWord = collector.armedWord
    let epoch = self.epoch
    var scanned = 0
    var scannedBytes = 0
    while budget > 0, armedWord.relaxedWord == epoch {
      if stackHead == stack.count {
        stackHead = 0
        stack.count = 0
        if seen.isEmpty { break }
        claim(into: stack, atLeast: Self.claimedAtLeast)
        if seen.pageCount > Self.pagesToShare, !collector.hasWork { share() }
        continue
      }
      let count = min(stack.count - stackHead, Self.chunk, budget)
      let bytes = scan(stack.entries + stackHead, count: count)
      stackHead += count
      scanned &+= count
      scannedBytes &+= bytes
      budget &-= count &+ bytes >> 8
    }
    left = budget
    totals.objectsScanned += scanned
    totals.bytesScanned += scannedBytes
    progress.scannedObjects += scanned
    progress.scannedBytes += scannedBytes
  }

  /// Claims the objects of the pages that waited longest.
  @inline(never)
  func claim(into segment: GreySegment, atLeast enough: Int) {
    let view = self.view
    let entries = segment.entries
    var count = 0
    var objects = 0
    var bytes = 0
    while count < enough, let page = seen.takePage() {
      let entry = view.entry(ofPage: page)
      let marks = view.markBits + page &* 64
      let bits = seen.bits + page &* 8
      let first = GreyObject(
        offset: UInt64(truncatingIfNeeded: page) << HeapLayout.pageShift, entry: entry)
      let before = count
      for word in 0..<8 {
        let mark = marks + word &* 8
        let wanted = bits[word] & ~mark.relaxedWord
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
    totals.objectsMarked += objects
    totals.bytesMarked += bytes
    for index in 0..<min(count, Self.ahead) {
      view.prefetchObject(view.arenaBase &+ UInt(GreyObject(packed: entries[index]).offset))
    }
    segment.count = count
  }

  private static var ahead: Int { 12 }

  /// Others have nothing to take: they get the pages that waited longest.
  @inline(never)
  private func share() {
    let segment = GreySegment.allocate()
    claim(into: segment, atLeast: Self.claimedToShare)
    collector.withState { state in
      // Aborted: what was held is discarded at the next look anyway.
      if epoch == state.epoch.rawValue {
        state.giveGrey(segment)
      } else {
        state.giveSpare(segment)
      }
    }
  }

  /// Scans `count` objects and prefetches those behind them. Returns their bytes.
  @inline(never)
  private func scan(_ objects: UnsafeMutablePointer<UInt64>, count: Int) -> Int {
    let classTable = view.classTable
    let types = view.types
    let arenaBase = view.arenaBase
    let taggedBase = view.taggedBase
    let arenaBytes = view.arenaBytes
    let seenBits = seen.bits
    let allocated = view.allocationBits.assumingMemoryBound(to: UInt64.self)
    // The bits of a local reference are found without taking the base off first.
    let ofArena = UInt(truncatingIfNeeded: taggedBase >> 10) &* 8
    let seenByRaw = UInt(bitPattern: seenBits) &- ofArena
    let allocatedByRaw = UInt(bitPattern: allocated) &- ofArena
    let found = self.found
    var foundCount = 0
    var scannedBytes = 0
    @inline(__always) func look(at word: UnsafeMutableRawPointer, from holder: UInt64) {
      let raw = word.relaxedWord
      if raw ^ holder < Self.near {
        let place = UInt(truncatingIfNeeded: raw >> 10) &* 8
        let bits = UnsafeMutablePointer<UInt64>(bitPattern: seenByRaw &+ place).unsafelyUnwrapped
        if bits.pointee &>> (raw >> 4) & 1 != 0 { return }
        let isBase = UnsafeMutablePointer<UInt64>(bitPattern: allocatedByRaw &+ place)
          .unsafelyUnwrapped.pointee &>> (raw >> 4) & 1
        if isBase != 0 {
          bits.pointee |= 1 &<< (raw >> 4)
          seen.queue(Int(truncatingIfNeeded: (raw &- taggedBase) >> 13))
          return
        }
      }
      let offset = raw &- taggedBase
      // What is not local meets a guard.
      let inside = min(offset, arenaBytes)
      let isSeen = seenBits[Int(truncatingIfNeeded: inside >> 10)] &>> (inside >> 4) & 1
      found[foundCount] = offset
      foundCount &+= isSeen == 0 && raw != 0 ? 1 : 0
    }
    for index in 0..<count {
      let later = GreyObject(packed: objects[index &+ Self.ahead])
      grey_prefetch(
        UnsafeRawPointer(bitPattern: arenaBase &+ UInt(later.offset)).unsafelyUnwrapped)
      let object = GreyObject(packed: objects[index])
      let base = arenaBase &+ UInt(object.offset)
      let holder = taggedBase &+ object.offset
      let bytes = Int(truncatingIfNeeded: classTable[object.spanClass] & 0xFFFF_FFFF)
      var type = object.type
      if type == 0 { type = Int(view.typeIndex(base).rawValue) }
      let entry = types + type
      var word = UnsafeMutableRawPointer(bitPattern: base).unsafelyUnwrapped
      scannedBytes &+= bytes
      if bytes >= 512 {
        see(count: foundCount)
        foundCount = 0
        scanLong(word, type: entry.pointee, words: 0, end: bytes >> 3)
      } else if entry.pointee.allReferences {
        let end = word + bytes
        repeat {
          look(at: word, from: holder)
          look(at: word + 8, from: holder)
          word += 16
        } while word < end
      } else if bytes >> 3 <= entry.pointee.period {
        var map = entry.pointee.map & ((1 &<< UInt64(truncatingIfNeeded: bytes >> 3)) &- 1)
        while map != 0 {
          look(at: word + map.trailingZeroBitCount &* 8, from: holder)
          map &= map &- 1
        }
      } else {
        see(count: foundCount)
        foundCount = 0
        scanLong(word, type: entry.pointee, words: 0, end: bytes >> 3)
      }
    }
    see(count: foundCount)
    return scannedBytes
  }

  /// Words `start..<end` of an object of any length.
  @inline(never)
  func scanLong(_ object: UnsafeMutableRawPointer, type: TypeEntry, words start: Int, end: Int) {
    let view = self.view
    let seenBits = seen.bits
    let found = self.found
    var count = 0
    view.forEachReference(at: object, type: type, words: start, end: end) { raw in
      let offset = raw &- view.taggedBase
      let inside = min(offset, view.arenaBytes)
      let isSeen = seenBits[Int(truncatingIfNeeded: inside >> 10)] &>> (inside >> 4) & 1
      found[count] = offset
      count &+= isSeen == 0 ? 1 : 0
      if count == Self.foundCapacity {
        see(count: count)
        count = 0
      }
    }
    see(count: count)
  }

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
    let allocated = view.allocationBits.assumingMemoryBound(to: UInt64.self)
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
      let base = allocated[word] & (1 &<< (inside >> 4))
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
    let view = self.view
    let seenBits = seen.bits
    let isQueued = seen.isQueued
    let found = self.found
    var tail = seen.tail
    var interior = 0
    for index in 0..<count {
      let offset = found[index]
      if offset >= view.arenaBytes {
        noteRemote(offset &+ view.taggedBase)
        continue
      }
      let entry = view.entry(atOffset: offset)
      if entry.isUnusual {
        seeUnusual(offset, entry: entry)
        continue
      }
      let shape = view.classTable[entry.spanClass]
      let span = UInt64(truncatingIfNeeded: entry.firstPage) << 13
      let slot = ((offset &- span) &* (shape >> 32)) >> 32
      let base = span &+ slot &* (shape & 0xFFFF_FFFF)
      let word = Int(truncatingIfNeeded: base >> 10)
      let new = ~seenBits[word] & (1 &<< (base >> 4))
      seenBits[word] |= new
      let page = Int(truncatingIfNeeded: base >> 13)
      let queued = isQueued[page]
      let isNew: UInt8 = new == 0 ? 0 : 1
      tail.pointee = UInt32(truncatingIfNeeded: page)
      tail += Int(isNew & ~queued)
      isQueued[page] = queued | isNew
      interior &+= base >> 4 == offset >> 4 ? 0 : 1
    }
    seen.tail = tail
    return interior
  }
}
