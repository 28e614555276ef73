// Sets that grow without a pause: for a search that must give signs of life.
//
// A hash table of ten million entries that doubles moves all of them at once, which takes a second.
// These are cut into parts that are small each, so no insertion moves more than one of them.

/// Addresses of words, a bit each, in parts of a megabyte of address space.
struct WordSet {
  private var parts: [UInt: [UInt64]] = [:]
  private static let none = [UInt64](repeating: 0, count: 1 << 11)

  private static func place(of address: UInt) -> (part: UInt, word: Int, bit: UInt64) {
    let index = Int(address >> 3 & 0x1_FFFF)
    return (address >> 20, index >> 6, 1 << UInt64(index & 63))
  }

  /// True if it was not there.
  mutating func insert(_ address: UInt) -> Bool {
    let (part, word, bit) = Self.place(of: address)
    if let known = parts[part]?[word], known & bit != 0 { return false }
    parts[part, default: Self.none][word] |= bit
    return true
  }

  func contains(_ address: UInt) -> Bool {
    let (part, word, bit) = Self.place(of: address)
    return parts[part].map { $0[word] & bit != 0 } ?? false
  }
}

/// Any numbers.
struct SplitSet {
  private var parts = Array(repeating: Set<UInt64>(), count: 1 << 8)

  /// True if it was not there.
  mutating func insert(_ raw: UInt64) -> Bool {
    parts[Int((raw >> 4 ^ raw >> 12) & 0xFF)].insert(raw).inserted
  }
}
