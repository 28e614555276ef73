// Time for commands that wait on other processes, as a value that they are given.
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
    now: { MonotonicClock.now }, wall: { WallTime.now }, pause: { usleep(10_000) })

  /// With shorter pauses, for a wait of some ten milliseconds that somebody sits before.
  package var impatient: WaitingClock {
    WaitingClock(now: now, wall: wall, pause: { usleep(1_000) })
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
