// A laboratory's heap: a freed slot is nobody's until the bound is passed, and then the oldest go
// back to use.

import GreyBasics
import GreyHeap
import Testing

@Suite struct QuarantineTests {
  private static let page = HeapLayout.pageBytes
  private static let perPage = HeapLayout.pageBytes / 32

  @Test func nothingIsAllocatedWhereASlotWasFreed() throws {
    let heap = try makeHeap(poison: true, quarantineBytes: 8 << 20)
    let cache = heap.makeCache()
    var freed: Set<UInt> = []
    var live: [Reference] = []
    for round in 0..<20 {
      for index in 0..<300 {
        let object = try cache.allocate(type: SomeType.pair)
        #expect(!freed.contains(object.address), "round \(round): a freed slot again")
        #expect((0..<4).allSatisfy { heap.words(of: object)[$0] == 0 })
        if index % 10 == 0 { live.append(object) } else { freed.insert(object.address) }
      }
      let large = try cache.allocate(type: SomeType.slot, count: 6_000)
      #expect(freed.insert(large.address).inserted)
      if round % 3 == 2 { freed.insert(live.removeFirst().address) }
      heap.collect(keeping: live)
      try heap.checkInvariants()
    }
    for address in freed {
      #expect(heap.object(containing: address) == nil)
      #expect(UnsafePointer<UInt64>(bitPattern: address)!.pointee == HeapLayout.poison)
    }
    for object in live { #expect(heap.isAllocated(address: object.address)) }
    #expect(heap.statistics.objects == live.count)
    #expect(heap.statistics.quarantinedBytes > 20 * 48_000)
    #expect(heap.sweepTotals.liveObjects == live.count, "what lives there is swept as ever")
  }

  @Test func theOldestComeBackWhenTheBoundIsPassed() throws {
    let heap = try makeHeap(quarantineBytes: 4 * Self.page)
    let cache = heap.makeCache()
    func page(_ object: Reference) -> UInt64 {
      (object.rawValue &- heap.view.taggedBase) / UInt64(Self.page)
    }
    // One page a cycle, filled and dropped.
    var pages: [UInt64] = []
    for cycle in 0..<12 {
      let objects = try (0..<Self.perPage).map { _ in try cache.allocate(type: SomeType.pair) }
      pages.append(page(objects[0]))
      heap.collect(keeping: [])
      try heap.checkInvariants()
      #expect(heap.statistics.quarantinedBytes == min(cycle + 1, 4) * Self.page)
    }
    // Freed in cycle 1, pushed out by the one of cycle 5.
    for (cycle, page) in pages.enumerated() {
      #expect(!pages[..<cycle].suffix(4).contains(page), "cycle \(cycle): \(pages)")
    }
    #expect(Set(pages).count <= 7, "memory is bounded: \(pages)")
    #expect(heap.statistics.bytesInUse <= 6 * Self.page)
  }

  @Test func aSpanThatLosesAnotherSlotIsYoungAgain() throws {
    let heap = try makeHeap(quarantineBytes: 2 * Self.page)
    let cache = heap.makeCache()
    func fill() throws -> [Reference] {
      try (0..<Self.perPage).map { _ in try cache.allocate(type: SomeType.pair) }
    }
    let first = try fill()
    heap.collect(keeping: Array(first.dropFirst()))
    _ = try fill()
    heap.collect(keeping: Array(first.dropFirst()))
    // Now the first page loses a second slot, so the second page is the oldest.
    heap.collect(keeping: Array(first.dropFirst(2)))
    _ = try fill()
    heap.collect(keeping: Array(first.dropFirst(2)))
    heap.collect(keeping: Array(first.dropFirst(2)))
    let next = try fill()
    #expect(next.allSatisfy { $0 != first[0] && $0 != first[1] })
    try heap.checkInvariants()
  }

  @Test func atTheLimitEverythingIsLetGo() throws {
    let heap = try makeHeap(limitBytes: 64 * Self.page, quarantineBytes: 1 << 30)
    let cache = heap.makeCache()
    var cycles = 0
    for _ in 0..<100 * Self.perPage {
      do {
        _ = try cache.allocate(type: SomeType.pair)
      } catch {
        guard case .limitReached = error else { throw error }
        heap.collect(keeping: [])
        cycles += 1
        #expect(heap.statistics.quarantinedBytes == 16 * Self.page, "a quarter of the limit")
        try heap.checkInvariants()
        _ = try cache.allocate(type: SomeType.pair)
      }
    }
    // 64 pages, and 64 again: what was set aside was used, too, before the limit was reached.
    #expect(cycles == 1)
    try heap.checkInvariants()
  }

  @Test func withoutOneNothingIsSetAside() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    let dead = try cache.allocate(type: SomeType.pair)
    heap.collect(keeping: [])
    #expect(try cache.allocate(type: SomeType.pair) == dead)
    #expect(heap.statistics.quarantinedBytes == 0)
  }
}
