// Bitmap words of a run of slots.
//
// The bits of a class lie `granules` apart. A whole word of them is a constant pattern shifted to
// the first base in the word, so a run of 256 slots is eight words and no loop over slots.

import GreyBasics
import Synchronization

extension HeapMemory {
  /// Calls `body` with every bitmap word that slots `range` of a span touch: its index over the
  /// whole arena, and the bits of the slots.
  @inline(__always)
  func forEachWord(
    ofSlots range: Range<Int>, span firstPage: Int, sizeClass: SizeClass,
    _ body: (_ word: Int, _ bits: UInt64) -> Void
  ) {
    let granules = sizeClass.granules
    var granule = range.lowerBound * granules
    let end = range.upperBound * granules
    let firstWord = firstPage * HeapLayout.bitmapWordsPerPage
    while granule < end {
      let word = granule >> 6
      var bits = sizeClass.pattern << UInt64(granule & 63)
      let left = end - word * 64
      if left < 64 { bits &= (1 << UInt64(left)) - 1 }
      body(firstWord + word, bits)
      granule += bits.nonzeroBitCount * granules
    }
  }

  func allocationWord(_ index: Int) -> UnsafeMutableRawPointer { view.allocationBits + index * 8 }
  func markWord(_ index: Int) -> UnsafeMutableRawPointer { view.markBits + index * 8 }

  /// Allocation bits are written by whoever holds the span alone: no read-modify-write is needed.
  func setAllocated(_ range: Range<Int>, span firstPage: Int, sizeClass: SizeClass) {
    forEachWord(ofSlots: range, span: firstPage, sizeClass: sizeClass) { word, bits in
      allocationWord(word).relaxedWord |= bits
    }
  }

  func clearAllocated(_ range: Range<Int>, span firstPage: Int, sizeClass: SizeClass) {
    forEachWord(ofSlots: range, span: firstPage, sizeClass: sizeClass) { word, bits in
      allocationWord(word).relaxedWord &= ~bits
    }
  }

  /// Blackens a run. A mark worker may be marking an object beside it in the same word: with a
  /// plain load and store its mark would be lost, and its object with it.
  func blacken(_ range: Range<Int>, span firstPage: Int, sizeClass: SizeClass) {
    forEachWord(ofSlots: range, span: firstPage, sizeClass: sizeClass) { word, bits in
      markWord(word).atomicWord.pointee.bitwiseOr(bits, ordering: .sequentiallyConsistent)
    }
  }

  /// The same without the rule `atomic-blacken`. `between` stands for what other threads do after
  /// the load and before the store.
  func blackenPlainly(
    _ range: Range<Int>, span firstPage: Int, sizeClass: SizeClass, between: () -> Void
  ) {
    forEachWord(ofSlots: range, span: firstPage, sizeClass: sizeClass) { word, bits in
      let old = markWord(word).relaxedWord
      between()
      markWord(word).relaxedWord = old | bits
    }
  }

  func whiten(_ range: Range<Int>, span firstPage: Int, sizeClass: SizeClass) {
    forEachWord(ofSlots: range, span: firstPage, sizeClass: sizeClass) { word, bits in
      markWord(word).atomicWord.pointee.bitwiseAnd(~bits, ordering: .sequentiallyConsistent)
    }
  }

  /// The next maximal run of free slots at or after `start`; empty at the end of the span.
  func nextFreeRun(from start: Int, span: Span, sizeClass: SizeClass) -> Range<Int> {
    let slots = span.record.pointee.slots
    let granules = sizeClass.granules
    let firstWord = firstPage(of: span) * HeapLayout.bitmapWordsPerPage
    var slot = start
    while slot < slots {
      let granule = slot * granules
      let word = allocationWord(firstWord + granule >> 6).relaxedWord
      if word & (1 << UInt64(granule & 63)) == 0 { break }
      slot += 1
    }
    guard slot < slots else { return slots..<slots }
    // The run ends at the next set bit, wherever it is: bits stand at bases only.
    let lastWord = (slots * granules - 1) >> 6
    var word = (slot * granules) >> 6
    var bits =
      allocationWord(firstWord + word).relaxedWord & (~0 << UInt64((slot * granules) & 63))
    while bits == 0, word < lastWord {
      word += 1
      bits = allocationWord(firstWord + word).relaxedWord
    }
    let end = bits == 0 ? slots : (word * 64 + bits.trailingZeroBitCount) / granules
    return slot..<end
  }
}
