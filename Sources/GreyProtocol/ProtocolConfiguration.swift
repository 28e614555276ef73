// What the protocol's machines are told at the start: names, limits, the detector, the rules.
//
// Limits survive a busy machine of two cores. One factor, `timeScale`, stretches all of them for
// slow builds (sanitizers, debug), so that nobody tunes them one by one. The two that belong
// together: a stop must be answered within `stopLimit`, and the lease under which a node stays
// stopped is twice that. A coordinator decides anything about a stop only within half its lease,
// counted from sending it; a node counts the whole lease from receiving it. So a decision is
// always made while every node is still stopped, even if one clock runs at half speed.

import GreyBasics
import GreyWire

package struct Timeouts: Hashable, Sendable {
  /// Every member says that it lives this often, and is asked as often.
  package var heartbeat: Duration = .milliseconds(500)
  /// A member silent for this long is fenced; a coordinator silent for this long is lost.
  package var fenceAfter: Duration = .seconds(10)
  /// A stop not answered by everyone in this time is cancelled.
  package var stopLimit: Duration = .seconds(2)
  /// A node ends a stop by itself after this time.
  package var stopLease: Duration = .seconds(4)
  /// The lease of stops in a stepped cycle, where a person decides how long they last.
  package var stepLease: Duration = .seconds(1200)
  /// Within stop 2: how long the last references may take to be delivered and shaded.
  package var confirmLimit: Duration = .milliseconds(1)
  /// Before the next attempt after the first false candidate; doubles each time.
  package var candidateBackoff: Duration = .milliseconds(1)
  package var candidateBackoffLimit: Duration = .milliseconds(100)
  /// Before the next attempt after the first cancelled stop; doubles each time.
  package var stopBackoff: Duration = .milliseconds(100)
  package var stopBackoffLimit: Duration = .seconds(10)
  /// What was sent and not answered (hello, prepare, sweep, fence) is sent again after this.
  package var resend: Duration = .seconds(1)
  /// While marking goes on without a candidate, every member is asked for its counts this often.
  package var askForReports: Duration = .seconds(1)
  /// A node without a coordinator for this long exits.
  package var orphan: Duration = .seconds(60)

  package init() {}

  /// The same as `fenceAfter` while a task is parked at its memory limit. Several heartbeats may
  /// still be late.
  package var fenceAtLimit: Duration {
    min(fenceAfter, max(fenceAfter / 2, heartbeat.times(4)))
  }

  /// All limits, `timeScale` times as long.
  package func scaled(by timeScale: Double) -> Timeouts {
    var scaled = self
    let limits: [WritableKeyPath<Timeouts, Duration>] = [
      \.heartbeat, \.fenceAfter, \.stopLimit, \.stopLease, \.stepLease, \.confirmLimit,
      \.candidateBackoff, \.candidateBackoffLimit, \.stopBackoff, \.stopBackoffLimit, \.resend,
      \.askForReports, \.orphan,
    ]
    for limit in limits { scaled[keyPath: limit] = self[keyPath: limit] * timeScale }
    return scaled
  }
}

/// How the end of marking is found. Whatever it proposes, stop 2 compares the pairwise counts.
package enum DetectorKind: String, Hashable, Sendable, CaseIterable {
  /// Idle members report what each has sent to and received from each.
  case channelCounts = "channel-counts"
  /// Mattern's four counters: two waves of sums.
  case fourCounters = "four-counters"
}

package struct ProtocolConfiguration: Hashable, Sendable {
  /// What the wire format is called; a process of another one is refused.
  package var wireVersion: UInt16
  package var cluster: String
  package var timeouts: Timeouts
  package var detector: DetectorKind
  package var rules: RuleSet
  /// Handed to every node with its welcome.
  package var settings: [Setting]

  package init(
    cluster: String, wireVersion: UInt16 = 1, timeouts: Timeouts = Timeouts(),
    timeScale: Double = 1, detector: DetectorKind = .channelCounts, rules: RuleSet = .all,
    settings: [Setting] = []
  ) {
    self.cluster = cluster
    self.wireVersion = wireVersion
    self.timeouts = timeouts.scaled(by: timeScale)
    self.detector = detector
    self.rules = rules
    self.settings = settings
  }

  /// The wait before attempt `count + 1`: doubled each time, up to a limit.
  func backoff(after count: Int, first: Duration, limit: Duration) -> Duration {
    var wait = first
    var left = count
    while left > 1, wait < limit {
      wait += wait
      left -= 1
    }
    return min(wait, limit)
  }
}
