// Which states have been seen: a hash of 128 bits of each, no more.
//
// Two different states with the same hash would be taken for one, and what follows from the second
// would not be looked at. Among n states that happens with a probability below n² / 2¹²⁹: for a
// hundred million states below 2 · 10⁻²³. The hash is two chains of multiplications that fold 64 by
// 64 bits to 128, each with constants of its own; it is the same in every run.
//
// A table with open addressing, twice as large whenever it is two thirds full: 24 to 48 bytes a
// state.

struct Fingerprint {
  var high: UInt64
  var low: UInt64

  /// `count` is a multiple of 8.
  init(_ row: Row, count: Int) {
    var a: UInt64 = 0x9E37_79B9_7F4A_7C15
    var b: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    let words = UnsafeRawPointer(row)
    var offset = 0
    while offset < count {
      let word = words.load(fromByteOffset: offset, as: UInt64.self)
      a = Self.fold(a ^ word, 0xA076_1D64_78BD_642F)
      b = Self.fold(b &+ word, 0xE703_7ED1_A0B4_28DB) ^ word
      offset += 8
    }
    high = Self.fold(a ^ b, 0x8EBC_6AF0_9C88_C6E3)
    low = Self.fold(b &+ a &* 3, 0x5899_65CC_7537_4CC3)
    // Zero stands for an empty place.
    if high == 0 { high = 1 }
  }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = (a ^ 0x2D35_8DCC_AA6C_78A5).multipliedFullWidth(by: b)
    return product.high ^ product.low
  }
}

final class VisitedSet {
  private var table: UnsafeMutablePointer<UInt64>
  private var capacity: Int
  private(set) var count = 0
  /// Entries at most.
  private let limit: Int

  /// `bytes`: what the table may take, while it is moved to a larger one as well.
  init(bytes: Int) {
    capacity = 1 << 12
    var largest = capacity
    while largest * 2 * 16 * 3 / 2 <= bytes { largest *= 2 }
    limit = largest
    table = Self.allocate(capacity)
  }

  deinit { table.deallocate() }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt64> {
    let table = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * 2)
    table.initialize(repeating: 0, count: capacity * 2)
    return table
  }

  var bytes: Int { capacity * 16 }
  var isFull: Bool { count * 8 >= limit * 7 }

  /// True when it was not there.
  func insert(_ print: Fingerprint) -> Bool {
    if count * 3 >= capacity * 2, capacity < limit { grow() }
    var index = Int(truncatingIfNeeded: print.low) & (capacity - 1)
    while true {
      let high = table[index * 2]
      if high == 0 {
        table[index * 2] = print.high
        table[index * 2 + 1] = print.low
        count += 1
        return true
      }
      if high == print.high, table[index * 2 + 1] == print.low { return false }
      index = (index + 1) & (capacity - 1)
    }
  }

  private func grow() {
    let (old, oldCapacity) = (table, capacity)
    capacity *= 2
    table = Self.allocate(capacity)
    for place in 0..<oldCapacity where old[place * 2] != 0 {
      var index = Int(truncatingIfNeeded: old[place * 2 + 1]) & (capacity - 1)
      while table[index * 2] != 0 { index = (index + 1) & (capacity - 1) }
      table[index * 2] = old[place * 2]
      table[index * 2 + 1] = old[place * 2 + 1]
    }
    old.deallocate()
  }
}
