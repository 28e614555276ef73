// Pages: merged when they come back, given back to the system when idle, never beyond the arena.

import GreyBasics
import GreyHeap
import Testing

@Suite struct PageTests {
  /// Bytes that make an object of exactly so many pages.
  private func pages(_ count: Int, _ cache: AllocationCache) throws -> Reference {
    try cache.allocate(type: SomeType.bytes, count: count * HeapLayout.pageBytes / 8)
  }

  private func freeRuns(_ heap: Heap) -> [Int] {
    var runs: [Int] = []
    heap.forEachSpan { if $0.state == .free { runs.append($0.pages) } }
    return runs
  }

  @Test func neighboursMergeWhateverTheOrderTheyAreFreedIn() throws {
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      let heap = try makeHeap(megabytes: 1)
      let cache = heap.makeCache()
      var objects = try (0..<3).map { _ in try pages(10, cache) }
      let last = try pages(98, cache)
      objects.append(last)
      #expect(freeRuns(heap) == [])
      var live = Set(0...3)
      for gone in order {
        live.remove(gone)
        heap.collect(keeping: live.sorted().map { objects[$0] })
        try heap.checkInvariants()
      }
      #expect(freeRuns(heap) == [30])
      let joined = try pages(30, cache)
      #expect(joined == objects[0])
    }
  }

  @Test func anArenaIsUsedToItsLastPageAndNotBeyond() throws {
    let heap = try makeHeap(megabytes: 1)
    let cache = heap.makeCache()
    for _ in 0..<8 { _ = try pages(16, cache) }
    #expect(
      throws: AllocationFailure.limitReached(
        requestedBytes: 8192, inUseBytes: 1 << 20, limitBytes: 1 << 20)
    ) { _ = try cache.allocate(type: SomeType.slot) }
    try heap.checkInvariants()
    heap.collect(keeping: [])
    _ = try pages(128, cache)
    try heap.checkInvariants()
  }

  @Test func memoryGoesBackAfterAWhileAndReadsAsZeros() throws {
    let heap = try makeHeap(scavengeAfter: .seconds(5))
    let cache = heap.makeCache()
    let object = try pages(100, cache)
    heap.words(of: object)[5000] = 1
    heap.collect(keeping: [])
    #expect(heap.statistics.freeBytes == 100 * HeapLayout.pageBytes)
    #expect(heap.scavenge(now: Moment(nanoseconds: 1), maxPages: 1000) == 0, "not idle yet")
    let later = Moment(nanoseconds: 5_000_000_001)
    #expect(heap.scavenge(now: later, maxPages: 30) == 30)
    try heap.checkInvariants()
    #expect(heap.scavenge(now: later, maxPages: 1000) == 70)
    #expect(heap.scavenge(now: later, maxPages: 1000) == 0)
    try heap.checkInvariants()
    #expect(heap.statistics.freeBytes == 0)
    #expect(heap.statistics.releasedBytesTotal == 100 * HeapLayout.pageBytes)
    let again = try pages(100, cache)
    #expect(again == object)
    #expect(heap.words(of: again)[5000] == 0)
  }

  @Test func whatWasFreedSinceTheLastLookIsNotTakenForIdle() throws {
    let heap = try makeHeap(scavengeAfter: .seconds(5))
    let cache = heap.makeCache()
    let first = try pages(10, cache)
    let wall = try pages(1, cache)
    let second = try pages(20, cache)
    let end = try pages(1, cache)
    heap.collect(keeping: [wall, second, end])
    #expect(heap.scavenge(now: Moment(nanoseconds: 4_000_000_000), maxPages: 100) == 0)
    heap.collect(keeping: [wall, end])
    #expect(heap.scavenge(now: Moment(nanoseconds: 6_000_000_000), maxPages: 100) == 10)
    #expect(heap.scavenge(now: Moment(nanoseconds: 9_000_000_000), maxPages: 100) == 20)
    _ = (first, second)
    try heap.checkInvariants()
  }

  @Test func aLimitMayBeLoweredWhileRunning() throws {
    let heap = try makeHeap(limitBytes: 4 << 20)
    let cache = heap.makeCache()
    let object = try pages(200, cache)
    heap.limitBytes = 1 << 20
    #expect(throws: AllocationFailure.self) { _ = try cache.allocate(type: SomeType.slot) }
    heap.limitBytes = nil
    _ = try cache.allocate(type: SomeType.slot)
    #expect(heap.isAllocated(address: object.address))
    #expect(heap.limitBytes == nil)
  }

  @Test func impossibleSizesAreRefusedWithTheRemedy() throws {
    let types = try TypeTable()
    #expect(throws: HeapError.arenaSize(bytes: 1000)) {
      try Heap(configuration: HeapConfiguration(node: NodeID(1), arenaBytes: 1000), types: types)
    }
    #expect(throws: HeapError.limit(bytes: 0)) {
      try Heap(configuration: HeapConfiguration(node: NodeID(1), limitBytes: 0), types: types)
    }
  }

  @Test func theDefaultArenaCostsNothingUntilItIsUsed() throws {
    let heap = try Heap(
      configuration: HeapConfiguration(node: NodeID(1)), types: SomeType.table())
    #expect(heap.statistics.arenaBytes == 64 << 30)
    #expect(heap.statistics.bytesInUse == 0)
    let object = try heap.makeCache().allocate(type: SomeType.pair)
    #expect(heap.name(of: object) == "1:0", "objects are named by node and offset")
    try heap.checkInvariants()
  }

  @Test func statisticsAgreeWithEachOtherUnderTheirNames() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    var objects: [Reference] = []
    for _ in 0..<5_000 { objects.append(try cache.allocate(type: SomeType.pair)) }
    heap.collect(keeping: Array(objects.prefix(2_000)))
    let statistics = heap.statistics
    let metrics = Dictionary(uniqueKeysWithValues: statistics.metrics.map { ($0.name, $0.value) })
    #expect(metrics["/gc/heap/allocs:objects"] == 5_000)
    #expect(metrics["/gc/heap/frees:objects"] == 3_000)
    #expect(metrics["/gc/heap/objects:objects"] == 2_000)
    #expect(metrics["/gc/heap/live:bytes"] == 64_000)
    #expect(metrics["/memory/classes/heap/objects:bytes"] == 64_000)
    #expect(
      metrics["/memory/classes/heap/unused:bytes"]! + 64_000 == statistics.bytesInUse)
    let heapClasses = metrics.filter { $0.key.hasPrefix("/memory/classes/heap/") }.values
    #expect(
      heapClasses.reduce(0, +) + metrics["/memory/classes/metadata/other:bytes"]!
        == metrics["/memory/classes/total:bytes"])
  }
}
