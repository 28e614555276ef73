// Small heaps and types for the tests of this room.

import GreyBasics
import GreyHeap
import Testing

/// Types 1 to 5: a pair, a buffer of bytes, a record of seven words, one too wide for one map word,
/// and a list of references.
enum SomeType {
  static let pair = TypeIndex(rawValue: 1)
  static let bytes = TypeIndex(rawValue: 2)
  static let record = TypeIndex(rawValue: 3)
  static let wide = TypeIndex(rawValue: 4)
  static let slot = TypeIndex(rawValue: 5)
  static let scanned = [pair, record, wide, slot]

  static func table() throws -> TypeTable {
    let table = try TypeTable()
    let all = [
      try TypeDescription(name: "pair", words: 4, referenceWords: [0, 1]),
      try TypeDescription(name: "bytes", words: 1, referenceWords: []),
      try TypeDescription(name: "record", words: 7, referenceWords: [1, 4, 6]),
      try TypeDescription(name: "wide", words: 150, referenceWords: [0, 63, 64, 127, 149]),
      try TypeDescription(name: "slot", words: 1, referenceWords: [0]),
    ]
    for description in all { _ = try table.append(description) }
    return table
  }
}

func makeHeap(
  megabytes: Int = 64, limitBytes: Int? = nil, scavengeAfter: Duration = .seconds(60),
  poison: Bool = false, quarantineBytes: Int = 0
) throws -> Heap {
  try Heap(
    configuration: HeapConfiguration(
      node: NodeID(3), arenaBytes: megabytes << 20, limitBytes: limitBytes,
      scavengeAfter: scavengeAfter, poisonFreed: poison,
      quarantineBytes: quarantineBytes),
    types: SomeType.table())
}

extension Heap {
  /// A whole collection by one thread, where `live` is what a marker would have found.
  func collect(keeping live: [Reference]) {
    armAllocateBlack()
    for reference in live { _ = view.testAndSetMark(view.base(of: reference.rawValue)) }
    sweepAll()
  }

  func sweepAll() {
    dropAllRuns()
    beginSweep()
    #expect(finishSweep())
  }

  func words(of reference: Reference) -> UnsafeMutablePointer<UInt64> {
    UnsafeMutablePointer(bitPattern: reference.address)!
  }
}
