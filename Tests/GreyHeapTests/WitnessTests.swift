// What was white when marking was complete is known until it is freed, and no longer.

import GreyBasics
import Synchronization
import Testing

@testable import GreyHeap

@Suite struct WitnessTests {
  let heap: Heap
  let cache: AllocationCache
  let pair: TypeIndex
  let block: TypeIndex

  init() throws {
    let types = try TypeTable()
    pair = try types.append(TypeDescription(name: "pair", words: 2, referenceWords: [0, 1]))
    block = try types.append(TypeDescription(name: "block", words: 1, referenceWords: []))
    heap = try Heap(
      configuration: HeapConfiguration(node: NodeID(1), arenaBytes: 16 << 20), types: types)
    cache = heap.makeCache()
  }

  private func make(large: Bool) throws -> Reference {
    large ? try cache.allocate(type: block, count: 8_000) : try cache.allocate(type: pair)
  }

  private func wasWhite(_ reference: Reference) -> Bool {
    heap.exactObject(containing: reference.address).map(heap.wasWhite) ?? false
  }

  private func decide() {
    cache.dropRuns()
    heap.keepWhite()
    heap.beginSweep()
    #expect(heap.finishSweep())
  }

  @Test(arguments: [false, true])
  func onlyWhatTheSweepLeftBehindWasWhite(large: Bool) throws {
    let kept = try make(large: large)
    let white = try make(large: large)
    _ = heap.view.testAndSetMark(kept.address)
    heap.spansToPassOver.store(1_000, ordering: .relaxed)
    decide()
    #expect(!wasWhite(kept) && wasWhite(white))
    let born = try make(large: large)
    #expect(!wasWhite(born), "it was born after the decision")
    heap.forgetWhite()
    #expect(!wasWhite(white))
  }

  @Test(arguments: [false, true])
  func aNewObjectInAFreedSlotIsAnother(large: Bool) throws {
    let white = try make(large: large)
    decide()
    #expect(!heap.isAllocated(address: white.address), "the sweep has freed it")
    var born = try make(large: large)
    for _ in 0..<1_000 where born != white { born = try make(large: large) }
    #expect(born == white, "the slot was given out again")
    #expect(!wasWhite(born))
  }
}
