// A refill blackens its run beside a mark worker: the rule `atomic-blacken`, and what it is for.
//
// The race has one interleaving that matters: the worker loads the word of mark bits, the marker
// sets its bit, the worker stores. Threads meet in it once in many thousand tries. Here one thread
// plays both: the heap calls `meanwhile` between load and store, where the rule is off, and in
// front of the allocation, where it is in force and there is no between.

import GreyBasics
import GreyHeap
import Testing

@Suite struct MarkRaceTests {
  /// Whether an object that was marked while a run beside it was blackened outlives the cycle.
  private func outlives(_ rules: RuleSet) throws -> Bool {
    let heap = try makeHeap()
    heap.rules = rules
    let cache = heap.makeCache()
    // Live and dead slots in turns, all in the words of one page: each refill is one slot.
    let all = try (0..<16).map { _ in try cache.allocate(type: SomeType.slot, count: 2) }
    let live = all.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    heap.collect(keeping: live)
    let view = heap.view
    let beside = live[4].address
    let mark: @Sendable () -> Void = { _ = view.testAndSetMark(beside) }
    heap.meanwhile.withLock { $0 = mark }
    if rules.contains(.atomicBlacken) { mark() }
    heap.armAllocateBlack()
    _ = try cache.allocate(type: SomeType.slot, count: 2)
    heap.sweepAll()
    try heap.checkInvariants()
    return heap.isAllocated(address: beside)
  }

  @Test func aRefillKeepsTheMarksBesideItsRun() throws {
    #expect(try outlives(.all))
    #expect(try !outlives(RuleSet(without: [.atomicBlacken])))
  }
}
