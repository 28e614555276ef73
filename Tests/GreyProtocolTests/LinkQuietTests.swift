// A link whose frames vanish notices, connects anew, and in the end says that it is severed; one
// whose peer is only slow, or whose own process stood still, does nothing of the kind.

import GreyBasics
import GreyWire
import Testing

@testable import GreyProtocol

/// One end, whose peer hears nothing; time goes from deadline to deadline.
private struct Lonely {
  var pair = LinkPair()
  var quiets: [(at: Duration, time: Duration)] = []
  var framesAfterQuiet = 0
  private var start = Moment.zero

  init() {
    pair.send([1])
    pair.accept(1)
    pair.wait(.milliseconds(5))
    start = pair.now
    _ = pair.a.handle(.enqueue(payload: [2], transit: 0), now: pair.now)
  }

  /// What it transmits goes nowhere.
  mutating func wait(_ time: Duration) {
    let end = pair.now + time
    while let due = pair.a.nextDeadline, due <= end {
      pair.now = max(pair.now, due)
      for case .quiet(let time) in pair.a.handle(.tick, now: pair.now) {
        quiets.append((pair.now - start, time))
        let said = pair.a.handle(.reconnected, now: pair.now)
        framesAfterQuiet += said.count { $0.sequence == 2 }
      }
    }
    pair.now = end
  }
}

@Suite struct LinkQuietTests {
  @Test func aLinkThatCarriesNothingConnectsAnewAgainAndAgain() {
    var lonely = Lonely()
    lonely.wait(.milliseconds(2_900))
    #expect(lonely.quiets.isEmpty && !lonely.pair.a.isSevered)
    lonely.wait(.seconds(6))
    #expect((2...3).contains(lonely.quiets.count), "\(lonely.quiets)")
    #expect(lonely.quiets.first.map { $0.at == $0.time } == true, "\(lonely.quiets)")
    #expect(lonely.framesAfterQuiet == lonely.quiets.count, "each new connection gets it again")
    #expect(!lonely.pair.a.isSevered)
    lonely.wait(.seconds(5))
    #expect(lonely.pair.a.isSevered)
    // It goes on trying, and does not count up for ever.
    let count = lonely.quiets.count
    lonely.wait(.seconds(60))
    #expect(lonely.quiets.count > count + 5)
    #expect(lonely.pair.a.quietFor < .seconds(20))
  }

  @Test func itIsMendedByOneAnswer() {
    var lonely = Lonely()
    lonely.wait(.seconds(15))
    #expect(lonely.pair.a.isSevered)
    let arrived = Acknowledgement(received: 1, arrived: 2, placed: [])
    _ = lonely.pair.a.handle(.frame(.acknowledge(arrived)), now: lonely.pair.now)
    #expect(!lonely.pair.a.isSevered && lonely.pair.a.quietFor == .zero)
  }

  @Test func aPeerThatHasEverythingAndTakesNothingIsNotQuiet() {
    var pair = LinkPair()
    pair.send([1])
    for _ in 0..<600 {
      pair.wait(.milliseconds(100))
      #expect(pair.a.quietFor <= .zero)
    }
    #expect(!pair.saidByA.contains { if case .quiet = $0 { true } else { false } })
    #expect(pair.a.unacknowledgedBytes == 1, "it was never taken")
  }

  /// Frames arrive one way only, and what comes back confirms nothing.
  @Test func chatterThatConfirmsNothingIsNoAnswer() {
    var lonely = Lonely()
    let stale = Acknowledgement(received: 1, arrived: 1, placed: [])
    for _ in 0..<150 {
      lonely.wait(.milliseconds(100))
      _ = lonely.pair.a.handle(.frame(.acknowledge(stale)), now: lonely.pair.now)
    }
    #expect(!lonely.quiets.isEmpty)
    #expect(lonely.pair.a.isSevered)
  }

  @Test func aProcessThatStoodStillBlamesNobody() {
    var lonely = Lonely()
    lonely.wait(.seconds(1))
    lonely.pair.now = lonely.pair.now + .seconds(600)
    _ = lonely.pair.a.handle(.tick, now: lonely.pair.now)
    #expect(lonely.quiets.isEmpty)
    #expect(!lonely.pair.a.isSevered)
  }

  @Test func aLinkWithNothingOnItsWayIsNeverQuiet() {
    let alone = LinkPair.link(1, 2)
    var link = alone
    var now = Moment(nanoseconds: 1)
    _ = link.handle(.reconnected, now: now)
    for _ in 0..<100 {
      now = max(now, link.nextDeadline ?? now)
      #expect(
        !link.handle(.tick, now: now).contains { if case .quiet = $0 { true } else { false } })
    }
    #expect(link.quietFor == .zero)
  }
}
