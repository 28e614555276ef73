// When a process that cannot even refuse a connection stops listening, and when it listens again.
//
// A connection that is neither accepted nor refused stays in the kernel's queue, so libzmq's thread
// tries again at once, for ever: a core is lost to it. Nobody can tell libzmq to wait; but an
// endpoint can be unbound, and bound again later. That is the last resort: unbinding ends the
// connections that were accepted there as well, members included, which connect again and go on
// (libzmq's sessions are children of the listener). It goes on in the background, and for ipc ends
// with the removal of the path, so binding waits until the old listener is known to be closed.
// Pauses double while it does not help, and are short again after a good while.
//
// A pure value: failures and time in, decisions out.

import Glibc
import GreyBasics

package struct AcceptBackoff: Hashable, Sendable {
  private enum State: Hashable {
    case listening(since: Moment)
    /// Unbound; the listener's end has not been heard of.
    case closing(since: Moment)
    case away(until: Moment)
  }

  package static let shortestPause = Duration.milliseconds(100)
  package static let longestPause = Duration.seconds(2)
  /// Listening for so long without a failure, it starts anew with the shortest pause.
  package static let goodWhile = Duration.seconds(10)
  /// The end of a listener is not waited for any longer.
  package static let patience = Duration.seconds(2)

  private var state: State
  /// The next one, or the one that lasts.
  package private(set) var pause = shortestPause

  /// Bound just now.
  package init(now: Moment) { state = .listening(since: now) }

  package var isListening: Bool {
    if case .listening = state { true } else { false }
  }

  /// A connection was not accepted.
  /// - Returns: whether the endpoint is to be unbound.
  package mutating func failed(_ code: Int32, now: Moment) -> Bool {
    // Everything else is about that one connection, which is gone.
    let lasting: Set<Int32> = [EMFILE, ENFILE, ENOBUFS, ENOMEM]
    guard lasting.contains(code), case .listening(let since) = state else { return false }
    if now - since >= Self.goodWhile { pause = Self.shortestPause }
    state = .closing(since: now)
    return true
  }

  /// The listener is closed.
  package mutating func closed(now: Moment) {
    if case .closing = state { state = .away(until: now + pause) }
  }

  /// Whether it is time to bind. It is said once; `bound` or `notBound` must follow.
  package mutating func isDue(now: Moment) -> Bool {
    if case .closing(let since) = state, now >= since + Self.patience { closed(now: now) }
    guard case .away(let until) = state else { return false }
    return now >= until
  }

  package mutating func bound(now: Moment) {
    state = .listening(since: now)
    pause = min(pause * 2, Self.longestPause)
  }

  /// Even binding found no descriptor, or another process has the port.
  package mutating func notBound(now: Moment) {
    pause = min(pause * 2, Self.longestPause)
    state = .away(until: now + pause)
  }

  package var nextDeadline: Moment {
    switch state {
    case .listening: .distantFuture
    case .closing(let since): since + Self.patience
    case .away(let until): until
    }
  }
}
