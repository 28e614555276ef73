// One word a page of the arena: everything a marker must know to find an object's base.
//
// `first page of the span:32 | span class:8 | flags:8 | type of all its objects:16`. The word is
// stored with release when a span is made, before any reference into it can exist, and changes
// while it is in use in one way only: the type becomes 0 (mixed) once, after the side array of
// types was filled. A reader that sees the older word asks about an object of the older type.

@frozen @usableFromInline
package struct PageEntry: Hashable, Sendable {
  @usableFromInline package let rawValue: UInt64

  @inlinable @inline(__always) package init(rawValue: UInt64) { self.rawValue = rawValue }

  @usableFromInline static var inUseFlag: UInt64 { 1 << 40 }
  static var freeFlag: UInt64 { 1 << 41 }
  /// Of a free page: it has memory behind it, and that may hold something else than zeros.
  static var backedFlag: UInt64 { 1 << 42 }

  init(span firstPage: Int, spanClass: Int, type: TypeIndex) {
    rawValue =
      UInt64(firstPage) | UInt64(spanClass) << 32 | Self.inUseFlag | UInt64(type.rawValue) << 48
  }

  init(freeRun firstPage: Int, backed: Bool) {
    rawValue = UInt64(firstPage) | Self.freeFlag | (backed ? Self.backedFlag : 0)
  }

  /// The page where the span begins (of a free run: valid at its two ends only).
  @inlinable @inline(__always)
  package var firstPage: Int { Int(rawValue & 0xFFFF_FFFF) }
  /// Size class × 2, + 1 when no-scan. Class 0: a large object.
  @inlinable @inline(__always)
  package var spanClass: Int { Int((rawValue >> 32) & 0xFF) }
  @inlinable @inline(__always)
  package var isNoscan: Bool { rawValue & (1 << 32) != 0 }
  @inlinable @inline(__always)
  package var isLarge: Bool { (rawValue >> 32) & 0xFE == 0 }
  @inlinable @inline(__always)
  package var isInUse: Bool { rawValue & Self.inUseFlag != 0 }
  /// Not of a span of small objects: free, or a large object's.
  @inlinable @inline(__always)
  package var isUnusual: Bool {
    rawValue & (Self.inUseFlag | 0xFE << 32) <= Self.inUseFlag
  }
  /// The type of every object of the span; zero when they differ.
  @inlinable @inline(__always)
  package var uniformType: TypeIndex {
    TypeIndex(rawValue: UInt16(truncatingIfNeeded: rawValue >> 48))
  }

  var isFree: Bool { rawValue & Self.freeFlag != 0 }
  var isBacked: Bool { rawValue & Self.backedFlag != 0 }
}
