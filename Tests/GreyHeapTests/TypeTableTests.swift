// What a type may be, and that its map finds exactly its references.

import GreyBasics
import GreyHeap
import Testing

@Suite struct TypeTableTests {
  @Test func refusesWhatNoObjectCanBe() throws {
    #expect(throws: TypeError.size(name: "t", words: 0)) {
      try TypeDescription(name: "t", words: 0, referenceWords: [])
    }
    #expect(throws: TypeError.referenceWord(name: "t", word: 2, words: 2)) {
      try TypeDescription(name: "t", words: 2, referenceWords: [0, 2])
    }
    #expect(throws: TypeError.referenceWord(name: "t", word: -1, words: 2)) {
      try TypeDescription(name: "t", words: 2, referenceWords: [-1])
    }
    #expect(throws: TypeError.notAscending(name: "t", word: 1)) {
      try TypeDescription(name: "t", words: 3, referenceWords: [1, 1])
    }
  }

  @Test func definingTheSameTwiceChangesNothingAndAnotherIsAConflict() throws {
    let table = try SomeType.table()
    let pair = try TypeDescription(name: "pair", words: 4, referenceWords: [0, 1])
    try table.define(pair, at: SomeType.pair)
    #expect(table.count == 6)
    #expect(
      throws: TypeError.conflict(index: SomeType.bytes, existing: "bytes", offered: "pair")
    ) {
      try table.define(pair, at: SomeType.bytes)
    }
    #expect(throws: TypeError.reservedIndex) { try table.define(pair, at: .none) }
  }

  @Test func aGapIsNoTypeUntilItIsDefined() throws {
    let table = try TypeTable()
    let pair = try TypeDescription(name: "pair", words: 4, referenceWords: [0, 1])
    try table.define(pair, at: TypeIndex(rawValue: 9))
    #expect(table.description(TypeIndex(rawValue: 8)) == nil)
    #expect(table.entry(TypeIndex(rawValue: 8)).words == 0)
    #expect(table.description(TypeIndex(rawValue: 9)) == pair)
    #expect(table.entry(TypeIndex(rawValue: 9)).words == 4)
    #expect(try table.append(pair) == TypeIndex(rawValue: 10))
  }

  @Test func isFullAtSixtyFiveThousandFiveHundredAndThirtyFive() throws {
    let table = try TypeTable()
    let pair = try TypeDescription(name: "pair", words: 4, referenceWords: [0, 1])
    try table.define(pair, at: TypeIndex(rawValue: .max))
    #expect(throws: TypeError.tableFull) { _ = try table.append(pair) }
  }

  /// Every length of element, with random maps, in small, exact and large objects.
  @Test func aScanFindsExactlyTheReferencesOfEveryElement() throws {
    var random = SplitMix(seed: 7)
    let types = try TypeTable()
    let heap = try Heap(
      configuration: HeapConfiguration(node: NodeID(1), arenaBytes: 256 << 20), types: types)
    let cache = heap.makeCache()
    for words in [1, 2, 3, 5, 7, 16, 31, 32, 33, 63, 64, 65, 100, 128, 129, 200] {
      let references = (0..<words).filter { _ in random.chance(1, in: 3) }
      guard !references.isEmpty else { continue }
      let type = try types.append(
        TypeDescription(name: "t\(words)", words: words, referenceWords: references))
      for count in [1, 2, 9, 70, 1000] {
        let object = try cache.allocate(type: type, count: count)
        let memory = heap.words(of: object)
        for word in 0..<words * count { memory[word] = UInt64(word + 1) }
        var found: [UInt64] = []
        heap.view.forEachReference(in: object.address) { found.append($0) }
        let expected = (0..<count).flatMap { element in
          references.map { UInt64(element * words + $0 + 1) }
        }
        #expect(found == expected, "\(count) elements of \(words) words")

        var pieces: [UInt64] = []
        let (start, length) = heap.view.scanWords(object.address)
        let step = 64 * words
        for from in stride(from: 0, to: length, by: step) {
          heap.view.forEachReference(
            at: start, type: heap.view.typeEntry(object.address), words: from,
            end: min(from + step, length)
          ) { pieces.append($0) }
        }
        #expect(pieces == expected, "in pieces: \(count) elements of \(words) words")
      }
    }
  }

  @Test func emptySlotsAndNoscanObjectsHoldNothing() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    let list = try cache.allocate(type: SomeType.slot, count: 10)
    heap.words(of: list)[4] = 77
    var found: [UInt64] = []
    heap.view.forEachReference(in: list.address) { found.append($0) }
    #expect(found == [77])

    let bytes = try cache.allocate(type: SomeType.bytes, count: 10)
    heap.words(of: bytes)[4] = 77
    heap.view.forEachReference(in: bytes.address) { _ in Issue.record("scanned a no-scan object") }
    #expect(heap.view.isNoscan(bytes.address))
    #expect(!heap.view.isNoscan(list.address))
  }
}
