// The search of a large heap goes on in pieces: between them the node does what it always does.

import GreyBasics
import GreyHeap
import GreyProtocol
import GreyWire
import Testing

@testable import GreyEngine

@Suite struct ReachPieceTests {
  private static let objects = 60_000

  /// A list of objects, and the node in a stop that looks.
  private func stopped() throws -> (node: LoneNode, first: Reference) {
    let node = try LoneNode(rules: .all, arenaBytes: 64 << 20)
    let heap = try node.heap
    let type = try heap.types.append(TypeDescription(name: "pair", words: 2, referenceWords: [0]))
    let cache = heap.makeCache()
    var first = Reference.null
    for _ in 0..<Self.objects {
      let made = try cache.allocate(type: type)
      UnsafeMutableRawPointer(bitPattern: made.address)!.relaxedWord = first.rawValue
      first = made
    }
    cache.dropRuns()
    try node.say(.stopToInspect(stop: StopNumber(rawValue: 1), lease: .seconds(120)))
    #expect(node.isStopped)
    return (node, first)
  }

  private func ask(_ node: LoneNode, _ question: ReachQuestion) throws {
    try node.say(.inspect(request: 5, kind: .reach, body: question.encoded()))
  }

  private func answers(_ node: LoneNode) throws -> [ReachAnswer] {
    try node.told.compactMap { message in
      guard case .inspection(5, "", let body) = message else { return nil }
      return try ReachAnswer(decoding: body)
    }
  }

  /// - Returns: how many pieces it took until the next answer.
  private func pieces(_ node: LoneNode) throws -> Int {
    let before = try answers(node).count
    for piece in 1...100 {
      try node.pass(.milliseconds(1))
      if try answers(node).count > before { return piece }
    }
    Issue.record("no answer")
    return 0
  }

  @Test func searchAndCountAreCutIntoPieces() throws {
    let (node, first) = try stopped()
    try ask(node, .begin)
    #expect(try pieces(node) == 1)
    try ask(node, .more([first]))
    #expect(node.engine.nextDeadline == node.engine.now, "the next is due at once")
    // In the middle of it.
    try node.pass(.milliseconds(1))
    try node.say(.heartbeat(sequence: 77))
    let last = try #require(node.told.last)
    guard case .heartbeat(let status) = last else {
      Issue.record("\(last)")
      return
    }
    #expect(status.sequence == 77)
    #expect(try answers(node).count == 1)
    let searched = try pieces(node)
    #expect(searched >= 2 * Self.objects / ReachSession.piece - 2, "\(searched)")
    try ask(node, .finish)
    let counted = try pieces(node)
    #expect(counted >= Self.objects / ReachSession.piece - 1, "\(counted)")
    guard case .counts(let counts)? = try answers(node).last else {
      Issue.record("no counts")
      return
    }
    #expect(counts.reachable == Self.objects && counts.lostCount == 0)
    #expect(counts.garbage + counts.floating == 0)
  }

  /// Tasks have run since: what it would find is of no moment.
  @Test func theEndOfTheStopEndsTheSearch() throws {
    let (node, first) = try stopped()
    try ask(node, .begin)
    _ = try pieces(node)
    try ask(node, .more([first]))
    try node.pass(.milliseconds(1))
    try node.say(.resume(stop: StopNumber(rawValue: 1)))
    try node.say(.stopToInspect(stop: StopNumber(rawValue: 2), lease: .seconds(120)))
    try node.pass(.milliseconds(1))
    #expect(try answers(node).count == 1)
    let problems = node.told.compactMap { message -> String? in
      if case .inspection(5, let problem, _) = message, !problem.isEmpty { problem } else { nil }
    }
    #expect(problems.count == 1, "\(problems)")
    #expect(node.engine.reach == nil)
  }

  @Test func aLargeObjectIsCutToo() throws {
    let types = try TypeTable()
    let wide = try types.append(TypeDescription(name: "fan", words: 1, referenceWords: [0]))
    let heap = try Heap(
      configuration: HeapConfiguration(node: NodeID(1), arenaBytes: 16 << 20), types: types)
    let fan = try heap.makeCache().allocate(type: wide, count: 10_000)
    for word in 0..<10_000 {
      (UnsafeMutableRawPointer(bitPattern: fan.address)! + word * 8).relaxedWord =
        Reference(node: NodeID(2), address: UInt(word + 1) << 4).rawValue
    }
    var oracle = ReachabilityOracle(heap: heap)
    oracle.begin(from: [fan])
    var pieces = 1
    while oracle.goOn(references: 100) { pieces += 1 }
    #expect((100...102).contains(pieces))
    #expect(oracle.takeFound(atMost: 9_999).count == 9_999)
    #expect(oracle.hasFound)
    #expect(oracle.takeFound(atMost: .max).count == 1)
  }
}
