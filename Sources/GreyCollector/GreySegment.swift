// Fixed-size pieces of a grey stack: what markers exchange.
//
// A marker works on two segments of its own and hands over, or takes, a whole one under the lock,
// so the lock is taken once in a thousand objects. 8 KiB: a count and 1023 entries. Whoever holds
// the pointer owns the segment; it is in exactly one list, or in one marker's hands.

import GreyHeap

struct GreySegment: @unchecked Sendable {
  let words: UnsafeMutablePointer<UInt64>

  static let capacity = 1023
  private static let bytes = 8192
  /// Places behind the last entry that may be read, and mean nothing.
  static let margin = 16

  static func allocate() -> GreySegment {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes + margin * 8, alignment: 64)
    let words = raw.bindMemory(to: UInt64.self, capacity: capacity + 1 + margin)
    words.initialize(repeating: 0, count: capacity + 1 + margin)
    return GreySegment(words: words)
  }

  func deallocate() { UnsafeMutableRawPointer(words).deallocate() }

  var count: Int {
    get { Int(truncatingIfNeeded: words[0]) }
    nonmutating set { words[0] = UInt64(truncatingIfNeeded: newValue) }
  }
  var entries: UnsafeMutablePointer<UInt64> { words + 1 }
  var room: Int { Self.capacity - count }
  var isEmpty: Bool { words[0] == 0 }

  func append(_ entry: UInt64) {
    entries[count] = entry
    count += 1
  }
  func append(_ source: UnsafePointer<UInt64>, count added: Int) {
    (entries + count).update(from: source, count: added)
    count += added
  }
}

/// An entry of a grey stack: `granule of the arena:40 | span class:8 | type:16`. The page entry is
/// at hand when an object is claimed and a cache miss away when it is scanned, so what the scan
/// needs of it comes along. Type 0: the span's objects differ, look the slot's type up.
struct GreyObject {
  let packed: UInt64

  @inline(__always) init(packed: UInt64) { self.packed = packed }
  @inline(__always) init(offset: UInt64, entry: PageEntry) {
    packed =
      offset << 20 | UInt64(truncatingIfNeeded: entry.spanClass) << 16
      | UInt64(entry.uniformType.rawValue)
  }

  /// The one that begins so many granules later, in the same page.
  @inline(__always) func later(granules: Int) -> GreyObject {
    GreyObject(packed: packed &+ UInt64(truncatingIfNeeded: granules) &<< 24)
  }

  /// Bytes from the beginning of the arena.
  @inline(__always) var offset: UInt64 { packed &>> 20 & ~15 }
  @inline(__always) var spanClass: Int { Int(UInt8(truncatingIfNeeded: packed &>> 16)) }
  @inline(__always) var type: Int { Int(UInt16(truncatingIfNeeded: packed)) }
}
