// The size class table and the arithmetic by which an interior address finds its slot.

import GreyHeap
import Testing

@Suite struct SizeClassTests {
  @Test func everySizeWastesAtMostAnEighth() {
    for bytes in 1...HeapLayout.maximumSmallBytes {
      let index = Int(SizeClasses.classOfGranules[(bytes + 15) / 16])
      #expect(SizeClasses.all[index].bytes >= bytes)
    }
  }
}
