// The shape of a frame: how many slots, and which of them hold references.
//
// Layouts are described once a function and live as long as the process: equal descriptions share
// one record, found under a lock when the layout is made, never later. A frame in memory then needs
// one raw pointer to its record, pushing it costs no reference count, and the number of records is
// bounded by the number of different functions in the program.

import GreyBasics

/// What a frame's header points to. Immutable once made, never freed.
@frozen @usableFromInline
package struct FrameRecord {
  /// Of the frame in its stack, header included.
  @usableFromInline package let bytes: Int
  @usableFromInline package let slots: Int
  /// One bit a slot; set: a reference.
  @usableFromInline package let map: UnsafePointer<UInt64>
  @usableFromInline package let mapWords: Int
  /// The same as it was described, for whoever is not to rely on the map: slots, ascending.
  @usableFromInline package let references: UnsafePointer<Int32>
  @usableFromInline package let referenceCount: Int
}

@frozen @usableFromInline
package struct FrameLayout: @unchecked Sendable, Hashable {
  @usableFromInline package let record: UnsafePointer<FrameRecord>

  /// - Parameters:
  ///   - slots: words in the frame.
  ///   - references: the slots that hold references, in any order; all others hold data.
  package init(slots: Int, references: [Int] = []) {
    precondition(slots >= 0 && slots <= 1 << 20, "a frame has at most 2^20 slots")
    var map = [UInt64](repeating: 0, count: max(1, (slots + 63) / 64))
    for slot in references {
      precondition(slot >= 0 && slot < slots, "reference slot \(slot) of \(slots)")
      map[slot / 64] |= 1 << UInt64(slot % 64)
    }
    record = FrameRecords.record(slots: slots, map: map, references: references)
  }

  @inlinable package var slots: Int { record.pointee.slots }

  @inlinable
  package func isReference(_ slot: Slot) -> Bool {
    slot.index >= 0 && slot.index < record.pointee.slots
      && record.pointee.map[slot.index >> 6] & (1 &<< UInt64(slot.index & 63)) != 0
  }
  @inlinable
  package func isData(_ slot: Slot) -> Bool {
    slot.index >= 0 && slot.index < record.pointee.slots && !isReference(slot)
  }
}

extension FrameLayout {
  /// The slots that were described as references: not by the map, which the collector goes by.
  var describedReferences: [Slot] {
    (0..<record.pointee.referenceCount).map { Slot(Int(record.pointee.references[$0])) }
  }
}

private enum FrameRecords {
  private struct Key: Hashable {
    let slots: Int
    let map: [UInt64]
  }
  private struct Table: @unchecked Sendable {
    var records: [Key: UnsafePointer<FrameRecord>] = [:]
  }

  /// Protects the table; the records in it never change.
  private static let table = Guarded(Table())

  static func record(
    slots: Int, map: [UInt64], references: [Int]
  ) -> UnsafePointer<FrameRecord> {
    table.withLock { table in
      let key = Key(slots: slots, map: map)
      if let known = table.records[key] { return known }
      let words = UnsafeMutablePointer<UInt64>.allocate(capacity: map.count)
      words.initialize(from: map, count: map.count)
      let listed = Set(references).sorted().map(Int32.init)
      let list = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, listed.count))
      list.initialize(from: listed, count: listed.count)
      let record = UnsafeMutablePointer<FrameRecord>.allocate(capacity: 1)
      record.initialize(
        to: FrameRecord(
          bytes: Frame.headerBytes + slots * 8, slots: slots, map: UnsafePointer(words),
          mapWords: map.count, references: UnsafePointer(list), referenceCount: listed.count))
      table.records[key] = UnsafePointer(record)
      return UnsafePointer(record)
    }
  }
}
