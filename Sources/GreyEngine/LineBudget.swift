// How many lines a log gets about something that anybody can cause.
//
// A stranger can send as many malformed frames as the network carries; a line for each would drive
// the cluster's own history out of its rotated logs, and keep the disk busy. So there is a burst,
// which tells the story of an honest mistake whole, and then a line a second. Each carries the
// total, so nothing is left uncounted.

import GreyBasics

struct LineBudget {
  private static let burst = 20
  private static let refill = Duration.seconds(1)

  private var left = burst
  private var refilledAt = Moment.zero

  /// Whether a line may be written now.
  mutating func take(now: Moment) -> Bool {
    if now >= refilledAt + Self.refill {
      let earned = (now - refilledAt).nanoseconds / Self.refill.nanoseconds
      left = min(Self.burst, left + Int(clamping: earned))
      refilledAt = now
    }
    guard left > 0 else { return false }
    left -= 1
    return true
  }
}
