// Maps (spec, "Map types").
//
// Entries lie in an array in the order in which they came; an index of places, open addressing with
// linear probing, leads to them by hash, and a map of eight has none. A deleted entry keeps its
// place with a hash of zero until the array is full; then the live ones move to a new array, a
// larger one if they are many. So a loop over a map goes by places: what is deleted before it gets
// there is not seen, what is added may be, and nothing is seen twice.
//
// A loop whose array was replaced goes on over the old one, which nobody changes any more, and asks
// the map for each key: what is gone is skipped, and values are those of now. A key that is not
// equal to itself cannot be found and cannot be deleted either, but by `clear`, which is counted.

import GreyBasics
import GreyBytecode
import GreyCollector
import GreyHeap
import GreyMutator

extension Goroutine {
  private static var withoutIndex: Int { 8 }

  func makeMap(_ task: TaskContext, _ r: Registers, _ i: Instruction, type: Int) -> Bool {
    let record = loaded.maps[type]
    let wanted = r[i.b] < 0 || r[i.b] > 1 << 32 ? 0 : r[i.b]
    guard let made = allocate(task, WellKnown.map, count: 1) else { return false }
    let map = MapHeader(words: address(made))
    map.seed = task.random.next()
    if wanted > 0, !rebuild(task, map, record, capacity: max(Self.withoutIndex, wanted)) {
      return false
    }
    r[bits: i.a] = made
    return true
  }

  private func map(_ task: TaskContext, _ raw: UInt64) -> MapHeader? {
    object(task, raw).map(MapHeader.init)
  }

  // MARK: finding

  /// Nil: the key has no hash; `trap` says why.
  private func hash(
    _ task: TaskContext, _ key: UnsafeRawPointer, _ record: MapRecord, seed: UInt64
  ) -> UInt64? {
    let hash: UInt64?
    switch record.keys {
    case .word: hash = Hash.of(key.load(as: UInt64.self), seed: seed)
    case .string: hash = stringHash(key, seed: seed)
    case .other: hash = self.hash(task, key, record.equality, seed: seed)
    }
    // The highest bit tells a live entry from a deleted one.
    return hash.map { $0 | 1 << 63 }
  }

  @inline(__always)
  private func isSame(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ record: MapRecord) -> Bool {
    switch record.keys {
    case .word: a.load(as: UInt64.self) == b.load(as: UInt64.self)
    case .string: isSameString(a, b)
    case .other: equal(a, b, record.equality) ?? false
    }
  }

  private func find(
    _ map: MapHeader, _ key: UnsafeRawPointer, _ hash: UInt64, _ record: MapRecord
  ) -> UnsafeMutableRawPointer? {
    if map.length == 0 { return nil }
    let entries = address(map.entries)
    if map.slots == 0 {
      var entry = entries
      let end = entries + map.used * record.entryBytes
      while entry < end {
        if entry.load(as: UInt64.self) == hash, isSame(entry + 8, key, record) { return entry }
        entry += record.entryBytes
      }
      return nil
    }
    let index = address(map.index)
    let mask = map.slots &- 1
    var slot = Int(truncatingIfNeeded: hash >> 8) & mask
    while true {
      let number = index.load(fromByteOffset: slot &<< 2, as: UInt32.self)
      if number == 0 { return nil }
      let entry = entries + (Int(number) &- 1) &* record.entryBytes
      if entry.load(as: UInt64.self) == hash, isSame(entry + 8, key, record) { return entry }
      slot = (slot &+ 1) & mask
    }
  }

  private func enter(_ number: Int, _ hash: UInt64, _ index: UnsafeMutableRawPointer, _ slots: Int)
  {
    let mask = slots - 1
    var slot = Int(truncatingIfNeeded: hash >> 8) & mask
    while index.load(fromByteOffset: slot &<< 2, as: UInt32.self) != 0 { slot = (slot + 1) & mask }
    index.storeBytes(of: UInt32(number + 1), toByteOffset: slot &<< 2, as: UInt32.self)
  }

