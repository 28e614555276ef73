// The judge, judged: the naive search must find what is reachable, what is elsewhere, what is lost.

import GreyBasics
import GreyEngine
import GreyHeap
import Testing

@Suite struct ReachabilityOracleTests {
  let heap: Heap
  let cache: AllocationCache
  let pair: TypeIndex

  init() throws {
    let types = try TypeTable()
    pair = try types.append(TypeDescription(name: "pair", words: 2, referenceWords: [0, 1]))
    heap = try Heap(
      configuration: HeapConfiguration(node: NodeID(1), arenaBytes: 16 << 20), types: types)
    cache = heap.makeCache()
  }

  private func store(_ value: Reference, in object: Reference, word: Int) {
    (UnsafeMutableRawPointer(bitPattern: object.address)! + word * 8).relaxedWord = value.rawValue
  }

  @Test func followsReferencesAndTellsTheRemoteOnesOnce() throws {
    let a = try cache.allocate(type: pair)
    let b = try cache.allocate(type: pair)
    let far = Reference(node: NodeID(2), address: 0x1000)
    store(b, in: a, word: 0)
    store(a, in: b, word: 0)
    store(far, in: b, word: 1)
    _ = try cache.allocate(type: pair)
    var oracle = ReachabilityOracle(heap: heap)
    #expect(oracle.reach([a]) == [far])
    #expect(oracle.reachedCount == 2)
    #expect(oracle.reach([b]).isEmpty)
    #expect(oracle.lost.isEmpty)
  }

  @Test func aReferenceIntoAFreeSlotIsALoss() throws {
    let a = try cache.allocate(type: pair)
    store(a.advanced(by: 1 << 20), in: a, word: 0)
    var oracle = ReachabilityOracle(heap: heap)
    _ = oracle.reach([a])
    #expect(oracle.lost.count == 1)
    #expect(oracle.holders == [a.address])
  }

  @Test func aSweptAwayObjectIsALossToWhoStillRefersToIt() throws {
    let a = try cache.allocate(type: pair)
    cache.dropRuns()
    heap.beginSweep()
    while heap.sweepQuantum(maxPages: 8) {}
    #expect(heap.finishSweep())
    var oracle = ReachabilityOracle(heap: heap)
    _ = oracle.reach([a])
    #expect(oracle.lost == [a.rawValue])
  }
}

@Suite struct ReachMessageTests {
  @Test func questionsAndAnswersComeBackAsTheyWere() throws {
    let references = (1...5).map { Reference(node: NodeID($0), address: UInt($0) << 20) }
    for question in [
      ReachQuestion.begin, .more(references), .more([]), .finish, .watch, .unwatch,
    ] {
      #expect(try ReachQuestion(decoding: question.encoded()) == question)
    }
    var counts = ReachCounts()
    counts.reachable = 7
    counts.floating = 1 << 40
    counts.watchedEpoch = 9
    counts.lost = references
    counts.holders = references.reversed()
    for answer in [ReachAnswer.found(references, hasMore: true), .counts(counts)] {
      #expect(try ReachAnswer(decoding: answer.encoded()) == answer)
    }
  }

  @Test func aDamagedAnswerIsRefusedWhereverItIsCut() throws {
    let bytes = try ReachAnswer.found(
      [Reference(node: NodeID(3), address: 64)], hasMore: false
    ).encoded()
    for length in 0..<bytes.count {
      #expect(throws: (any Error).self) { try ReachAnswer(decoding: Array(bytes[..<length])) }
    }
    #expect(throws: (any Error).self) { try ReachAnswer(decoding: bytes + [0]) }
    #expect(throws: (any Error).self) { try ReachQuestion(decoding: [9]) }
  }
}
