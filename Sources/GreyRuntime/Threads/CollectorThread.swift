// A thread that marks and sweeps in the background, within its share of the CPU.
//
// How much a mark worker may take, and how long it rests, `MarkPlan` and `MarkAccount` say. Here
// the time is read: the thread's CPU time for what was spent, the world's for what was earned. A
// rest ends early when its reason does: when a worker has nothing to run any more (a stop parks
// them all, so nobody waits for a marker that rests), when a task waits for memory, or when the
// engine has something new. While the machine has a processor to spare it counts as one that a
// worker leaves to marking: there is no rest. Sweeping is not limited: what it does not do,
// allocation must.

import CGrey
import GreyBasics
import GreyCollector
import GreyEngine
import Synchronization

/// The clocks of a thread that accounts for its CPU time: a value, so that tests have their own.
package struct ThreadClock: Sendable {
  package var now: @Sendable () -> Moment
  /// CPU time of the calling thread.
  package var spent: @Sendable () -> Duration
  /// Whether there is a processor that nobody wants now.
  package var hasSpareProcessor: @Sendable () -> Bool

  package init(
    now: @escaping @Sendable () -> Moment, spent: @escaping @Sendable () -> Duration,
    hasSpareProcessor: @escaping @Sendable () -> Bool = { false }
  ) {
    self.now = now
    self.spent = spent
    self.hasSpareProcessor = hasSpareProcessor
  }

  package static let real = ThreadClock(
    now: { MonotonicClock.now },
    spent: { .nanoseconds(Int64(clamping: grey_thread_cpu_ns())) })

  /// The same, and it asks the machine.
  package static func sharing(_ spare: SpareProcessor = SpareProcessor()) -> ThreadClock {
    var clock = real
    clock.hasSpareProcessor = { spare.isThere }
    return clock
  }
}

/// One collector thread's keeping to its share. Confined to that thread.
package struct MarkRest {
  package private(set) var account = MarkAccount()
  private let clock: ThreadClock
  private let activity: WorkerActivity
  private let plan: @Sendable (_ busy: Int) -> MarkPlan

  package init(
    clock: ThreadClock, activity: WorkerActivity,
    plan: @escaping @Sendable (_ busy: Int) -> MarkPlan
  ) {
    self.clock = clock
    self.activity = activity
    self.plan = plan
  }

  /// Books a quantum of marking.
  /// - Returns: its CPU time, and the part that idle workers left to it.
  package mutating func marked(
    since start: Moment, _ spentThen: Duration
  ) -> (spent: Duration, idle: Duration) {
    let plan = presentPlan
    let spent = clock.spent() - spentThen
    account.worked(spent, elapsed: clock.now() - start, plan)
    return (spent, plan.idlePart(of: spent))
  }

  /// Sleeps until the debt is earned, or there is no need to any more.
  /// - Parameter isOver: the thread is to end.
  package mutating func rest(until isOver: () -> Bool) {
    while !isOver() {
      // Before the look at what may have changed, so that a change behind it ends the sleep.
      let ticket = activity.changes.ticket
      let plan = presentPlan
      let left = account.rest(plan)
      guard left > .zero else { return }
      let start = clock.now()
      activity.changes.wait(ticket, limit: left)
      account.rested(clock.now() - start, plan)
    }
  }

  private var presentPlan: MarkPlan {
    let busy = activity.busy
    return plan(busy > 0 && clock.hasSpareProcessor() ? busy - 1 : busy)
  }

  package mutating func nothingToMark() { account.pause() }
}

package final class CollectorThread: Sendable {
  private let shared: Shared
  private let bell: Doorbell
  private let activity: WorkerActivity
  private let thread: SystemThread

  private final class Shared: Sendable {
    let ending = Atomic<Bool>(false)
  }

  /// - Parameter plan: what a mark worker may take; asked around each quantum, because it changes.
  package init(
    _ background: BackgroundCollector, name: String, bell: Doorbell, activity: WorkerActivity,
    clock: ThreadClock = .sharing(), plan: @escaping @Sendable (_ busy: Int) -> MarkPlan
  ) {
    let shared = Shared()
    self.shared = shared
    self.bell = bell
    self.activity = activity
    let box = Confined((background, MarkRest(clock: clock, activity: activity, plan: plan)))
    thread = SystemThread(name: name) {
      let background = box.value.0
      var rest = box.value.1
      while !shared.ending.load(ordering: .relaxed) {
        let ticket = bell.ticket
        let (start, spent) = (clock.now(), clock.spent())
        switch background.quantum(now: start) {
        case .marked:
          let time = rest.marked(since: start, spent)
          background.account(time.spent, idle: time.idle)
          rest.rest { shared.ending.load(ordering: .relaxed) }
        case .swept:
          background.accountSweep(clock.spent() - spent)
          rest.nothingToMark()
        case .waiting: bell.wait(ticket, limit: .milliseconds(1))
        case .idle:
          rest.nothingToMark()
          bell.wait(ticket, limit: .milliseconds(200))
        }
      }
    }
  }

  /// It ends after what it is doing.
  package func askToEnd() {
    shared.ending.store(true, ordering: .relaxed)
    bell.ring()
    activity.changes.ring()
  }

  /// - Returns: whether it has ended.
  package func hasEnded(before deadline: Moment) -> Bool { thread.join(before: deadline) }
}
