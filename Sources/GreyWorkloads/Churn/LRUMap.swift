// A map that forgets what was used least recently, made of objects of the heap.
//
//     table    one reference a bucket, to the first entry of its chain
//     entry    chain · newer · older · value │ key · version
//     value    words without references; the first and the last are a stamp of key and version
//
// Newest and oldest entry and the table are in slots of the task's frame. The entries form one
// doubly linked list in order of use, so that every entry is on two cycles and forgetting one is
// four stores: nothing is freed by hand.
//
// All of it is local, so each operation is one piece of straight code within a step: references
// are held in Swift locals meanwhile. An operation allocates before it changes anything, so it can
// be tried again as a whole when there is no memory.

import GreyBasics
import GreyHeap
import GreyMutator

struct LRUMap {
  static let table: Slot = 1
  static let newest: Slot = 2
  static let oldest: Slot = 3

  enum Entry {
    static let chain = 0
    static let newer = 1
    static let older = 2
    static let value = 3
    static let key = 4
    static let version = 5
    static let words = 6
  }

  let buckets: Int
  /// Words of a value; at least one.
  let valueWords: Int
  private(set) var count = 0

  init(capacity: Int, valueWords: Int) {
    var buckets = 16
    while buckets < capacity { buckets *= 2 }
    self.buckets = buckets
    self.valueWords = valueWords
  }

  private func bucket(_ key: Int) -> Int { Int(Stamp.of(UInt64(key)) >> 1) & (buckets - 1) }

  // MARK: looking up

  /// Null when the map does not have the key.
  func find(_ key: Int, _ task: TaskContext) -> Reference {
    var entry = task.load(task[reference: Self.table], word: bucket(key))
    while !entry.isNull, task.loadData(entry, word: Entry.key) != UInt64(key) {
      entry = task.load(entry, word: Entry.chain)
    }
    return entry
  }

  /// Makes the entry the newest.
  func touch(_ entry: Reference, _ task: TaskContext) {
    if task[reference: Self.newest] == entry { return }
    unlink(entry, task)
    link(entry, task)
  }

  /// What is wrong with an entry's value; nil when it is the one that was put last.
  func mistake(in entry: Reference, _ task: TaskContext) -> String? {
    let key = task.loadData(entry, word: Entry.key)
    let version = task.loadData(entry, word: Entry.version)
    let value = task.load(entry, word: Entry.value)
    return Self.mistake(
      key: key, version: version, first: task.loadData(value, word: 0),
      last: task.loadData(value, word: valueWords - 1))
  }

  static func mistake(key: UInt64, version: UInt64, first: UInt64, last: UInt64) -> String? {
    let stamp = Stamp.of(key, version)
    if first == stamp, last == stamp { return nil }
    return "the value of key \(key), version \(version), begins with \(first) and ends with "
      + "\(last) instead of \(stamp)"
  }

  // MARK: changing

  /// A new value for an entry that is there: the old one becomes garbage.
  func replace(
    _ entry: Reference, _ task: TaskContext, _ shape: AllocationShape
  ) throws(AllocationFailure) {
    let value = try task.allocate(shape)
    let version = task.loadData(entry, word: Entry.version) + 1
    fill(value, key: task.loadData(entry, word: Entry.key), version: version, task)
    task.store(value, to: entry, word: Entry.value)
    task.store(data: version, to: entry, word: Entry.version)
  }

  /// A new entry, the newest. The map must not have the key.
  mutating func insert(
    _ key: Int, _ task: TaskContext, entry entryShape: AllocationShape,
    value valueShape: AllocationShape
  ) throws(AllocationFailure) {
    let value = try task.allocate(valueShape)
    let entry = try task.allocate(entryShape)
    fill(value, key: UInt64(key), version: 1, task)
    task.store(value, to: entry, word: Entry.value)
    task.store(data: UInt64(key), to: entry, word: Entry.key)
    task.store(data: 1, to: entry, word: Entry.version)
    let table = task[reference: Self.table]
    task.store(task.load(table, word: bucket(key)), to: entry, word: Entry.chain)
    task.store(entry, to: table, word: bucket(key))
    link(entry, task)
    count += 1
  }

  /// Forgets the oldest entry.
  mutating func evict(_ task: TaskContext) {
    let oldest = task[reference: Self.oldest]
    unlink(oldest, task)
    let table = task[reference: Self.table]
    let bucket = bucket(Int(task.loadData(oldest, word: Entry.key)))
    let next = task.load(oldest, word: Entry.chain)
    var entry = task.load(table, word: bucket)
    if entry == oldest {
      task.store(next, to: table, word: bucket)
    } else {
      while !entry.isNull {
        let chained = task.load(entry, word: Entry.chain)
        if chained == oldest {
          task.store(next, to: entry, word: Entry.chain)
          break
        }
        entry = chained
      }
    }
    count -= 1
  }

  private func fill(_ value: Reference, key: UInt64, version: UInt64, _ task: TaskContext) {
    let stamp = Stamp.of(key, version)
    task.store(data: stamp, to: value, word: 0)
    task.store(data: stamp, to: value, word: valueWords - 1)
  }

  // MARK: the order of use

  private func link(_ entry: Reference, _ task: TaskContext) {
    let newest = task[reference: Self.newest]
    task.store(newest, to: entry, word: Entry.older)
    task.store(.null, to: entry, word: Entry.newer)
    if newest.isNull {
      task[reference: Self.oldest] = entry
    } else {
      task.store(entry, to: newest, word: Entry.newer)
    }
    task[reference: Self.newest] = entry
  }

  private func unlink(_ entry: Reference, _ task: TaskContext) {
    let newer = task.load(entry, word: Entry.newer)
    let older = task.load(entry, word: Entry.older)
    if newer.isNull {
      task[reference: Self.newest] = older
    } else {
      task.store(older, to: newer, word: Entry.older)
    }
    if older.isNull {
      task[reference: Self.oldest] = newer
    } else {
      task.store(newer, to: older, word: Entry.newer)
    }
  }
}
