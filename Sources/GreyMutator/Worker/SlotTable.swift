// A table whose keys are handed out: found by index, checked by generation.
//
// A key is `generation:34 | index:24 | worker:6`. The worker in the low bits lets the engine route
// an answer or an acknowledgement without knowing what it is about; the generation tells a late
// one, whose entry is gone, from the entry that has the place now. It counts the uses of one
// place, so it would take 2^34 messages through one place to come round. Iteration is by index:
// the same order in every run of the same seed.

struct SlotTable<Value> {
  private var entries: [(generation: UInt64, value: Value?)] = []
  private var free: [Int] = []
  private let worker: UInt64
  private(set) var count = 0

  init(worker: Int) { self.worker = UInt64(worker) }

  /// Indices that may be in use are below this.
  var limit: Int { entries.count }

  mutating func insert(_ value: Value) -> UInt64 {
    count += 1
    if let index = free.popLast() {
      entries[index].value = value
      return key(index)
    }
    precondition(entries.count < 1 << 24, "more than 2^24 operations wait at one worker")
    entries.append((1, value))
    return key(entries.count - 1)
  }

  mutating func remove(_ key: UInt64) -> Value? {
    guard let index = find(key) else { return nil }
    return remove(at: index)
  }

  mutating func remove(at index: Int) -> Value? {
    guard let value = entries[index].value else { return nil }
    entries[index].value = nil
    entries[index].generation = (entries[index].generation + 1) & (1 << 34 - 1)
    free.append(index)
    count -= 1
    return value
  }

  subscript(at index: Int) -> Value? { entries[index].value }

  subscript(key: UInt64) -> Value? {
    get { find(key).flatMap { entries[$0].value } }
    set { if let index = find(key), newValue != nil { entries[index].value = newValue } }
  }

  private func key(_ index: Int) -> UInt64 {
    entries[index].generation << 30 | UInt64(index) << 6 | worker
  }

  private func find(_ key: UInt64) -> Int? {
    let index = Int(key >> 6 & 0xFF_FFFF)
    guard index < entries.count, entries[index].generation == key >> 30 else { return nil }
    return index
  }
}
