// Sweeping: exactly what is not marked goes, whoever sweeps it and whenever a worker gives its
// runs back.

import GreyBasics
import GreyHeap
import Testing

@Suite struct SweepTests {
  @Test func whatIsMarkedLivesAndTheRestIsFree() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    let objects = try (0..<10_000).map { _ in try cache.allocate(type: SomeType.pair) }
    let live = objects.enumerated().filter { $0.offset % 7 == 0 }.map(\.element)
    heap.collect(keeping: live)
    for (index, object) in objects.enumerated() {
      #expect(heap.isAllocated(address: object.address) == (index % 7 == 0))
      #expect(!heap.view.isMarked(object.address), "sweeping leaves marks clear")
    }
    let totals = heap.takeSweepTotals()
    #expect(totals.liveObjects == live.count)
    #expect(totals.liveBytes == live.count * 32)
    #expect(totals.objectsFreed == objects.count - live.count)
    #expect(totals.bytesFreed == totals.objectsFreed * 32)
    #expect(heap.takeSweepTotals() == SweepTotals())
    try heap.checkInvariants()
  }

  /// A switch for laboratories: the same spans in every cycle, so what they hold is never freed.
  @Test func withoutTheRuleSomeSpansAreNeverSwept() throws {
    let heap = try makeHeap()
    heap.rules = RuleSet(without: [.sweepAll])
    let cache = heap.makeCache()
    let objects = try (0..<10_000).map { _ in try cache.allocate(type: SomeType.pair) }
    heap.collect(keeping: [])
    let left = objects.filter { heap.isAllocated(address: $0.address) }
    #expect((7_000...8_000).contains(left.count), "\(left.count)")
    #expect(heap.sweepTotals.objectsFreed == objects.count - left.count)
    try heap.checkInvariants()
    heap.collect(keeping: [])
    #expect(heap.sweepTotals.objectsFreed == 0 && heap.sweepTotals.liveObjects == left.count)
    heap.rules = .all
    heap.collect(keeping: [])
    #expect(heap.sweepTotals.liveObjects == 0)
  }

  @Test func pagesOfDeadSpansComeBackAndAreCounted() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    for _ in 0..<2_560 { _ = try cache.allocate(type: SomeType.pair) }
    _ = try cache.allocate(type: SomeType.bytes, count: 10_000)
    heap.collect(keeping: [])
    #expect(heap.sweepTotals.spansFreed == 11)
    #expect(heap.sweepTotals.pagesReturned == 20)
    #expect(heap.statistics.bytesInUse == 0)
  }

  @Test func aQuantumSweepsNoMoreThanItsPagesAndASpan() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    for _ in 0..<25_600 { _ = try cache.allocate(type: SomeType.pair) }
    heap.armAllocateBlack()
    heap.dropAllRuns()
    heap.beginSweep()
    #expect(heap.pagesToSweep == 100)
    var quanta = 0
    var swept = 0
    while heap.sweepQuantum(maxPages: 10) {
      quanta += 1
      let now = heap.statistics.pagesSwept
      #expect(now - swept == 10)
      swept = now
      try heap.checkInvariants()
    }
    #expect(quanta == 9)
    #expect(!heap.isSweeping)
  }

  @Test func aSweepIsNotOverBeforeEveryWorkerGaveItsRunsBack() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    let before = try cache.allocate(type: SomeType.pair)
    heap.armAllocateBlack()
    let born = try cache.allocate(type: SomeType.pair)
    heap.beginSweep()
    #expect(!heap.finishSweep(), "the span is in the cache")
    #expect(heap.isSweeping)
    let late = try cache.allocate(type: SomeType.pair)
    #expect(heap.view.isMarked(late.address), "from the old run, so black")
    try heap.checkInvariants()

    cache.dropRuns()
    try heap.checkInvariants()
    #expect(heap.finishSweep())
    #expect(!heap.isAllocated(address: before.address))
    #expect(heap.isAllocated(address: born.address))
    #expect(heap.isAllocated(address: late.address))
    try heap.checkInvariants()
  }

  @Test func aRefillNoticesThatSweepingBegan() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    heap.armAllocateBlack()
    var born: [Reference] = []
    for _ in 0..<300 { born.append(try cache.allocate(type: SomeType.pair)) }
    heap.beginSweep()
    for _ in 0..<300 { born.append(try cache.allocate(type: SomeType.pair)) }
    #expect(heap.finishSweep(), "the cache gave its runs back by itself")
    for object in born { #expect(heap.isAllocated(address: object.address)) }
    try heap.checkInvariants()
  }

  @Test func objectsBornWhileMarkingSurviveAndARunHeldBeforeIsBlackenedToo() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    let white = try cache.allocate(type: SomeType.pair)
    heap.armAllocateBlack()
    #expect(!heap.view.isMarked(white.address))
    let small = try cache.allocate(type: SomeType.pair)
    #expect(small.address == white.address + 32, "it comes from the run held before")
    let large = try cache.allocate(type: SomeType.slot, count: 8_000)
    let other = try cache.allocate(type: SomeType.record, count: 3)
    heap.sweepAll()
    for object in [small, large, other] { #expect(heap.isAllocated(address: object.address)) }
    #expect(!heap.isAllocated(address: white.address))
  }

  @Test func withoutAllocateBlackWhatIsBornWhileMarkingIsLost() throws {
    let heap = try makeHeap()
    heap.rules = RuleSet(without: [.allocateBlack])
    let cache = heap.makeCache()
    heap.armAllocateBlack()
    let small = try cache.allocate(type: SomeType.pair)
    let large = try cache.allocate(type: SomeType.slot, count: 8_000)
    heap.sweepAll()
    #expect(!heap.isAllocated(address: small.address))
    #expect(!heap.isAllocated(address: large.address))
    #expect(heap.rules.switchedOff == [.allocateBlack])
  }

  @Test func anAbortedAttemptLeavesNoMark() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    let old = try cache.allocate(type: SomeType.pair)
    heap.armAllocateBlack()
    _ = heap.view.testAndSetMark(old.address)
    let born = try cache.allocate(type: SomeType.slot)
    heap.clearMarks()
    #expect(!heap.allocateBlack)
    heap.forEachObject { _, marked in #expect(!marked) }
    let later = try cache.allocate(type: SomeType.slot)
    #expect(!heap.view.isMarked(later.address), "the rest of the run is white again")
    heap.collect(keeping: [born])
    #expect(heap.isAllocated(address: born.address))
    #expect(!heap.isAllocated(address: old.address))
    try heap.checkInvariants()
  }

  @Test func allocationPaysItsShareOfTheSweep() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    for _ in 0..<25_600 { _ = try cache.allocate(type: SomeType.pair) }
    heap.armAllocateBlack()
    heap.dropAllRuns()
    heap.beginSweep()
    // All 100 pages within the next 50 pages of allocation, of a class that has nothing to sweep.
    heap.setSweepRatio(pagesPerByte: 2 / Double(HeapLayout.pageBytes))
    for page in 1...25 {
      for _ in 0..<128 { _ = try cache.allocate(type: SomeType.slot, count: 8) }
      #expect(heap.statistics.pagesSwept >= page * 2)
    }
    #expect(heap.isSweeping)
    for _ in 0..<25 * 128 { _ = try cache.allocate(type: SomeType.slot, count: 8) }
    #expect(!heap.isSweeping)
    #expect(heap.sweepDebt(bytes: 1 << 30) == 0)
  }

  @Test func aFreedSlotIsPoisonedOnRequest() throws {
    let heap = try makeHeap(poison: true)
    let cache = heap.makeCache()
    let dead = try cache.allocate(type: SomeType.pair)
    let live = try cache.allocate(type: SomeType.pair)
    heap.collect(keeping: [live])
    #expect((0..<4).allSatisfy { heap.words(of: dead)[$0] == HeapLayout.poison })
    #expect(heap.words(of: live)[0] == 0)
    #expect(!heap.view.isLocal(HeapLayout.poison))
    let again = try cache.allocate(type: SomeType.pair)
    #expect(again == dead)
    #expect(heap.words(of: again)[0] == 0)
  }
}
