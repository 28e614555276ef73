// The window closes and opens, acknowledgements pass it by, and nobody waits for himself.

import GreyBasics
import GreyProtocol
import GreyWire
import Testing

private func small(bytes: Int = 1_000, frames: Int = 100) -> LinkConfiguration {
  var configuration = LinkConfiguration()
  configuration.windowBytes = bytes
  configuration.windowFrames = frames
  return configuration
}

@Suite struct LinkWindow {
  @Test func aFullInboxClosesTheWindowAndAcceptingOpensIt() {
    var pair = LinkPair(small())
    for _ in 0..<15 { pair.send([UInt8](repeating: 1, count: 100)) }
    #expect(pair.delivered.count == 10)
    #expect(pair.a.isFull)
    #expect(pair.saidByA == [.windowFull])
    #expect(pair.a.unacknowledgedBytes == 1_500)
    pair.wait(.milliseconds(5))
    pair.wait(.seconds(20))
    #expect(pair.delivered.count == 10, "nothing is sent beyond the window")
    #expect(pair.a.statistics.framesResent == 0, "what has arrived is not sent again")
    for sequence in 1...10 as ClosedRange<UInt64> { pair.accept(sequence) }
    pair.wait(.milliseconds(5))
    #expect(pair.delivered.count == 15)
    #expect(pair.saidByA == [.windowFull, .windowOpened])
    #expect(!pair.a.isFull)
    #expect(pair.a.unacknowledgedBytes == 500)
  }

  @Test func tinyMessagesFillTheWindowByTheirNumber() {
    var pair = LinkPair(small(frames: 8))
    for _ in 0..<12 { pair.send([1]) }
    #expect(pair.delivered.count == 8)
    #expect(pair.saidByA == [.windowFull])
    for sequence in 1...8 as ClosedRange<UInt64> { pair.accept(sequence) }
    pair.wait(.milliseconds(5))
    #expect(pair.delivered.count == 12)
  }

  @Test func aMessageLargerThanTheWindowPassesIt() throws {
    var pair = LinkPair(small())
    let large = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
    pair.send([7])
    pair.send(large, transit: 5)
    pair.send([8])
    #expect(pair.delivered.map(\.payload) == [[7], large])
    #expect(pair.delivered[1].sequence == 5, "a message is named by its last frame")
    pair.accept(5)
    pair.wait(.milliseconds(5))
    #expect(pair.delivered.count == 2, "the first message is not accepted")
    pair.accept(1)
    pair.wait(.milliseconds(5))
    #expect(pair.delivered.map(\.payload) == [[7], large, [8]])
    pair.place(5)
    pair.wait(.milliseconds(5))
    #expect(pair.saidByA.contains(.released(transit: 5)))
  }

  @Test func aMessageThatCannotBeTakenHoldsBackNoneBehindIt() {
    var pair = LinkPair()
    for transit in 1...5 as ClosedRange<UInt64> { pair.send([9], transit: transit) }
    #expect(pair.delivered.map(\.sequence) == [1, 2, 3, 4, 5])
    for sequence in 2...5 as ClosedRange<UInt64> {
      pair.accept(sequence)
      pair.place(sequence)
    }
    pair.wait(.milliseconds(5))
    #expect(pair.saidByA == (2...5).map { .released(transit: $0) })
    #expect(pair.a.unacknowledgedBytes == 5, "received is cumulative")
    pair.accept(1)
    pair.wait(.milliseconds(5))
    #expect(pair.a.unacknowledgedBytes == 0)
    #expect(!pair.a.isIdle)
    pair.place(1)
    pair.wait(.milliseconds(5))
    #expect(pair.a.isIdle)
  }

  @Test func twoFullWindowsTowardsEachOtherMakeProgress() {
    // Each end takes a message only together with sending one: both windows are closed all the
    // time, and only what bypasses them can open them.
    var links = [LinkPair.link(1, 2, small()), LinkPair.link(2, 1, small())]
    var now = Moment(nanoseconds: 1)
    var inboxes: [[UInt64]] = [[], []]
    var delivered = [0, 0]
    var owed = [0, 0]
    func act(_ end: Int, _ input: LinkInput) {
      for action in links[end].handle(input, now: now) {
        switch action {
        case .transmit(let frame): act(1 - end, .frame(frame))
        case .deliver(let sequence, _):
          delivered[end] += 1
          inboxes[end].append(sequence)
        default: break
        }
      }
    }
    let payload = [UInt8](repeating: 3, count: 200)
    for end in 0..<2 { act(end, .reconnected) }
    for end in 0..<2 {
      for _ in 0..<20 { act(end, .enqueue(payload: payload, transit: 1)) }
      #expect(links[end].isFull)
    }
    #expect(delivered == [5, 5])
    for _ in 0..<500 where delivered.min()! < 300 {
      now = now + .milliseconds(5)
      for end in 0..<2 {
        if !inboxes[end].isEmpty {
          act(end, .enqueue(payload: payload, transit: 1))
          act(end, .accepted(sequence: inboxes[end].removeFirst()))
          owed[end] += 1
        }
        act(end, .tick)
      }
    }
    #expect(delivered.min()! >= 300)
    #expect(links[0].isFull && links[1].isFull)
  }

