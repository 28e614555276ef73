// The census counts what is there, type by type, whatever the spans and the caches look like.

import GreyBasics
import GreyHeap
import Testing

@Suite struct CensusTests {
  private func count(_ types: ClosedRange<UInt16>, in heap: Heap, budget: Int = 1_000_000) -> Int {
    var census = HeapCensus(ofTypes: types.lowerBound..<types.upperBound + 1)
    while !heap.count(&census, budget: budget) {}
    return census.objects
  }

  private func counted(_ types: ClosedRange<UInt16>, in heap: Heap) -> Int {
    var count = 0
    heap.forEachObject { object, _ in if types.contains(object.type.rawValue) { count += 1 } }
    return count
  }

  @Test(arguments: [1, 7, 1_000_000]) func everyObjectOfTheseTypesAndNoOther(budget: Int) throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    var random = SplitMix(seed: 3)
    var objects: [Reference] = []
    for _ in 0..<20_000 {
      // Some spans get objects of one type only, others of several; some objects are large.
      let type = SomeType.scanned[random.below(4)]
      let words = type == SomeType.slot ? 1 + random.below(random.chance(1, in: 99) ? 9_000 : 9) : 1
      objects.append(try cache.allocate(type: type, count: words))
    }
    heap.collect(keeping: objects.filter { _ in random.chance(1, in: 3) })
    for type: UInt16 in 1...5 {
      #expect(count(type...type, in: heap, budget: budget) == counted(type...type, in: heap))
    }
    #expect(count(1...3, in: heap, budget: budget) == counted(1...3, in: heap))
    #expect(counted(5...5, in: heap) > 100)
  }

  /// Pair and record lie in spans of different classes; the list of four is a pair's neighbour.
  @Test func whatACacheHasReadyForAnotherTypeIsNotThere() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    let pairs = try (0..<5_000).map { _ in try cache.allocate(type: SomeType.pair) }
    let kept = pairs.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
    heap.collect(keeping: kept)
    #expect(count(1...1, in: heap) == kept.count)
    // Into the gaps: a span of pairs turns mixed, and its next free slots are the cache's.
    for number in 1...500 {
      _ = try cache.allocate(type: SomeType.slot, count: 4)
      #expect(count(1...1, in: heap) == kept.count, "after \(number)")
      #expect(count(5...5, in: heap) == number)
    }
    try heap.checkInvariants()
  }

  /// A used run is cleared piece by piece; the types of all of it are forgotten at once.
  @Test func whatIsLeftOfALongRunIsNotThere() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    for _ in 0..<5_000 { _ = try cache.allocate(type: SomeType.pair) }
    heap.collect(keeping: [])
    _ = try cache.allocate(type: SomeType.pair)
    _ = try cache.allocate(type: SomeType.slot, count: 4)
    #expect(count(1...1, in: heap) == 1)
    #expect(count(5...5, in: heap) == 1)
  }
}
