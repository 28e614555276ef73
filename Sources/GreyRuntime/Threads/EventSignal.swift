// A descriptor that other threads make readable, so that a thread that polls sockets hears them.
//
// Many signals between two looks are one wake-up: `pending` keeps all but the first from the
// system call.

import Glibc
import Synchronization

package final class EventSignal: Sendable {
  package let descriptor: Int32
  /// Set by the first signaller since the last `clear`.
  private let pending = Atomic<Bool>(false)

  package init() {
    descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    precondition(descriptor >= 0, "no eventfd: the process is out of file descriptors")
  }

  deinit { close(descriptor) }

  package func signal() {
    if pending.exchange(true, ordering: .acquiringAndReleasing) { return }
    _ = eventfd_write(descriptor, 1)
  }

  /// To be called by the polling thread before it looks at what was signalled.
  package func clear() {
    var value: eventfd_t = 0
    _ = eventfd_read(descriptor, &value)
    pending.store(false, ordering: .sequentiallyConsistent)
  }
}
