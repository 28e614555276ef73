// Scanning: the loops over grey objects and over what they refer to.
//
// An object that a reference leads to is not marked at once. It is *seen*: a bit of this marker's
// own is set, and the object's page waits in this marker's queue (`SeenPages`). When the page's
// turn comes, all that was seen of it and is not marked yet is scanned, in the order of addresses,
// and then marked, all objects of a kibibyte with one atomic OR. (Go's "Green Tea" collector scans
// by pages, for the cache's sake. The bits of one's own are for the atomic instructions: one an
// object costs as much as scanning it.) Two markers that have seen the same object may both scan
// it, if it is the same moment; one of the two marks it, and it alone counts it.
//
// What others are to have is marked first and scanned by them, and so is what lies too thinly for
// a visit of its page (`Marker+Claim`): segments of grey objects, as in any tri-color marker. They
// are scanned in the same way, but for the order.
//
// Looking at a reference (`Sight`) must not mispredict a branch: that costs as much as a dozen
// references, and without it many cache misses are in flight at a time. Near references mostly
// follow a pattern; they are looked up and noted at once. The others are collected, if they were
// not seen yet, and noted a chunk at a time by loops that branch on nothing (`Marker+See`).

import CGrey
import GreyBasics
import GreyHeap
import Synchronization

extension Marker {
  /// Objects between two looks at the budget and the epoch.
  static var chunk: Int { 16 }
  /// Prefetched so many objects before it is scanned.
  static var ahead: Int { 12 }
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
        if seen.pageCount > Self.pagesToShare, !collector.hasWork { share() }
        guard let page = nextPage(&budget) else {
          if stack.count == 0, seen.isEmpty { break }
          continue
        }
        let (count, bytes) = scan(page: page, atMost: budget)
        if count > 0 { visits.end(scanned: count) }
        scanned &+= count
        scannedBytes &+= bytes
        // A page that needs no scan costs something as well: a quantum ends.
        budget &-= max(1, count &+ bytes >> 8)
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
    var sight = Sight(self)
    var scannedBytes = 0
    for index in 0..<count {
      let later = GreyObject(packed: objects[index &+ Self.ahead])
      grey_prefetch(
        UnsafeRawPointer(bitPattern: arenaBase &+ UInt(later.offset)).unsafelyUnwrapped)
      let object = GreyObject(packed: objects[index])
      let base = arenaBase &+ UInt(object.offset)
      let holder = view.taggedBase &+ object.offset
      let bytes = Int(truncatingIfNeeded: classTable[object.spanClass] & 0xFFFF_FFFF)
      var type = object.type
      if type == 0 { type = Int(view.typeIndex(base).rawValue) }
      let entry = types + type
      var word = UnsafeMutableRawPointer(bitPattern: base).unsafelyUnwrapped
      scannedBytes &+= bytes
      if bytes < 512, entry.pointee.allReferences {
        let end = word + bytes
        repeat {
          sight.look(word.relaxedWord, from: holder, self)
          sight.look((word + 8).relaxedWord, from: holder, self)
          word += 16
        } while word < end
      } else if bytes < 512, bytes >> 3 <= entry.pointee.period {
        var map = entry.pointee.map & ((1 &<< UInt64(truncatingIfNeeded: bytes >> 3)) &- 1)
        while map != 0 {
          sight.look(
            (word + map.trailingZeroBitCount &* 8).relaxedWord, from: holder, self)
          map &= map &- 1
        }
      } else {
        see(count: sight.take())
        scanLong(word, type: entry.pointee, words: 0, end: bytes >> 3)
      }
    }
    see(count: sight.take())
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
}

