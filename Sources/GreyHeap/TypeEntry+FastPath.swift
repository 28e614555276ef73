// A type as the marker and the allocator read it: 32 bytes in a dense table, found by its index.
//
// An element of at most 64 words has its pointer map *repeated* in one word, as often as whole
// elements fit (the period). Scanning an object is then a walk over the set bits of one constant,
// `period` words at a time, whatever the type's size. Longer elements point to a map of their own.

@frozen @usableFromInline
package struct TypeEntry: @unchecked Sendable {
  /// Bit i: word i of a period holds a reference. Unused by wide types.
  @usableFromInline package let map: UInt64
  /// The map of an element of more than 64 words, in words of 64 bits; nil otherwise. It lives as
  /// long as the type table.
  @usableFromInline package let wideMap: UnsafePointer<UInt64>?
  /// `words << 32 | period << 16 | flags`. Written last, with release: zero means "not defined".
  @usableFromInline package let header: UInt64
  @usableFromInline let padding: UInt64

  @usableFromInline static var noscanFlag: UInt64 { 1 }
  @usableFromInline static var allReferencesFlag: UInt64 { 2 }

  @inlinable
  package init(map: UInt64, wideMap: UnsafePointer<UInt64>?, header: UInt64) {
    self.map = map
    self.wideMap = wideMap
    self.header = header
    self.padding = 0
  }

  /// Words of one element; zero when no such type is defined.
  @inlinable @inline(__always) package var words: Int { Int(header >> 32) }
  /// Words that one use of `map` covers; a multiple of `words`. Zero for wide types.
  @inlinable @inline(__always) package var period: Int { Int((header >> 16) & 0xFFFF) }
  @inlinable @inline(__always) package var isNoscan: Bool { header & Self.noscanFlag != 0 }
  /// Every word holds a reference: a scan needs no map.
  @inlinable @inline(__always)
  package var allReferences: Bool { header & Self.allReferencesFlag != 0 }
}
