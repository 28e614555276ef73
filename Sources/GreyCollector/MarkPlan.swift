// Who marks in the background.
//
// A quarter of P processors is rarely a whole number. Dedicated workers (which mark until the cycle
// ends) are rounded to the nearest; where that is more than 30 % off, one fewer is dedicated and
// the rest is made up by a *fractional* worker: every processor marks for that share of the wall
// time. With one or two processors there are only fractional workers.
//
// Idle workers take processors on which no task wants to run; a periodic cycle wants none of that
// (nothing is urgent when nothing was allocated for two minutes) beyond what progress needs.

import GreyBasics

package struct MarkPlan: Hashable, Sendable {
  /// Workers that do nothing but mark.
  package let dedicatedWorkers: Int
  /// Share of the wall time for which each other processor marks; zero if none has to.
  package let fractionalUtilization: Double
  /// Processors that may mark when they have nothing else to do.
  package let idleWorkers: Int

  package init(processors: Int, utilization: Double, isPeriodic: Bool) {
    let processors = max(1, processors)
    let wanted = Double(processors) * utilization
    var dedicated = Int(wanted + 0.5)
    let deviation = Double(dedicated) / wanted - 1
    if abs(deviation) > Self.tolerated {
      if Double(dedicated) > wanted { dedicated -= 1 }
      fractionalUtilization = (wanted - Double(dedicated)) / Double(processors)
    } else {
      fractionalUtilization = 0
    }
    dedicatedWorkers = dedicated
    idleWorkers = isPeriodic ? (dedicated > 0 ? 0 : 1) : processors - dedicated
  }

  /// Whether a fractional worker should run another quantum: it marked for `spent` of the
  /// `elapsed` time since the cycle's start.
  package func fractionalMayRun(spent: Duration, elapsed: Duration) -> Bool {
    guard fractionalUtilization > 0 else { return false }
    guard elapsed > .zero else { return true }
    return spent.inSeconds / elapsed.inSeconds <= fractionalUtilization
  }

  /// Whether a fractional worker that runs should stop: a fifth over its share is granted, so that
  /// it does not start and stop at every look.
  package func fractionalShouldStop(spent: Duration, elapsed: Duration) -> Bool {
    guard elapsed > .zero else { return false }
    return spent.inSeconds / elapsed.inSeconds > Self.slack * fractionalUtilization
  }

  private static let tolerated = 0.3
  private static let slack = 1.2
}
