// How another thread ends a poller's wait: an eventfd, which counts the calls that came since it
// was last cleared, so that any number of them costs the waiting thread one pass.
//
// No call is lost when the waiting thread clears first and then looks for work: whoever adds work
// after that look wakes it again.

internal import CZeroMQ
import Glibc

/// Any thread wakes; the polling thread clears.
package final class Waker: Sendable {
  package let fileDescriptor: Int32

  package init() throws(ZeroMQError) {
    fileDescriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    if fileDescriptor < 0 { throw ZeroMQError(errno: errno, operation: "make an eventfd") }
  }

  deinit { close(fileDescriptor) }

  /// Makes the poller's wait end, now or when it next begins. Safe in a signal handler.
  package func wake() {
    // Fails only when the counter is full: then it is readable anyhow.
    eventfd_write(fileDescriptor, 1)
  }

  /// Forgets the calls so far.
  /// - Returns: whether there were any.
  @discardableResult
  package func clear() -> Bool {
    var count = eventfd_t()
    return eventfd_read(fileDescriptor, &count) == 0
  }
}

extension Poller {
  package mutating func add(_ waker: Waker, tag: Int) {
    add(fileDescriptor: waker.fileDescriptor, tag: tag, .input)
  }
}
