// The real world's clock: the one place where a process reads monotonic time.

import CGrey
import GreyBasics

package enum MonotonicClock {
  /// Nanoseconds since boot; the same origin for all processes of a host.
  package static var now: Moment { Moment(nanoseconds: grey_monotonic_ns()) }
}
