// The heap as hot loops see it: raw pointers and constants, copied into locals.
//
// Everything is found by arithmetic on the offset within the arena: the page entry by a shift, the
// bitmap word by a shift, the slot by one multiplication. One unsigned comparison accepts exactly
// the references into this node's arena: null and remote ones wrap around to large numbers.
//
// Functions without "checked" in their comment want a reference into an allocated object.

import CGrey
import GreyBasics
import Synchronization

@frozen @usableFromInline
package struct HeapView: @unchecked Sendable {
  /// `node << 48 | address of the arena`.
  @usableFromInline package let taggedBase: UInt64
  /// Bytes of the arena, as reserved.
  @usableFromInline package let arenaBytes: UInt64
  @usableFromInline package let arenaBase: UInt
  @usableFromInline package let pageTable: UnsafeMutableRawPointer
  @usableFromInline package let markBits: UnsafeMutableRawPointer
  @usableFromInline package let allocationBits: UnsafeMutableRawPointer
  /// By span class: `magic << 32 | slot bytes`; zero for large objects.
  @usableFromInline package let classTable: UnsafeMutablePointer<UInt64>
  /// The size class of a small object, by granules.
  @usableFromInline package let classOfGranules: UnsafeMutablePointer<UInt8>
  /// Of spans with mixed types: a type a slot, counted from the span's first granule.
  @usableFromInline package let slotTypes: UnsafeMutablePointer<UInt16>
  @usableFromInline package let spans: UnsafeMutablePointer<SpanRecord>
  @usableFromInline package let types: UnsafeMutablePointer<TypeEntry>

  /// Pages that both bitmaps go on for behind the arena. Their bits are never set.
  @inlinable package static var guardPages: Int { 8 }

  /// Whether a raw reference is into this node's arena; false for null and remote ones.
  @inlinable @inline(__always)
  package func isLocal(_ raw: UInt64) -> Bool { raw &- taggedBase < arenaBytes }

  @inlinable @inline(__always)
  package func address(of raw: UInt64) -> UInt {
    arenaBase &+ UInt(truncatingIfNeeded: raw &- taggedBase)
  }
  @inlinable @inline(__always)
  package func raw(of address: UInt) -> UInt64 {
    taggedBase &+ UInt64(truncatingIfNeeded: address &- arenaBase)
  }
  @inlinable @inline(__always)
  package func offset(of address: UInt) -> UInt64 {
    UInt64(truncatingIfNeeded: address &- arenaBase)
  }

  /// The entry of the page that a local reference is into.
  @inlinable @inline(__always)
  package func entry(of raw: UInt64) -> PageEntry {
    entry(atOffset: raw &- taggedBase)
  }
  @inlinable @inline(__always)
  package func entry(atOffset offset: UInt64) -> PageEntry {
    PageEntry(
      rawValue: (pageTable + Int(truncatingIfNeeded: offset >> HeapLayout.pageShift) &* 8)
        .relaxedWord)
  }

  @inlinable @inline(__always)
  package func entry(ofPage page: Int) -> PageEntry {
    PageEntry(rawValue: (pageTable + page &* 8).relaxedWord)
  }

  /// Whether a local reference is into an allocated slot. Checked, and callable at any time from
  /// any thread; the rest of a cached run counts as allocated unless its slots have no type yet.
  @inlinable @inline(__always)
  package func isIntoAllocatedSlot(_ raw: UInt64) -> Bool {
    let offset = raw &- taggedBase
    let entry = PageEntry(
      rawValue: (pageTable + Int(truncatingIfNeeded: offset >> HeapLayout.pageShift) &* 8)
        .acquiredWord)
    guard entry.isInUse else { return false }
    let base = base(of: raw, entry: entry)
    if entry.isLarge, address(of: raw) &- base >= UInt(spans[entry.firstPage].elementBytes) {
      return false
    }
    // Behind the last slot of a span no bit is ever set.
    let start = self.offset(of: base)
    let bits =
      (allocationBits + Int(truncatingIfNeeded: start >> HeapLayout.bitmapWordShift) &* 8)
      .relaxedWord
    guard bits & (1 &<< (start >> HeapLayout.granuleShift)) != 0 else { return false }
    return typeIndex(base, entry: entry).rawValue != 0
  }

  /// The address where the object begins that a local reference is into.
  @inlinable @inline(__always)
  package func base(of raw: UInt64) -> UInt { base(of: raw, entry: entry(of: raw)) }

  @inlinable @inline(__always)
  package func base(of raw: UInt64, entry: PageEntry) -> UInt {
    let span = UInt64(truncatingIfNeeded: entry.firstPage) << HeapLayout.pageShift
    let inside = raw &- taggedBase &- span
    // Of a large object both halves are zero, and its base is the span's.
    let shape = classTable[entry.spanClass]
    let slot = (inside &* (shape >> 32)) >> 32
    let offset = span &+ slot &* (shape & 0xFFFF_FFFF)
    return arenaBase &+ UInt(truncatingIfNeeded: offset)
  }

  // MARK: mark bits

  @inlinable @inline(__always)
  func markWord(atOffset offset: UInt64) -> UnsafeMutableRawPointer {
    markBits + Int(truncatingIfNeeded: offset >> HeapLayout.bitmapWordShift) &* 8
  }

  /// Marks the object that begins at `base`. True: it was white, and the caller must scan it.
  @inlinable @inline(__always)
  package func testAndSetMark(_ base: UInt) -> Bool {
    let offset = offset(of: base)
    let word = markWord(atOffset: offset)
    let bit: UInt64 = 1 &<< (offset >> HeapLayout.granuleShift)
    // Most references lead to marked objects: look before the locked instruction.
    if word.relaxedWord & bit != 0 { return false }
    return word.atomicWord.pointee.bitwiseOr(bit, ordering: .relaxed).oldValue & bit == 0
  }

  @inlinable @inline(__always)
  package func isMarked(_ base: UInt) -> Bool {
    let offset = offset(of: base)
    return markWord(atOffset: offset).relaxedWord
      & (1 &<< (offset >> HeapLayout.granuleShift)) != 0
  }

  // MARK: shapes

  @inlinable @inline(__always)
  package func isNoscan(_ base: UInt) -> Bool { entry(atOffset: offset(of: base)).isNoscan }

  /// Bytes of the slot that begins at `base`; of a large object, its own.
  @inlinable @inline(__always)
  package func slotBytes(_ base: UInt, entry: PageEntry) -> Int {
    let bytes = Int(truncatingIfNeeded: classTable[entry.spanClass] & 0xFFFF_FFFF)
    return bytes != 0 ? bytes : spans[entry.firstPage].elementBytes
  }
  @inlinable @inline(__always)
  package func slotBytes(_ base: UInt) -> Int {
    slotBytes(base, entry: entry(atOffset: offset(of: base)))
  }
  /// What a marker walks: the object's first word, and how many words there are.
  @inlinable @inline(__always)
  package func scanWords(_ base: UInt) -> (start: UnsafeMutableRawPointer, wordCount: Int) {
    (UnsafeMutableRawPointer(bitPattern: base).unsafelyUnwrapped, slotBytes(base) >> 3)
  }

  @inlinable @inline(__always)
  package func typeIndex(_ base: UInt, entry: PageEntry) -> TypeIndex {
    let type = entry.uniformType
    return type.rawValue != 0 ? type : mixedTypeIndex(base, entry: entry)
  }
  @inlinable @inline(__always)
  package func typeIndex(_ base: UInt) -> TypeIndex {
    typeIndex(base, entry: entry(atOffset: offset(of: base)))
  }
  @inlinable @inline(__always)
  package func typeEntry(_ base: UInt) -> TypeEntry { types[Int(typeIndex(base).rawValue)] }

  @inlinable
  func mixedTypeIndex(_ base: UInt, entry: PageEntry) -> TypeIndex {
    TypeIndex(rawValue: slotTypes[slotTypeIndex(base, entry: entry)])
  }
  @inlinable @inline(__always)
  func slotTypeIndex(_ base: UInt, entry: PageEntry) -> Int {
    let span = UInt64(truncatingIfNeeded: entry.firstPage) << HeapLayout.pageShift
    let slot = ((offset(of: base) &- span) &* (classTable[entry.spanClass] >> 32)) >> 32
    return entry.firstPage &* HeapLayout.granulesPerPage &+ Int(truncatingIfNeeded: slot)
  }

  // MARK: scanning

  /// Calls `body` with every reference (raw, not null) that the object at `base` holds. The words
  /// are loaded relaxed-atomically: mutators may be storing to them.
  @inlinable @inline(__always)
  package func forEachReference(in base: UInt, _ body: (UInt64) -> Void) {
    let entry = entry(atOffset: offset(of: base))
    if entry.isNoscan { return }
    let type = types[Int(typeIndex(base, entry: entry).rawValue)]
    forEachReference(
      at: UnsafeMutableRawPointer(bitPattern: base).unsafelyUnwrapped, type: type,
      words: 0, end: slotBytes(base, entry: entry) >> 3, body)
  }

  /// The same for a part of an object, so that a marker can cut a large one into pieces. `start`
  /// must be a multiple of 64 times the type's words: a piece begins where a map does.
  @inlinable @inline(__always)
  package func forEachReference(
    at object: UnsafeMutableRawPointer, type: TypeEntry, words start: Int, end: Int,
    _ body: (UInt64) -> Void
  ) {
    var word = start
    var inElement = 0
    while word < end {
      var map = type.map
      var step = type.period
      if let wide = type.wideMap {
        map = wide[inElement >> 6]
        step = min(64, type.words &- inElement)
        inElement &+= step
        if inElement == type.words { inElement = 0 }
      }
      let left = end &- word
      if left < 64 { map &= (1 &<< UInt64(truncatingIfNeeded: left)) &- 1 }
      let chunk = object + word &* 8
      while map != 0 {
        let value = (chunk + map.trailingZeroBitCount &* 8).relaxedWord
        map &= map &- 1
        if value != 0 { body(value) }
      }
      if step == 0 { return }
      word &+= step
    }
  }

  // MARK: prefetching

  @inlinable @inline(__always)
  package func prefetchObject(_ address: UInt) {
    grey_prefetch(UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped)
  }
  @inlinable @inline(__always)
  package func prefetchMark(_ address: UInt) {
    grey_prefetch(markWord(atOffset: offset(of: address)))
  }
  @inlinable @inline(__always)
  package func prefetchEntry(of raw: UInt64) {
    grey_prefetch(
      pageTable + Int(truncatingIfNeeded: (raw &- taggedBase) >> HeapLayout.pageShift) &* 8)
  }
}
