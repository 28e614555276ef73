// A map's object: `WellKnown.map` says how it lies in the heap.

import GreyBasics
import GreyBytecode
import GreyCollector

/// Of a map type, what the machine needs.
final class MapRecord {
  enum Keys { case word, string, other }
  let entry: Int
  let entryBytes: Int
  let keyWords: Int
  let valueWords: Int
  let valueOffset: Int
  /// Of all words of an entry: whether it is a reference.
  let kinds: [Bool]
  let keys: Keys
  let equality: RuntimeType.Equality

  init(_ type: MapType) {
    entry = type.entry
    kinds = type.kinds
    entryBytes = kinds.count * 8
    keyWords = type.key.count
    valueWords = type.value.count
    valueOffset = 8 + type.key.count * 8
    equality = type.equality
    switch equality {
    case .bits(let bytes) where bytes == 8 && type.key.count == 1: keys = .word
    case .string: keys = .string
    default: keys = .other
    }
  }
}

struct MapHeader {
  let words: UnsafeMutableRawPointer

  subscript(_ field: Int) -> Int {
    get { words.load(fromByteOffset: field, as: Int.self) }
    nonmutating set { words.storeBytes(of: newValue, toByteOffset: field, as: Int.self) }
  }
  var length: Int {
    get { self[0] }
    nonmutating set { self[0] = newValue }
  }
  var seed: UInt64 {
    get { words.load(fromByteOffset: 8, as: UInt64.self) }
    nonmutating set { words.storeBytes(of: newValue, toByteOffset: 8, as: UInt64.self) }
  }
  /// Entries that have been used, deleted ones included: the next one's place.
  var used: Int {
    get { self[16] }
    nonmutating set { self[16] = newValue }
  }
  var capacity: Int {
    get { self[24] }
    nonmutating set { self[24] = newValue }
  }
  /// Places of the index, a power of two; zero: it has none yet.
  var slots: Int {
    get { self[32] }
    nonmutating set { self[32] = newValue }
  }
  /// How often it was cleared.
  var clears: Int {
    get { self[40] }
    nonmutating set { self[40] = newValue }
  }
  var entries: UInt64 { (words + 48).relaxedWord }
  var index: UInt64 { (words + 56).relaxedWord }

  func set(entries: UInt64, index: UInt64, _ barrier: BarrierBuffer) {
    barrier.store(entries, to: words + 48)
    barrier.store(index, to: words + 56)
  }
}
