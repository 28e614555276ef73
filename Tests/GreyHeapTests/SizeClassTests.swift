// The size class table and the arithmetic by which an interior address finds its slot.

import GreyHeap
import Testing

@Suite struct SizeClassTests {
  let classes = Array(SizeClasses.all.dropFirst())

  @Test func thereAreAboutSixtyEightFromSixteenBytesToThirtyTwoKibibytes() {
    #expect((60...70).contains(classes.count))
    #expect(classes.first?.bytes == 16)
    #expect(classes.last?.bytes == 32_768)
    #expect(classes.count * 2 + 2 <= 256, "a span class must fit the eight bits of a page entry")
  }

  @Test func everyClassIsLargerThanTheOneBeforeAndMadeOfGranules() {
    for (smaller, larger) in zip(classes, classes.dropFirst()) {
      #expect(smaller.bytes < larger.bytes)
    }
    for sizeClass in classes { #expect(sizeClass.bytes % HeapLayout.granuleBytes == 0) }
  }

  @Test func theTailOfASpanIsAtMostAnEighthOfIt() {
    for sizeClass in classes {
      let span = sizeClass.pages * HeapLayout.pageBytes
      #expect((span - sizeClass.slots * sizeClass.bytes) * 8 <= span, "\(sizeClass.bytes)")
    }
  }

  @Test func everySizeGetsTheSmallestClassThatHoldsIt() {
    for bytes in 1...HeapLayout.maximumSmallBytes {
      let index = Int(SizeClasses.classOfGranules[(bytes + 15) / 16])
      let fits = SizeClasses.all[index].bytes >= bytes
      let isSmallest = index == 1 || SizeClasses.all[index - 1].bytes < (bytes + 15) / 16 * 16
      if !fits || !isSmallest { Issue.record("size \(bytes) got class \(index)") }
    }
  }

  @Test func theMagicNumberDividesEveryOffsetOfEveryClass() {
    for sizeClass in classes {
      let span = sizeClass.pages * HeapLayout.pageBytes
      var wrong = 0
      for offset in 0..<span
      where Int((UInt64(offset) &* sizeClass.magic) >> 32) != offset / sizeClass.bytes {
        wrong += 1
      }
      #expect(wrong == 0, "class of \(sizeClass.bytes) bytes")
    }
  }
}
