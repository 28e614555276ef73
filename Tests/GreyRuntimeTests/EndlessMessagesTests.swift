// Which connections are taken for such over which a message comes that has no end.

import Testing

@testable import GreyRuntime

@Suite struct EndlessMessagesTests {
  private let limits = EndlessMessages.Limits(known: 1_000, strangers: 100)

  @Test func aStrangerThatSendsAndSaysNothingIsEnded() {
    var endless = EndlessMessages(limits)
    for descriptor: Int32 in [9, 7, 8] { endless.accepted(descriptor) }
    let received: [Int32: UInt64] = [7: 101, 8: 100, 9: 5_000]
    let ended = endless.look { received[$0] }
    #expect(ended == [7, 9])
    let again = endless.look { received[$0] }
    #expect(again.isEmpty && !endless.isEmpty)
  }

  @Test func whoeverIsHeardBeginsAnew() {
    var endless = EndlessMessages(limits)
    endless.accepted(4)
    for count: UInt64 in stride(from: 5_000, to: 50_000, by: 5_000) {
      endless.heard(4, isKnown: false)
      let ended = endless.look { _ in count }
      #expect(ended.isEmpty)
    }
    let waiting = endless.look { _ in 45_100 }
    #expect(waiting.isEmpty)
    let ended = endless.look { _ in 45_101 }
    #expect(ended == [4])
  }

  @Test func aMemberMaySendWhatMembersSend() {
    var endless = EndlessMessages(limits)
    endless.accepted(4)
    endless.heard(4, isKnown: true)
    _ = endless.look { _ in 0 }
    let waiting = endless.look { _ in 1_000 }
    #expect(waiting.isEmpty)
    let ended = endless.look { _ in 1_001 }
    #expect(ended == [4])
  }

  @Test func nothingIsKeptOfConnectionsThatAreGoneOrNotCounted() {
    var endless = EndlessMessages(limits)
    endless.accepted(4)
    endless.accepted(5)
    endless.gone(4)
    // One that was taken over by another kind of descriptor.
    let ended = endless.look { _ in nil }
    #expect(ended.isEmpty && endless.isEmpty)
    // A message that was still in the queue.
    endless.heard(4, isKnown: true)
    #expect(endless.isEmpty)
  }
}
