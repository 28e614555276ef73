// The real world's clock: the one place where a process reads monotonic time.

import Glibc
import GreyBasics

package enum MonotonicClock {
  /// Nanoseconds since boot; the same origin for all processes of a host.
  package static var now: Moment {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Moment(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }
}
