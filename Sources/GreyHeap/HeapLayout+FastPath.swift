// The constants of the heap's geometry.
//
// A page is 8 KiB and a granule 16 bytes, so a page has 512 bits in each bitmap: one cache line,
// and no bitmap word is shared between two spans. Whoever holds a span alone may therefore write
// its allocation bits without an atomic read-modify-write.

@usableFromInline
package enum HeapLayout {
  @inlinable package static var pageBytes: Int { 8192 }
  @inlinable package static var pageShift: UInt64 { 13 }
  @inlinable package static var granuleBytes: Int { 16 }
  @inlinable package static var granuleShift: UInt64 { 4 }
  /// Bytes of arena that one bitmap word covers.
  @inlinable package static var bytesPerBitmapWord: Int { 1024 }
  @inlinable package static var bitmapWordShift: UInt64 { 10 }
  @inlinable package static var bitmapWordsPerPage: Int { 8 }
  @inlinable package static var granulesPerPage: Int { 512 }
  /// Larger objects get a span of their own.
  @inlinable package static var maximumSmallBytes: Int { 32_768 }
  /// What sweeping fills freed slots with when asked to: as a reference it names node 65535 and an
  /// address that no arena holds, so a touch of a freed slot cannot pass for a live reference.
  @inlinable package static var poison: UInt64 { 0xFFFF_DEAD_F2EE_DEAD }
}
