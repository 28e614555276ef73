// When a process without descriptors stops listening, and that it listens again.

import Glibc
import GreyBasics
import GreyRuntime
import Testing

@Suite struct AcceptBackoffTests {
  private func moment(_ milliseconds: Int) -> Moment { .zero + .milliseconds(milliseconds) }

  @Test func onlyALastingFailureEndsListening() {
    var backoff = AcceptBackoff(now: .zero)
    for code in [EAGAIN, ECONNABORTED, EPROTO, EINTR] {
      let unbinds = backoff.failed(code, now: moment(1))
      #expect(!unbinds)
    }
    #expect(backoff.isListening)
    let unbinds = backoff.failed(EMFILE, now: moment(1))
    #expect(unbinds && !backoff.isListening)
    // What was in the queue when the endpoint was unbound comes in afterwards.
    let again = backoff.failed(EMFILE, now: moment(1))
    #expect(!again)
  }

  @Test func itBindsAfterThePauseAndNotBeforeTheOldListenerIsClosed() {
    var backoff = AcceptBackoff(now: .zero)
    _ = backoff.failed(ENFILE, now: moment(0))
    let early = backoff.isDue(now: moment(1_000))
    #expect(!early)
    backoff.closed(now: moment(1_000))
    #expect(backoff.nextDeadline == moment(1_100))
    let stillEarly = backoff.isDue(now: moment(1_099))
    let due = backoff.isDue(now: moment(1_100))
    #expect(!stillEarly && due)
    backoff.bound(now: moment(1_100))
    #expect(backoff.isListening && backoff.nextDeadline == .distantFuture)
  }

  @Test func aListenerWhoseEndIsNeverHeardOfIsNotWaitedForForEver() {
    var backoff = AcceptBackoff(now: .zero)
    _ = backoff.failed(EMFILE, now: moment(0))
    #expect(backoff.nextDeadline == moment(2_000))
    let early = backoff.isDue(now: moment(2_000))
    let due = backoff.isDue(now: moment(2_100))
    #expect(!early && due)
  }

  @Test func pausesDoubleWhileItDoesNotHelpAndAreShortAgainAfterAGoodWhile() {
    var backoff = AcceptBackoff(now: .zero)
    var now = Moment.zero
    var pauses: [Duration] = []
    for round in 0..<7 {
      if round < 5 {
        _ = backoff.failed(EMFILE, now: now)
        backoff.closed(now: now)
      } else {
        // The port is somebody else's now.
        backoff.notBound(now: now)
      }
      pauses.append(backoff.nextDeadline - now)
      now = backoff.nextDeadline
      let due = backoff.isDue(now: now)
      #expect(due)
      if round < 4 { backoff.bound(now: now) }
    }
    #expect(
      pauses == [100, 200, 400, 800, 1_600, 2_000, 2_000].map { Duration.milliseconds($0) })
    backoff.bound(now: now)
    now = now + AcceptBackoff.goodWhile
    _ = backoff.failed(EMFILE, now: now)
    backoff.closed(now: now)
    #expect(backoff.nextDeadline - now == AcceptBackoff.shortestPause)
  }
}
