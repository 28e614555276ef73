// The checker itself: each thing it claims to check, broken by hand, must be found.

import GreyBasics
import GreyHeap
import Testing

@Suite struct InvariantTests {
  /// Breaks a heap of a few objects and expects to be told.
  private func find(_ place: String, _ damage: (Heap, Reference) -> Void) throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    let object = try cache.allocate(type: SomeType.pair)
    _ = try cache.allocate(type: SomeType.bytes, count: 9_000)
    cache.dropRuns()
    try heap.checkInvariants()
    damage(heap, object)
    let found = #expect(throws: InvariantViolation.self) { try heap.checkInvariants() }
    #expect(found?.place.contains(place) == true, "found \(String(describing: found))")
  }

  @Test func aMarkOnAFreeSlot() throws {
    try find("page 0") { heap, object in _ = heap.view.testAndSetMark(object.address + 32) }
  }

  @Test func aLostAllocationBit() throws {
    try find("page 0") { heap, _ in heap.view.allocationBits.relaxedWord = 0 }
  }

  @Test func anAllocationBitInsideASlot() throws {
    try find("page 0") { heap, _ in heap.view.allocationBits.relaxedWord |= 2 }
  }

  @Test func aPageEntryOfAnotherSpan() throws {
    try find("page 3") { heap, _ in
      (heap.view.pageTable + 3 * 8).relaxedWord = heap.view.pageTable.relaxedWord
    }
  }

  @Test func aBitOfAFreePage() throws {
    try find("bitmap word") { heap, object in
      _ = heap.view.testAndSetMark(object.address + UInt(20 * HeapLayout.pageBytes))
    }
  }

  @Test func aSlotThatIsToBeHandedOutWithoutItsBit() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    _ = try cache.allocate(type: SomeType.pair)
    heap.view.allocationBits.relaxedWord &= ~(1 << 2)
    #expect(throws: InvariantViolation.self) { try heap.checkInvariants() }
    heap.view.allocationBits.relaxedWord |= 1 << 2
    try heap.checkInvariants()
  }
}
