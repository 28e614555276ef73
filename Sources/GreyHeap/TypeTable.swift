// The type table: index → description, append-only, the same on every node.
//
// Readers on hot paths take no lock: they read a dense raw entry whose header is published last,
// with release, and that never changes afterwards. Whoever holds a reference to an object of a
// type got it after the type was defined. Writers and readers of names go through the lock.

import GreyBasics

@usableFromInline
package final class TypeTable: Sendable {
  /// The dense entries that hot loops read; 65 536 of them, untouched ones cost no memory.
  @usableFromInline package nonisolated(unsafe) let entries: UnsafeMutablePointer<TypeEntry>
  private let mapping: Mapping
  /// Protects the descriptions and orders the writers of `entries`.
  private let descriptions = Guarded<[TypeDescription?]>([nil])

  package init() throws(HeapError) {
    mapping = try Mapping(
      bytes: 65_536 * MemoryLayout<TypeEntry>.stride, readWrite: true, purpose: "type table")
    entries = mapping.base.assumingMemoryBound(to: TypeEntry.self)
  }

  deinit {
    for index in 0..<descriptions.withLock({ $0.count }) { entries[index].wideMap?.deallocate() }
  }

  /// One more than the highest index defined.
  package var count: Int { descriptions.withLock { $0.count } }

  package func description(_ index: TypeIndex) -> TypeDescription? {
    descriptions.withLock { all in
      Int(index.rawValue) < all.count ? all[Int(index.rawValue)] : nil
    }
  }

  /// Defines a type where the coordinator put it. The same description again changes nothing.
  package func define(_ description: TypeDescription, at index: TypeIndex) throws(TypeError) {
    let failure = descriptions.withLock { all -> TypeError? in
      let place = Int(index.rawValue)
      if place == 0 { return .reservedIndex }
      if place < all.count, let existing = all[place] {
        return existing == description
          ? nil : .conflict(index: index, existing: existing.name, offered: description.name)
      }
      while all.count <= place { all.append(nil) }
      all[place] = description
      publish(description, at: place)
      return nil
    }
    if let failure { throw failure }
  }

  package func append(_ description: TypeDescription) throws(TypeError) -> TypeIndex {
    let index = descriptions.withLock { all -> TypeIndex? in
      guard all.count <= Int(UInt16.max) else { return nil }
      let place = all.count
      all.append(description)
      publish(description, at: place)
      return TypeIndex(rawValue: UInt16(place))
    }
    guard let index else { throw .tableFull }
    return index
  }

  /// The entry of a type; its `words` are zero when it is not defined.
  @inlinable @inline(__always)
  package func entry(_ index: TypeIndex) -> TypeEntry { entries[Int(index.rawValue)] }

  private func publish(_ description: TypeDescription, at place: Int) {
    var map: UInt64 = 0
    var wide: UnsafePointer<UInt64>?
    var period = 0
    if description.words <= 64 {
      period = description.words * (64 / description.words)
      for element in stride(from: 0, to: period, by: description.words) {
        for word in description.referenceWords { map |= 1 << UInt64(element + word) }
      }
    } else if !description.isNoscan {
      let length = (description.words + 63) / 64
      let words = UnsafeMutablePointer<UInt64>.allocate(capacity: length)
      words.initialize(repeating: 0, count: length)
      for word in description.referenceWords { words[word / 64] |= 1 << UInt64(word % 64) }
      wide = UnsafePointer(words)
    }
    var header = UInt64(description.words) << 32 | UInt64(period) << 16
    if description.isNoscan { header |= TypeEntry.noscanFlag }
    if description.referenceWords.count == description.words {
      header |= TypeEntry.allReferencesFlag
    }
    let entry = UnsafeMutableRawPointer(entries + place)
    entry.storeBytes(of: map, as: UInt64.self)
    entry.storeBytes(
      of: UInt(bitPattern: wide), toByteOffset: 8, as: UInt.self)
    (entry + 16).release(header)
  }
}