/// A hot loop's copy of what it takes to look at a reference.
struct Sight {
  private let taggedBase: UInt64
  private let arenaBytes: UInt64
  private let seenBits: UnsafeMutablePointer<UInt64>
  private let found: UnsafeMutablePointer<UInt64>
  /// The bits of a local reference are found by these without taking the base off first.
  private let seenByRaw: UInt
  private let allocatedByRaw: UInt
  private(set) var count = 0
  /// The kibibyte that is scanned, as a raw reference; and what was seen in it, a bit a granule.
  private var kibibyte: UInt64 = 0
  private var inside: UInt64 = 0

  /// How far apart two objects may be for a look whether the one that is referred to was seen. What
  /// is that near often was, and the branch is foretold; from farther away it is not.
  private static var near: UInt64 { 1 << 16 }

  init(_ marker: Marker) {
    taggedBase = marker.view.taggedBase
    arenaBytes = marker.view.arenaBytes
    seenBits = marker.seen.bits
    found = marker.found
    let ofArena = UInt(truncatingIfNeeded: taggedBase >> 10) &* 8
    seenByRaw = UInt(bitPattern: seenBits) &- ofArena
    allocatedByRaw = UInt(bitPattern: marker.view.allocationBits) &- ofArena
  }

  /// Looks at the reference in a slot of an object in the kibibyte that is scanned.
  @inline(__always)
  mutating func look(at slot: UnsafeMutableRawPointer, inOrder: Bool, _ marker: Marker) {
    let raw = slot.relaxedWord
    let distance = raw &- kibibyte
    if inOrder, distance < 1024 {
      inside |= 1 &<< (distance >> 4)
    } else {
      look(raw, from: kibibyte, marker)
    }
  }

  /// Looks at a reference that the object `holder` has.
  @inline(__always)
  mutating func look(_ raw: UInt64, from holder: UInt64, _ marker: Marker) {
    if raw ^ holder < Self.near {
      let place = UInt(truncatingIfNeeded: raw >> 10) &* 8
      let bits = UnsafeMutablePointer<UInt64>(bitPattern: seenByRaw &+ place).unsafelyUnwrapped
      if bits.pointee &>> (raw >> 4) & 1 != 0 { return }
      let isBase =
        UnsafeMutableRawPointer(bitPattern: allocatedByRaw &+ place).unsafelyUnwrapped
        .relaxedWord &>> (raw >> 4) & 1
      if isBase != 0 {
        bits.pointee |= 1 &<< (raw >> 4)
        marker.seen.queue(Int(truncatingIfNeeded: (raw &- taggedBase) >> 13))
        return
      }
    }
    let offset = raw &- taggedBase
    // What is not local meets a guard.
    let inside = min(offset, arenaBytes)
    let isSeen = seenBits[Int(truncatingIfNeeded: inside >> 10)] &>> (inside >> 4) & 1
    found[count] = offset
    count &+= isSeen == 0 && raw != 0 ? 1 : 0
  }

  // MARK: the kibibyte that is scanned

  @inline(__always)
  mutating func enter(_ start: UInt64) {
    kibibyte = start
    inside = 0
  }

  /// All that this marker has seen in the kibibyte so far.
  @inline(__always)
  func seenHere(_ bits: UnsafeMutablePointer<UInt64>) -> UInt64 { bits.pointee | inside }

  /// Notes what was seen in the kibibyte. Where no object begins (`bases`) the reference was an
  /// interior one, or to an object that is younger than the look at the bases: it is looked up with
  /// the others in `found`, once.
  @inline(__always)
  mutating func leave(_ bits: UnsafeMutablePointer<UInt64>, bases: UInt64) {
    let new = inside & ~bits.pointee
    if new == 0 { return }
    bits.pointee |= new
    var odd = new & ~bases
    while odd != 0 {
      found[count] =
        kibibyte &- taggedBase &+ UInt64(truncatingIfNeeded: odd.trailingZeroBitCount &* 16)
      count &+= 1
      odd &= odd &- 1
    }
  }

  /// The offsets that `found` holds, which begins anew.
  @inline(__always)
  mutating func take() -> Int {
    let taken = count
    count = 0
    return taken
  }
}
