// The size classes of small objects, computed as Go's mksizeclasses does, from 16 bytes to 32 KiB.
//
// Steps are an eighth of the size, so rounding up wastes at most 12.5 %; a span is made as many
// pages long as it takes for its unused tail to be at most 12.5 % of it. Sizes that fit equally
// often into the same span are merged into the largest of them, and each is then raised as far as
// its span allows. Every size is a multiple of the granule.
//
// The slot of an interior address is `offset × ceil(2³² / size) >> 32`. The factor's rounding makes
// the quotient too large by less than offset / 2³², which cannot carry it over the next whole
// number while offset × size < 2³²; spans are far shorter than that.
// The tests check every offset of every class all the same.

package struct SizeClass: Hashable, Sendable {
  package let bytes: Int
  package let pages: Int
  /// Slots in a span; its tail beyond them stays unused.
  package let slots: Int
  /// ceil(2³² / bytes)
  package let magic: UInt64
  /// Bits at every slot's base, as far as they fit into one bitmap word that begins with one.
  package let pattern: UInt64

  package var granules: Int { bytes / HeapLayout.granuleBytes }

  init(bytes: Int, pages: Int) {
    self.bytes = bytes
    self.pages = pages
    slots = pages * HeapLayout.pageBytes / bytes
    magic = ((1 << 32) + UInt64(bytes) - 1) / UInt64(bytes)
    var pattern: UInt64 = 0
    for bit in stride(from: 0, to: 64, by: bytes / HeapLayout.granuleBytes) {
      pattern |= 1 << UInt64(bit)
    }
    self.pattern = pattern
  }
}

package enum SizeClasses {
  /// Index 0 stands for large objects and is never asked for its fields' sense.
  package static let all: [SizeClass] = compute()

  /// The class of each size, by granules: entry (bytes + 15) / 16.
  package static let classOfGranules: [UInt8] = {
    var table: [UInt8] = []
    var index = 1
    for granules in 0...(HeapLayout.maximumSmallBytes / HeapLayout.granuleBytes) {
      while all[index].granules < granules { index += 1 }
      table.append(UInt8(index))
    }
    return table
  }()

  private static func compute() -> [SizeClass] {
    let page = HeapLayout.pageBytes
    var classes: [(bytes: Int, pages: Int)] = []
    var step = HeapLayout.granuleBytes
    var size = step
    while size <= HeapLayout.maximumSmallBytes {
      if size & (size - 1) == 0 {
        if size >= 2048 { step = 256 } else if size >= 128 { step = size / 8 }
      }
      var span = page
      while span % size > span / 8 { span += page }
      if let last = classes.last, last.pages * page == span, span / size == span / last.bytes {
        classes[classes.count - 1].bytes = size
      } else {
        classes.append((size, span / page))
      }
      size += step
    }
    let large = SizeClass(bytes: HeapLayout.pageBytes, pages: 1)
    return [large]
      + classes.map { entry in
        let span = entry.pages * page
        let raised = (span / (span / entry.bytes)) & ~127
        return SizeClass(bytes: max(raised, entry.bytes), pages: entry.pages)
      }
  }
}
