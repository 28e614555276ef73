// Fixed-size pieces of a grey stack: what markers exchange.
//
// A marker works on two segments of its own and hands over, or takes, a whole one under the lock,
// so the lock is taken once in a thousand objects. 8 KiB: a count and 1023 entries. Whoever holds
// the pointer owns the segment; it is in exactly one list, or in one marker's hands.

struct GreySegment: @unchecked Sendable {
  let words: UnsafeMutablePointer<UInt64>

  static let capacity = 1023
  private static let bytes = 8192

  static func allocate() -> GreySegment {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    let words = raw.bindMemory(to: UInt64.self, capacity: capacity + 1)
    words[0] = 0
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
