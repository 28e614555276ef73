// Which thread may touch a socket.
//
// A libzmq socket is not thread-safe: two threads in it at once corrupt its queues, and the crash
// comes much later somewhere else. The compiler already keeps a `~Copyable`, non-`Sendable` socket
// out of `@Sendable` closures; what it cannot see (a class that calls itself `@unchecked Sendable`,
// an `async` function that resumes on another thread) is caught here. The check compares two
// machine words, so it stays on in release builds: a few nanoseconds against the microseconds of a
// send. `precondition` would lose its message in release, hence `fatalError` on a cold path.
//
// A thread that ended may have its handle given to a new thread: the check can then pass where it
// should not. It never fails where it should pass.

import Glibc

/// The thread that something belongs to.
package struct ThreadOwner {
  private let thread: pthread_t

  /// The calling thread becomes the owner.
  package init() { thread = pthread_self() }

  package var isCurrentThread: Bool { pthread_equal(thread, pthread_self()) != 0 }

  /// Ends the process, naming what was touched, when another thread than the owner calls.
  @inline(__always)
  func check(_ what: @autoclosure () -> String) {
    if !isCurrentThread { Self.refuse(what()) }
  }

  @inline(never)
  private static func refuse(_ what: String) -> Never {
    fatalError(
      "\(what) was used on a thread that does not own it. Use it only on the thread that made it,"
        + " or hand it over: stop using it there, synchronize, then call adoptByCurrentThread().")
  }
}
