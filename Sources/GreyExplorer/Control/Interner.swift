// Values that repeat, by small numbers: a state of the search holds the numbers.
//
// The machines of a cluster are large values with few different states (thousands, where the
// cluster as a whole has millions). So each is kept once, and what an input does to it is computed
// once; the search itself only looks numbers up. Numbers are given in the order in which values
// are first met, which is the same in every run.

struct Interner<Value: Hashable> {
  private(set) var values: [Value] = []
  private var numbers: [Value: UInt32] = [:]

  subscript(number: UInt32) -> Value { values[Int(number)] }
  var count: Int { values.count }

  /// The value's number, and whether it is new.
  mutating func number(of value: Value) -> (number: UInt32, isNew: Bool) {
    if let known = numbers[value] { return (known, false) }
    let number = UInt32(values.count)
    values.append(value)
    numbers[value] = number
    return (number, true)
  }
}

/// A lookup by one 64-bit key, quicker than a dictionary: open addressing, linear probing.
struct Memo {
  private var keys: [UInt64] = Array(repeating: .max, count: 1024)
  private var values: [UInt32] = Array(repeating: 0, count: 1024)
  private var used = 0

  @inline(__always)
  private func place(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 20) & (keys.count - 1)
  }

  subscript(key: UInt64) -> UInt32? {
    var index = place(key)
    while keys[index] != .max {
      if keys[index] == key { return values[index] }
      index = (index + 1) & (keys.count - 1)
    }
    return nil
  }

  mutating func insert(_ key: UInt64, _ value: UInt32) {
    if used * 2 >= keys.count { grow() }
    used += 1
    put(key, value)
  }

  private mutating func put(_ key: UInt64, _ value: UInt32) {
    var index = place(key)
    while keys[index] != .max { index = (index + 1) & (keys.count - 1) }
    keys[index] = key
    values[index] = value
  }

  private mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    keys = Array(repeating: .max, count: oldKeys.count * 2)
    values = Array(repeating: 0, count: oldKeys.count * 2)
    for (key, value) in zip(oldKeys, oldValues) where key != .max { put(key, value) }
  }
}
