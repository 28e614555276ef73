// Time for commands that wait on other processes: the one place of this room that reads a clock.
//
// Processes that we did not start ourselves tell nobody when they end, so commands look again and
// again, with a short pause. Tests give a clock of their own, on which a pause takes no time.

import Glibc
import GreyBasics
import GreyEvents

package struct WaitingClock: Sendable {
  package var now: @Sendable () -> Moment
  package var wall: @Sendable () -> WallTime
  package var pause: @Sendable () -> Void

  package init(
    now: @escaping @Sendable () -> Moment, wall: @escaping @Sendable () -> WallTime,
    pause: @escaping @Sendable () -> Void
  ) {
    self.now = now
    self.wall = wall
    self.pause = pause
  }

  package static let real = WaitingClock(
    now: { Moment(nanoseconds: read(CLOCK_MONOTONIC)) },
    wall: { WallTime(nanoseconds: read(CLOCK_REALTIME)) },
    pause: { usleep(10_000) })

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// Looks until something is there; nil after the limit.
  package func wait<Found>(
    upTo limit: Duration, for look: () throws -> Found?
  ) rethrows -> Found? {
    let deadline = now() + limit
    while true {
      if let found = try look() { return found }
      if now() >= deadline { return nil }
      pause()
    }
  }
}
