// What is sent again, when, and that it is the same; and that the books stay small.

import GreyBasics
import GreyWire
import Testing

@testable import GreyProtocol

@Suite struct LinkResends {
  @Test func onlyWhatHasNotArrivedIsSentAgain() {
    var pair = LinkPair()
    pair.send([1])
    pair.send([2])
    pair.wait(.milliseconds(5))
    let lost = pair.a.handle(.enqueue(payload: [3], transit: 9), now: pair.now)
    let more = pair.a.handle(.enqueue(payload: [4], transit: 0), now: pair.now)
    pair.now = pair.a.nextDeadline!
    let again = pair.a.handle(.tick, now: pair.now)
    #expect(again.map(\.frame) == (lost + more).map(\.frame))
    pair.exchange(again, [])
    #expect(pair.delivered.map(\.payload) == [[1], [2], [3], [4]])
  }

  @Test func theDelayDoublesUpToItsLimitAndProgressResetsIt() {
    var configuration = LinkConfiguration()
    configuration.quietAfter = .seconds(3_600)
    var link = LinkPair(configuration).a
    var now = Moment(nanoseconds: 9_000_000_000)
    _ = link.handle(.enqueue(payload: [1], transit: 0), now: now)
    var delays: [Int64] = []
    for _ in 0..<6 {
      let due = link.nextDeadline!
      delays.append((due - now).microseconds / 1_000)
      now = due
      #expect(link.handle(.tick, now: now).map(\.sequence) == [1])
    }
    #expect(delays == [500, 1_000, 2_000, 4_000, 4_000, 4_000])
    let arrived = Acknowledgement(received: 0, arrived: 1, placed: [])
    _ = link.handle(.frame(.acknowledge(arrived)), now: now)
    #expect(link.nextDeadline == now + .milliseconds(500))
    // Nothing is missing: it only asks.
    now = link.nextDeadline!
    #expect(link.handle(.tick, now: now) == [.transmit(.query(placed: []))])
  }

  @Test func aReconnectionRepeatsHelloAndWhatHasNotArrived() {
    var pair = LinkPair()
    pair.send([1], transit: 5)
    pair.accept(1)
    pair.wait(.milliseconds(5))
    _ = pair.a.handle(.enqueue(payload: [2], transit: 6), now: pair.now)
    let said = pair.a.handle(.reconnected, now: pair.now).compactMap(\.frame)
    guard case .hello(_, _, _, _, _, let next) = said.first else {
      Issue.record("no hello")
      return
    }
    #expect(next == 2)
    #expect(said.contains(.query(placed: [1])))
    #expect(said.last { if case .data = $0 { true } else { false } } != nil)
    pair.exchange(said.map { .transmit($0) }, [])
    #expect(pair.delivered.map(\.payload) == [[1], [2]])
  }

  @Test func aLinkIsBackWhenItsPeerAnswersAndNothingIsLeftToSendAgain() {
    var pair = LinkPair()
    pair.send([1])
    pair.wait(.milliseconds(5))
    #expect(pair.a.isReestablished)
    for byte: UInt8 in 2...4 {
      _ = pair.a.handle(.enqueue(payload: [byte], transit: 0), now: pair.now)
    }
    let before = pair.a.statistics.framesResent
    let said = pair.a.handle(.reconnected, now: pair.now)
    #expect(!pair.a.isReestablished)
    pair.exchange(said, [])
    pair.wait(.milliseconds(5))
    #expect(pair.a.isReestablished)
    #expect(pair.a.statistics.framesResent - before == 3)
  }

  @Test func aLostPlacedIsAskedFor() {
    var pair = LinkPair()
    for transit in 1...4 as ClosedRange<UInt64> { pair.send([1], transit: transit) }
    for sequence in 1...4 as ClosedRange<UInt64> { pair.accept(sequence) }
    pair.wait(.milliseconds(5))
    for sequence in [2, 4] as [UInt64] {
      _ = pair.b.handle(.placed(sequence: sequence), now: pair.now)
    }
    pair.now = pair.now + .milliseconds(5)
    let lost = pair.b.handle(.tick, now: pair.now)
    #expect(lost.first?.acknowledgement?.placed == [2, 4])
    pair.now = pair.a.nextDeadline!
    pair.exchange(pair.a.handle(.tick, now: pair.now), [])
    pair.now = pair.a.nextDeadline!
    pair.exchange(pair.a.handle(.tick, now: pair.now), [])
    #expect(pair.saidByA == [.released(transit: 2), .released(transit: 4)])
    pair.place(1)
    pair.place(3)
    pair.wait(.milliseconds(5))
    #expect(pair.a.isIdle)
  }

