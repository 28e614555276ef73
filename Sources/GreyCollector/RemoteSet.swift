// A set of references into one other node, small enough to keep for a whole epoch.
//
// Objects begin at multiples of a granule (16 bytes), and every reference into the same granule
// means the same object; so the set is a sparse bitmap: an open-addressing table (linear probing)
// from KiB of the owner's address space to 64 bits, one a granule. What lies together there costs
// two bits a reference, what lies alone 16 bytes. No Bloom filter: a false "already shaded" would
// lose an object.
//
// It may forget. At its bound it is emptied, and what it held may be sent again, which costs a
// message and nothing else. With it a node sends one reference at most once for each time that
// `bound` other KiB were touched, so mutators cannot keep a cycle alive by shading for ever.
//
// Owned by the collector's grey state; protected by its lock.

import GreyBasics

struct RemoteSet {
  /// Pairs (key + 1, bits); key 0 in the table is "empty".
  private var table: UnsafeMutablePointer<UInt64>?
  private var capacity = 0
  private(set) var used = 0
  /// Table entries held at most.
  private let bound: Int

  init(bound: Int) { self.bound = max(64, bound) }

  /// True when the granule was not in the set.
  mutating func insert(_ reference: UInt64) -> Bool {
    let address = reference & Reference.addressMask
    let key = (address >> 10) + 1
    let bit: UInt64 = 1 << ((address >> 4) & 63)
    if used * 4 >= capacity * 3 { grow() }
    guard let table else { return true }
    var index = place(key)
    while true {
      let found = table[index * 2]
      if found == key {
        if table[index * 2 + 1] & bit != 0 { return false }
        table[index * 2 + 1] |= bit
        return true
      }
      if found == 0 {
        table[index * 2] = key
        table[index * 2 + 1] = bit
        used += 1
        return true
      }
      index = (index + 1) & (capacity - 1)
    }
  }

  func contains(_ reference: UInt64) -> Bool {
    guard let table else { return false }
    let address = reference & Reference.addressMask
    let key = (address >> 10) + 1
    var index = place(key)
    while table[index * 2] != 0 {
      if table[index * 2] == key { return table[index * 2 + 1] >> ((address >> 4) & 63) & 1 != 0 }
      index = (index + 1) & (capacity - 1)
    }
    return false
  }

  /// Empties the set and gives its memory back.
  mutating func removeAll() {
    table?.deallocate()
    table = nil
    capacity = 0
    used = 0
  }

  private func place(_ key: UInt64) -> Int {
    // Fibonacci hashing: neighbouring keys land apart.
    let hash = key &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: hash >> 32) & (capacity - 1)
  }

  private mutating func grow() {
    if used >= bound {
      removeAll()
    }
    let old = table
    let oldCapacity = capacity
    capacity = max(64, oldCapacity * 2)
    let fresh = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * 2)
    fresh.initialize(repeating: 0, count: capacity * 2)
    table = fresh
    guard let old else { return }
    for entry in 0..<oldCapacity where old[entry * 2] != 0 {
      var index = place(old[entry * 2])
      while fresh[index * 2] != 0 { index = (index + 1) & (capacity - 1) }
      fresh[index * 2] = old[entry * 2]
      fresh[index * 2 + 1] = old[entry * 2 + 1]
    }
    old.deallocate()
  }
}