  @Test func afterAQuarterOfTheWindowAnAcknowledgementGoesAtOnce() {
    var pair = LinkPair(small())
    for _ in 0..<10 { pair.send([UInt8](repeating: 1, count: 100)) }
    pair.wait(.milliseconds(5))
    #expect(pair.a.unacknowledgedBytes == 1_000)
    pair.accept(1)
    pair.accept(2)
    #expect(pair.a.unacknowledgedBytes == 1_000)
    pair.accept(3)
    #expect(pair.a.unacknowledgedBytes == 700)
  }
}

@Suite struct LinkAcknowledgements {
  @Test func oneGoesAloneAfterFiveMilliseconds() throws {
    var pair = LinkPair()
    #expect(pair.a.nextDeadline == nil && pair.b.nextDeadline == nil)
    pair.send([1], transit: 7)
    #expect(pair.b.nextDeadline == pair.now + .milliseconds(5))
    pair.now = pair.now + .milliseconds(4)
    pair.accept(1)
    pair.place(1)
    #expect(pair.b.handle(.tick, now: pair.now) == [], "not before its time")
    #expect(pair.b.nextDeadline == pair.now + .milliseconds(1))
    pair.now = pair.now + .milliseconds(1)
    let said = pair.b.handle(.tick, now: pair.now)
    #expect(
      said == [
        .transmit(.acknowledge(Acknowledgement(received: 1, arrived: 1, placed: [1])))
      ])
    pair.exchange([], said)
    #expect(pair.saidByA == [.released(transit: 7)])
    #expect(pair.a.nextDeadline == nil && pair.b.nextDeadline == nil)
  }

  @Test func oneRidesOnDataThatGoesItsWay() {
    var pair = LinkPair()
    pair.send([1], transit: 7)
    pair.accept(1)
    pair.place(1)
    let said = pair.b.handle(.enqueue(payload: [2], transit: 0), now: pair.now)
    #expect(
      said.map(\.acknowledgement) == [Acknowledgement(received: 1, arrived: 1, placed: [1])])
    pair.exchange([], said)
    #expect(
      pair.saidByA == [.released(transit: 7), .deliver(sequence: 1, payload: [2])])
    let alone = pair.b.statistics.acknowledgementsAlone
    pair.wait(.milliseconds(5))
    #expect(pair.b.statistics.acknowledgementsAlone == alone)
  }

  @Test func aGreyBatchIsNoRoot() {
    var pair = LinkPair()
    pair.send([1])
    pair.accept(1)
    pair.place(1)
    pair.wait(.milliseconds(5))
    #expect(pair.saidByA == [])
    #expect(pair.a.isIdle)
    #expect(pair.b.unplacedCount == 0)
  }

  @Test func aFrameMayBePlacedBeforeItIsAccepted() {
    var pair = LinkPair()
    pair.send([1], transit: 4)
    pair.place(1)
    pair.wait(.milliseconds(5))
    #expect(pair.saidByA == [.released(transit: 4)])
    #expect(pair.a.unacknowledgedBytes == 1)
    pair.accept(1)
    pair.wait(.milliseconds(5))
    #expect(pair.a.unacknowledgedBytes == 0)
  }

  @Test func anAcknowledgementOfWhatWasNeverSentChangesNothing() {
    var pair = LinkPair()
    pair.send([1], transit: 4)
    let before = pair.a
    for lie in [
      Acknowledgement(received: 0, arrived: 2, placed: []),
      Acknowledgement(received: 2, arrived: 1, placed: []),
      Acknowledgement(received: 1, arrived: 1, placed: [2]),
    ] {
      #expect(
        pair.a.handle(.frame(.acknowledge(lie)), now: pair.now)
          == [.violation("node 2 acknowledges frames that were never sent to it")])
      #expect(pair.a == before)
    }
    #expect(pair.a.statistics.violations == 3)
  }
}