  @Test func oneUnplacedMessageKeepsNoBooksOfThoseBehindIt() {
    var pair = LinkPair()
    pair.send([0], transit: 1)
    pair.accept(1)
    for sequence in 2...5_000 as ClosedRange<UInt64> {
      pair.send([1], transit: sequence)
      pair.accept(sequence)
      pair.place(sequence)
      if sequence % 50 == 0 { pair.wait(.milliseconds(5)) }
    }
    #expect(pair.a.sending.entries.isEmpty)
    #expect(pair.a.sending.unplaced == [1: 1])
    #expect(pair.b.receiving.taken.isEmpty && pair.b.receiving.unplaced == [1])
    #expect(pair.b.receiving.untold.isEmpty)
  }

  @Test func aFloodBeyondTheWindowIsDroppedAndTheNextFrameStillTaken() {
    var configuration = LinkConfiguration()
    configuration.windowFrames = 4
    configuration.frameBytes = 8 << 20
    var link = LinkPair.link(1, 2, configuration)
    let now = Moment(nanoseconds: 1)
    var peer = LinkPair.link(2, 1)
    for action in peer.handle(.reconnected, now: now) {
      _ = link.handle(.frame(action.frame!), now: now)
    }
    for sequence in 2...50 as ClosedRange<UInt64> {
      let early = LinkFrame.data(
        sequence: sequence, flags: [], acknowledgement: nil, payload: [UInt8(sequence)])
      _ = link.handle(.frame(early), now: now)
    }
    #expect(link.receiving.early.count <= configuration.heldFrames)
    #expect(link.statistics.dropped > 40)
    let first = LinkFrame.data(sequence: 1, flags: [], acknowledgement: nil, payload: [1])
    let delivered = link.handle(.frame(first), now: now)
    #expect(delivered.count == configuration.heldFrames)
  }

  @Test func partsThatFitNoMessageAreAViolation() {
    var pair = LinkPair()
    let now = pair.now
    func send(_ sequence: UInt64, _ flags: DataFlags) -> [LinkAction] {
      pair.b.handle(
        .frame(.data(sequence: sequence, flags: flags, acknowledgement: nil, payload: [1])),
        now: now)
    }
    #expect(
      send(1, .continued) == [
        .violation("node 1 sends frame 1, which continues no message")
      ])
    #expect(send(1, .more) == [])
    #expect(send(2, []) == [.violation("node 1 sends frame 2, which continues no message")])
    #expect(send(2, .continued) == [.deliver(sequence: 2, payload: [1, 1])])
  }

  @Test func linksThatDifferOnlyInFiguresAreEqual() {
    var one = LinkPair().a
    let two = one
    one.statistics.framesSent += 1
    #expect(one == two)
    #expect(one.hashValue == two.hashValue)
    _ = one.handle(.enqueue(payload: [1], transit: 0), now: .zero)
    #expect(one != two)
  }
}

@Suite struct SequenceRings {
  @Test func elementsAreFoundByNumberWhileTheRingGrowsAndTurns() {
    var ring = SequenceRing<Int>(first: 1)
    var random = SplitMix(seed: 1)
    for _ in 0..<20_000 {
      if random.chance(ring.count < 3_000 ? 6 : 4, in: 10) || ring.isEmpty {
        ring.append(Int(ring.end) * 3)
      } else {
        let number = ring.first
        #expect(ring.removeFirst() == Int(number) * 3)
      }
      if let some = ring.numbers.randomElement(using: &random) {
        #expect(ring[some] == Int(some) * 3)
      }
    }
  }

  @Test func capacityIsNoPartOfTheValue() {
    var grown = SequenceRing<Int>(first: 1)
    for number in 1...100 { grown.append(number) }
    for _ in 1...98 { _ = grown.removeFirst() }
    var fresh = SequenceRing<Int>(first: 99)
    fresh.append(99)
    fresh.append(100)
    #expect(grown == fresh)
    #expect(grown.hashValue == fresh.hashValue)
    fresh[99] = 1
    #expect(grown != fresh)
  }
}
