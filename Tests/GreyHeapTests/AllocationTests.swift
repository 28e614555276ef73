// Allocation: zeroed, apart from each other, found again from any inner address, refused in time.

import GreyBasics
import GreyHeap
import Testing

@Suite struct AllocationTests {
  @Test func everyOffsetOfEveryClassLeadsToItsObject() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    let view = heap.view
    for sizeClass in SizeClasses.all.dropFirst() {
      // A whole span and one more, so that the last slot and its neighbour are there.
      var wrong = 0
      for _ in 0...sizeClass.slots {
        let object = try cache.allocate(type: SomeType.slot, count: sizeClass.bytes / 8)
        for offset in stride(from: 0, to: sizeClass.bytes, by: 8) {
          let inner = object.advanced(by: offset)
          if view.base(of: inner.rawValue) != object.address { wrong += 1 }
        }
        for offset in [0, 1, sizeClass.bytes / 2, sizeClass.bytes - 1] {
          let found = heap.object(containing: object.address + UInt(offset))
          if found?.base != object.address || found?.bytes != sizeClass.bytes { wrong += 1 }
        }
        if view.slotBytes(object.address) != sizeClass.bytes { wrong += 1 }
      }
      #expect(wrong == 0, "class of \(sizeClass.bytes) bytes")
    }
    try heap.checkInvariants()
  }

  @Test func aReusedSlotIsZeroed() throws {
    let heap = try makeHeap(megabytes: 4)
    let cache = heap.makeCache()
    for _ in 0..<3 {
      for _ in 0..<5_000 {
        let object = try cache.allocate(type: SomeType.pair)
        let words = heap.words(of: object)
        for word in 0..<4 {
          #expect(words[word] == 0)
          words[word] = .max
        }
      }
      heap.collect(keeping: [])
      try heap.checkInvariants()
      #expect(heap.statistics.objects == 0)
    }
  }

  /// Runs are cleared in pieces, which end within objects and between objects of any size.
  @Test(arguments: [2, 6, 14, 40, 126, 200, 700])
  func whateverTheSizeAReusedSlotIsZeroed(words: Int) throws {
    let heap = try makeHeap(megabytes: 4)
    let cache = heap.makeCache()
    var random = SplitMix(seed: UInt64(words))
    for round in 0..<3 {
      var kept: [Reference] = []
      for _ in 0..<100_000 / words {
        let object = try cache.allocate(type: SomeType.slot, count: words)
        let memory = heap.words(of: object)
        #expect((0..<words).allSatisfy { memory[$0] == 0 }, "round \(round)")
        for word in 0..<words { memory[word] = .max }
        if random.chance(1, in: 5) { kept.append(object) }
      }
      // Runs between live objects are shorter than spans.
      heap.collect(keeping: round == 0 ? kept : [])
      try heap.checkInvariants()
    }
  }

  @Test func aLargeObjectIsOneSpanAndEveryPageOfItLeadsToItsBase() throws {
    let heap = try makeHeap(megabytes: 2048)
    let cache = heap.makeCache()
    for words in [4097, 5000, 1 << 20, (1 << 27) + 3] {
      let object = try cache.allocate(type: SomeType.bytes, count: words)
      #expect(heap.words(of: object)[words - 1] == 0)
      heap.words(of: object)[words - 1] = 1
      for offset in stride(from: 0, to: words * 8, by: max(8, words / 64 * 8)) {
        let inner = object.advanced(by: offset)
        #expect(heap.view.base(of: inner.rawValue) == object.address)
        #expect(heap.object(containing: inner.address)?.base == object.address)
      }
      #expect(heap.object(containing: object.address)?.isLarge == true)
      try heap.checkInvariants()
      heap.collect(keeping: [])
      try heap.checkInvariants()
      #expect(heap.statistics.bytesInUse == 0)
    }
  }

  @Test func typesOfASpanMayDifferAndEachSlotKeepsItsOwn() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    var random = SplitMix(seed: 11)
    var made: [(Reference, TypeIndex)] = []
    for _ in 0..<2_000 {
      let type = random.chance(1, in: 2) ? SomeType.pair : SomeType.slot
      made.append((try cache.allocate(type: type, count: type == SomeType.pair ? 1 : 4), type))
    }
    for (object, type) in made {
      #expect(heap.view.typeIndex(object.address) == type)
      #expect(heap.object(containing: object.address + 9)?.type == type)
    }
    try heap.checkInvariants()
  }

  @Test func aSpanOfOneTypeSaysSoInItsPageEntries() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    let object = try cache.allocate(type: SomeType.pair)
    #expect(heap.view.entry(of: object.rawValue).uniformType == SomeType.pair)
    _ = try cache.allocate(type: SomeType.slot, count: 4)
    #expect(heap.view.entry(of: object.rawValue).uniformType == .none)
    #expect(heap.view.typeIndex(object.address) == SomeType.pair)
  }

  @Test func pastTheLimitFailsTypedAndChangesNothing() throws {
    let limit = 1 << 20
    let heap = try makeHeap(limitBytes: limit)
    let cache = heap.makeCache()
    var count = 0
    let failure = #expect(throws: AllocationFailure.self) {
      while true {
        _ = try cache.allocate(type: SomeType.slot, count: 16)
        count += 1
      }
    }
    #expect(
      failure
        == .limitReached(requestedBytes: 8192, inUseBytes: limit, limitBytes: limit))
    #expect(count == limit / 128)
    let before = heap.statistics
    #expect(throws: AllocationFailure.self) {
      _ = try cache.allocate(type: SomeType.bytes, count: 10_000)
    }
    #expect(heap.statistics == before)
    try heap.checkInvariants()

    heap.collect(keeping: [])
    _ = try cache.allocate(type: SomeType.bytes, count: 10_000)
    try heap.checkInvariants()
  }

  @Test func whatNoCollectionCanFitIsTooLarge() throws {
    let heap = try makeHeap(megabytes: 16, limitBytes: 1 << 20)
    let cache = heap.makeCache()
    #expect(throws: AllocationFailure.tooLarge(requestedBytes: 2 << 20)) {
      _ = try cache.allocate(type: SomeType.bytes, count: 2 << 17)
    }
    #expect(throws: AllocationFailure.tooLarge(requestedBytes: 8 << 32)) {
      _ = try cache.allocate(type: SomeType.bytes, count: 1 << 32)
    }
    #expect(throws: AllocationFailure.tooLarge(requestedBytes: .max)) {
      _ = try cache.allocate(type: SomeType.record, count: Int.max)
    }
    #expect(throws: AllocationFailure.undefinedType(TypeIndex(rawValue: 99))) {
      _ = try cache.allocate(type: TypeIndex(rawValue: 99))
    }
  }

  @Test func allocationSweepsBeforeItFails() throws {
    let heap = try makeHeap(limitBytes: 1 << 20)
    let cache = heap.makeCache()
    for _ in 0..<8_000 { _ = try cache.allocate(type: SomeType.slot, count: 16) }
    heap.armAllocateBlack()
    heap.dropAllRuns()
    heap.beginSweep()
    // Nobody has swept anything yet, and another class needs nearly all pages.
    for _ in 0..<20 { _ = try cache.allocate(type: SomeType.bytes, count: 5_000) }
    #expect(heap.sweepTotals.objectsFreed > 7_000)
    try heap.checkInvariants()
  }

  @Test func addressesThatAreNoObjectsAreRefused() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    let object = try cache.allocate(type: SomeType.slot, count: 3000 / 8)
    let slots = heap.object(containing: object.address)!.bytes
    #expect(heap.object(containing: 0) == nil)
    #expect(heap.object(containing: object.address - 1) == nil)
    #expect(heap.object(containing: heap.view.arenaBase + UInt(heap.view.arenaBytes)) == nil)
    #expect(heap.object(containing: heap.view.arenaBase + UInt(32 << 20)) == nil)
    #expect(heap.exactObject(containing: object.address + UInt(slots)) == nil)
    #expect(heap.isAllocated(address: object.address + UInt(slots) - 1))
    #expect(!heap.view.isLocal(0))
    #expect(!heap.view.isLocal(Reference(node: NodeID(4), address: object.address).rawValue))
    #expect(heap.view.isLocal(object.rawValue))
  }

  @Test func aCacheCountsExactlyWhatItAllocated() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    for _ in 0..<1_000 { _ = try cache.allocate(type: SomeType.pair) }
    _ = try cache.allocate(type: SomeType.bytes, count: 5_000)
    #expect(cache.takeAllocated() == (1_001, 32_000 + 40_000))
    heap.dropAllRuns()
    #expect(cache.takeAllocated() == (0, 0))
    #expect(heap.statistics.objects == 1_001)
    #expect(heap.statistics.objectBytes == 72_000)
    _ = try cache.allocate(type: SomeType.pair)
    #expect(cache.takeAllocated() == (1, 32))
  }

  @Test func theAlarmSoundsOnceWhenTheHeapIsPastIt() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    #expect(!heap.soundsAlarm(), "nobody set it")
    heap.setAlarm(bytes: 100_000)
    for _ in 0..<1_000 { _ = try cache.allocate(type: SomeType.pair) }
    #expect(!heap.soundsAlarm())
    for _ in 0..<3_000 { _ = try cache.allocate(type: SomeType.pair) }
    #expect(heap.soundsAlarm() && !heap.soundsAlarm())
    heap.setAlarm(bytes: 1)
    #expect(heap.soundsAlarm() && !heap.soundsAlarm())
  }

  @Test func aCacheThatEndsGivesItsRunsBack() throws {
    let heap = try makeHeap()
    var objects: [Reference] = []
    do {
      let cache = heap.makeCache()
      for _ in 0..<10 { objects.append(try cache.allocate(type: SomeType.pair)) }
    }
    try heap.checkInvariants()
    #expect(heap.statistics.objects == 10)
    let other = heap.makeCache()
    let next = try other.allocate(type: SomeType.pair)
    #expect(next.address == objects[9].address + 32, "the rest of the span is used again")
  }
}