  /// The live entries into a new array of that capacity. False: no memory, and nothing is changed.
  private func rebuild(
    _ task: TaskContext, _ map: MapHeader, _ record: MapRecord, capacity: Int
  ) -> Bool {
    var slots = 0
    var index: UInt64 = 0
    if capacity > Self.withoutIndex {
      slots = 16
      while slots < capacity * 2 { slots *= 2 }
      guard let made = allocate(task, WellKnown.rune, count: slots) else { return false }
      index = made
    }
    guard let made = allocate(task, record.entry, count: capacity) else { return false }
    var used = 0
    if map.length > 0 {
      let old = address(map.entries)
      let new = address(made)
      for number in 0..<map.used {
        let entry = old + number * record.entryBytes
        let hash = entry.load(as: UInt64.self)
        if hash == 0 { continue }
        copyIn(
          task, to: new + used * record.entryBytes, from: entry, object: record.entry, count: 1)
        if slots > 0 { enter(used, hash, address(index), slots) }
        used += 1
      }
    }
    map.set(entries: made, index: index, task.core.pointee.worker.pointee.barrier)
    map.used = used
    map.capacity = capacity
    map.slots = slots
    return true
  }

  // MARK: instructions

  func mapGet(
    _ task: TaskContext, _ r: Registers, _ i: Instruction, type: Int, tellsOK: Bool
  ) -> Bool {
    let record = loaded.maps[type]
    let target = r.address(i.a)
    let raw = r[bits: i.b]
    var entry: UnsafeMutableRawPointer?
    if raw == 0 {
      guard hash(task, r.address(i.c), record, seed: 0) != nil else { return false }
    } else {
      guard let map = map(task, raw),
        let hash = hash(task, r.address(i.c), record, seed: map.seed)
      else { return false }
      entry = find(map, r.address(i.c), hash, record)
    }
    if let entry {
      target.copyMemory(from: entry + record.valueOffset, byteCount: record.valueWords &<< 3)
    } else {
      target.initializeMemory(as: UInt64.self, repeating: 0, count: record.valueWords)
    }
    if tellsOK { r[truth: i.a &+ record.valueWords] = entry != nil }
    return true
  }

  func mapSet(_ task: TaskContext, _ r: Registers, _ i: Instruction, type: Int) -> Bool {
    let record = loaded.maps[type]
    if r[i.b] == 0 { return trapped(.error("assignment to entry in nil map")) }
    let key = r.address(i.c)
    guard let map = map(task, r[bits: i.b]),
      let hash = hash(task, key, record, seed: map.seed)
    else { return false }
    if let entry = find(map, key, hash, record) {
      // Equal keys may differ: zeros in their sign, strings in where they lie.
      let from = record.keys == .other ? 1 : 1 + record.keyWords
      if from == 1 { put(task, key, into: entry, record, words: 1..<1 + record.keyWords) }
      put(
        task, r.address(i.a), into: entry, record, words: 1 + record.keyWords..<record.kinds.count)
      return true
    }
    if map.used == map.capacity {
      let isHalfEmpty = map.length * 2 <= map.capacity && map.capacity > 0
      let capacity = isHalfEmpty ? map.capacity : max(Self.withoutIndex, map.capacity * 2)
      guard rebuild(task, map, record, capacity: capacity) else { return false }
    }
    let entry = address(map.entries) + map.used * record.entryBytes
    entry.storeBytes(of: hash, as: UInt64.self)
    put(task, key, into: entry, record, words: 1..<1 + record.keyWords)
    put(
      task, r.address(i.a), into: entry, record, words: 1 + record.keyWords..<record.kinds.count)
    if map.slots > 0 { enter(map.used, hash, address(map.index), map.slots) }
    map.used += 1
    map.length += 1
    return true
  }

