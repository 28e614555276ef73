// The mappings of one heap, and the geometry by which its parts are found from each other.
//
// Beside the arena lie its page entries, both bitmaps, the types of mixed spans and the span
// records: each is an array over the whole reserved arena, and only what is touched has memory.

import GreyBasics
import Synchronization

final class HeapMemory: @unchecked Sendable {
  let arena: Mapping
  private let side: Mapping
  private let typeTable: TypeTable
  let view: HeapView
  /// The size classes, readable without counting references to an array.
  let classes: UnsafeMutablePointer<SizeClass>
  /// Pages that the arena has in all.
  let pages: Int

  init(arenaBytes: Int, node: NodeID, types: TypeTable) throws(HeapError) {
    guard arenaBytes >= 65_536, arenaBytes <= 1 << 44, arenaBytes % HeapLayout.pageBytes == 0
    else { throw .arenaSize(bytes: arenaBytes) }
    pages = arenaBytes / HeapLayout.pageBytes
    arena = try Mapping(bytes: arenaBytes, readWrite: false, purpose: "heap's arena")
    typeTable = types
    classes = .allocate(capacity: SizeClasses.all.count)
    for (index, sizeClass) in SizeClasses.all.enumerated() {
      (classes + index).initialize(to: sizeClass)
    }

    var total = 0
    func part(_ bytes: Int) -> Int {
      defer { total += (bytes + HeapLayout.pageBytes - 1) & ~(HeapLayout.pageBytes - 1) }
      return total
    }
    let bitmapBytes = pages * HeapLayout.bitmapWordsPerPage * 8
    let entries = part(pages * 8)
    // These stay zero: loops without branches look there for what is not local.
    let guardBytes = HeapView.guardPages * HeapLayout.bitmapWordsPerPage * 8
    let marks = part(bitmapBytes + guardBytes)
    let allocations = part(bitmapBytes + guardBytes)
    let slotTypes = part(pages * HeapLayout.granulesPerPage * 2)
    let spans = part(pages * MemoryLayout<SpanRecord>.stride)
    let classes = part(256 * 8)
    let granuleClasses = part(SizeClasses.classOfGranules.count)
    side = try Mapping(bytes: total, readWrite: true, purpose: "heap's side tables")

    let classTable = (side.base + classes).assumingMemoryBound(to: UInt64.self)
    for (index, sizeClass) in SizeClasses.all.enumerated() where index > 0 {
      classTable[index * 2] = sizeClass.magic << 32 | UInt64(sizeClass.bytes)
      classTable[index * 2 + 1] = classTable[index * 2]
    }
    let classOfGranules = (side.base + granuleClasses).assumingMemoryBound(to: UInt8.self)
    for (granules, index) in SizeClasses.classOfGranules.enumerated() {
      classOfGranules[granules] = index
    }
    let base = UInt(bitPattern: arena.base)
    view = HeapView(
      taggedBase: UInt64(node.rawValue) << 48 | UInt64(base), arenaBytes: UInt64(arenaBytes),
      arenaBase: base, pageTable: side.base + entries, markBits: side.base + marks,
      allocationBits: side.base + allocations, classTable: classTable,
      classOfGranules: classOfGranules,
      slotTypes: (side.base + slotTypes).assumingMemoryBound(to: UInt16.self),
      spans: (side.base + spans).assumingMemoryBound(to: SpanRecord.self), types: types.entries)
  }

  deinit { classes.deallocate() }

  func span(at page: Int) -> Span { Span(record: view.spans + page) }
  func firstPage(of span: Span) -> Int { span.record - view.spans }
  func address(ofPage page: Int) -> UInt { view.arenaBase + UInt(page * HeapLayout.pageBytes) }
  func pointer(toPage page: Int) -> UnsafeMutableRawPointer {
    arena.base + page * HeapLayout.pageBytes
  }

  func entry(_ page: Int) -> PageEntry {
    PageEntry(rawValue: (view.pageTable + page * 8).relaxedWord)
  }
  func publish(_ entry: PageEntry, page: Int) {
    (view.pageTable + page * 8).release(entry.rawValue)
  }
}