  /// Some words of an entry, through the barrier where they are references; nil: cleared.
  private func put(
    _ task: TaskContext, _ source: UnsafeRawPointer?, into entry: UnsafeMutableRawPointer,
    _ record: MapRecord, words: Range<Int>
  ) {
    let barrier = task.core.pointee.worker.pointee.barrier
    for word in words {
      let value =
        source?.load(fromByteOffset: (word &- words.lowerBound) &<< 3, as: UInt64.self) ?? 0
      let place = entry + word &<< 3
      if record.kinds[word] { barrier.store(value, to: place) } else { place.relaxedWord = value }
    }
  }

  func mapDelete(_ task: TaskContext, _ r: Registers, _ i: Instruction, type: Int) -> Bool {
    let record = loaded.maps[type]
    let raw = r[bits: i.b]
    if raw == 0 { return hash(task, r.address(i.c), record, seed: 0) != nil }
    guard let map = map(task, raw), let hash = hash(task, r.address(i.c), record, seed: map.seed)
    else { return false }
    if let entry = find(map, r.address(i.c), hash, record) {
      put(task, nil, into: entry, record, words: 0..<record.kinds.count)
      map.length -= 1
    }
    return true
  }

  func mapClear(_ task: TaskContext, _ raw: UInt64) -> Bool {
    if raw == 0 { return true }
    guard let map = map(task, raw) else { return false }
    map.set(entries: 0, index: 0, task.core.pointee.worker.pointee.barrier)
    map.length = 0
    map.used = 0
    map.capacity = 0
    map.slots = 0
    map.clears += 1
    return true
  }

  // MARK: loops

  /// From a place taken at random on, once around: programs must not rely on an order.
  func mapBegin(_ task: TaskContext, _ r: Registers, _ i: Instruction) -> Bool {
    let raw = r[bits: i.b]
    r.address(i.a).initializeMemory(
      as: UInt64.self, repeating: 0, count: MapIterator.kinds.count)
    if raw == 0 { return true }
    guard let map = map(task, raw) else { return false }
    r[bits: i.a + MapIterator.map] = raw
    r[bits: i.a + MapIterator.entries] = map.entries
    r[i.a + MapIterator.limit] = map.used
    r[i.a + MapIterator.left] = map.used
    r[i.a + MapIterator.clears] = map.clears
    if map.used > 1 { r[i.a + MapIterator.position] = task.random.below(map.used) }
    return true
  }

  func mapNext(_ task: TaskContext, _ r: Registers, _ i: Instruction, type: Int) -> Bool {
    let record = loaded.maps[type]
    r[i.a + MapIterator.found] = 0
    if r[i.a + MapIterator.left] == 0 { return true }
    guard let map = map(task, r[bits: i.a + MapIterator.map]) else { return false }
    let entries = address(r[bits: i.a + MapIterator.entries])
    let isCurrent = map.entries == r[bits: i.a + MapIterator.entries]
    while r[i.a + MapIterator.left] > 0 {
      let position = r[i.a + MapIterator.position]
      r[i.a + MapIterator.left] -= 1
      r[i.a + MapIterator.position] = position + 1 == r[i.a + MapIterator.limit] ? 0 : position + 1
      var entry = entries + position * record.entryBytes
      let hash = entry.load(as: UInt64.self)
      if hash == 0 { continue }
      if !isCurrent {
        if let now = find(map, entry + 8, hash, record) {
          entry = now
        } else if map.clears != r[i.a + MapIterator.clears]
          || isSame(entry + 8, entry + 8, record)
        {
          continue
        }
      }
      if i.b != 0 { r.address(i.b).copyMemory(from: entry + 8, byteCount: record.keyWords &<< 3) }
      if i.c != 0 {
        r.address(i.c).copyMemory(
          from: entry + record.valueOffset, byteCount: record.valueWords &<< 3)
      }
      r[i.a + MapIterator.found] = 1
      return true
    }
    return true
  }
}
