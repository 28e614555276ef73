// What the real world gives to the engine: bells that are never missed, threads that end.

import Glibc
import GreyBasics
import GreyCollector
import GreyRuntime
import Synchronization
import Testing

@Suite struct DoorbellTests {
  @Test func aRingBeforeTheSleepIsNotMissed() {
    let bell = Doorbell()
    let ticket = bell.ticket
    bell.ring()
    let start = MonotonicClock.now
    bell.wait(ticket, limit: .seconds(20))
    #expect(MonotonicClock.now - start < .seconds(10))
  }

  @Test func aSleeperWakesWhenItsLimitPasses() {
    let bell = Doorbell()
    bell.wait(bell.ticket, limit: .milliseconds(1))
  }

  /// Two threads hand a number to and fro; one missed ring and they would wait for their limit.
  @Test func twoThreadsNeverMissEachOthersRings() {
    let bells = (Doorbell(), Doorbell())
    let number = Atomic<Int>(0)
    let rounds = 2_000
    @Sendable func player(_ own: Doorbell, _ other: Doorbell, _ parity: Int) {
      while true {
        let ticket = own.ticket
        let now = number.load(ordering: .sequentiallyConsistent)
        if now >= rounds { return other.ring() }
        if now % 2 == parity {
          number.store(now + 1, ordering: .sequentiallyConsistent)
          other.ring()
        } else {
          own.wait(ticket, limit: .seconds(20))
        }
      }
    }
    let start = MonotonicClock.now
    let thread = SystemThread(name: "player") { player(bells.1, bells.0, 1) }
    player(bells.0, bells.1, 0)
    thread.join()
    #expect(MonotonicClock.now - start < .seconds(19))
    let reached = number.load(ordering: .relaxed)
    #expect(reached == rounds)
  }
}

@Suite struct SystemThreadTests {
  @Test func runsItsBodyAndCanBeWaitedFor() {
    let ran = Atomic<Bool>(false)
    let thread = SystemThread(name: "a name longer than fifteen bytes") {
      ran.store(true, ordering: .releasing)
    }
    thread.join()
    let hasRun = ran.load(ordering: .acquiring)
    #expect(hasRun)
  }

  @Test func oneThatDoesNotEndIsWaitedForNoLongerThanAllowed() {
    let mayEnd = Doorbell()
    let ticket = mayEnd.ticket
    let thread = SystemThread(name: "stubborn") { mayEnd.wait(ticket, limit: .seconds(60)) }
    #expect(!thread.join(before: MonotonicClock.now + .milliseconds(20)))
    mayEnd.ring()
    #expect(thread.join(before: MonotonicClock.now + .seconds(30)))
  }
}

@Suite struct ProcessWatchTests {
  /// A kernel that does not say is no kernel that says no.
  @Test(arguments: [
    (ESRCH, ProcessIdentity.Watch.ended), (ENOSYS, .unavailable), (EPERM, .unavailable),
    (EMFILE, .unavailable), (EINVAL, .unavailable),
  ])
  func onlyThatThereIsNoSuchProcessMeansThatItHasEnded(
    code: Int32, expected: ProcessIdentity.Watch
  ) {
    #expect(ProcessIdentity.Watch(failure: code) == expected)
  }
}

@Suite struct MarkRestTests {
  /// One worker, one mark worker, a quarter.
  private func rest(_ activity: WorkerActivity, _ clock: ThreadClock = .real) -> MarkRest {
    MarkRest(clock: clock, activity: activity) {
      MarkPlan(workers: 1, busy: $0, markWorkers: 1, utilization: 0.25)
    }
  }

  /// A clock by which ten seconds of marking have just passed; rests take as long as they do.
  private func tenSecondsLater(_ start: Moment, spent: Duration = .seconds(10)) -> ThreadClock {
    ThreadClock(
      now: { max(MonotonicClock.now, start) + .seconds(10) }, spent: { spent })
  }

  @Test func countsTheTimeOfTheThreadAndNotOfTheWall() {
    let activity = WorkerActivity()
    activity.change(by: 1)
    let start = MonotonicClock.now
    // Of ten seconds it had the CPU for one: what it earned meanwhile is more than that.
    var rest = rest(activity, tenSecondsLater(start, spent: .seconds(1)))
    let booked = rest.marked(since: start, .zero)
    #expect(booked.spent == .seconds(1) && booked.idle == .zero)
    #expect(rest.account.balance > .zero)
    rest.rest { false }
    #expect(MonotonicClock.now - start < .seconds(10), "it need not rest")
  }

  @Test func aProcessorToSpareIsMarkedOnAndBookedAsIdle() {
    let activity = WorkerActivity()
    activity.change(by: 1)
    let start = MonotonicClock.now
    var clock = tenSecondsLater(start)
    clock.hasSpareProcessor = { true }
    var rest = rest(activity, clock)
    let booked = rest.marked(since: start, .zero)
    // A quarter is the background's anyway.
    #expect(booked.spent == .seconds(10) && booked.idle == .seconds(8))
    rest.rest { false }
    #expect(MonotonicClock.now - start < .seconds(10), "it need not rest")
  }

  @Test func aRestEndsWhenTheLastWorkerStopsOrTheThreadIsToEnd() {
    let activity = WorkerActivity()
    activity.change(by: 1)
    let start = MonotonicClock.now
    var rest = rest(activity, tenSecondsLater(start))
    _ = rest.marked(since: start, .zero)
    // Thirty seconds of rest, unless somebody parks.
    let parking = SystemThread(name: "parks") { activity.change(by: -1) }
    rest.rest { false }
    parking.join()
    #expect(MonotonicClock.now - start < .seconds(20))
    activity.change(by: 1)
    let isOver = Atomic<Bool>(false)
    let ending = SystemThread(name: "ends") {
      isOver.store(true, ordering: .sequentiallyConsistent)
      activity.changes.ring()
    }
    rest.rest { isOver.load(ordering: .sequentiallyConsistent) }
    ending.join()
    #expect(MonotonicClock.now - start < .seconds(20))
  }

  /// A change of workers that leaves one busy, and a ring of the engine's, pay nothing.
  @Test func aRestGoesOnAfterABellThatChangesNothing() {
    let activity = WorkerActivity()
    activity.change(by: 2)
    let rings = Atomic<Int>(0)
    // Each look at the clock is a tenth of a second, so the rest ends after some looks.
    let clock = ThreadClock(
      now: {
        activity.changes.ring()
        let looks = rings.wrappingAdd(1, ordering: .relaxed).newValue
        return Moment(nanoseconds: UInt64(looks) * 100_000_000)
      }, spent: { .seconds(1) })
    var rest = rest(activity, clock)
    _ = rest.marked(since: Moment(nanoseconds: 100_000_000), .zero)
    rest.rest { false }
    #expect(rest.account.balance >= .zero)
    let looks = rings.load(ordering: .relaxed)
    #expect(looks > 30 * 2, "three seconds of rest, two looks a tenth")
  }
}

@Suite struct SpareProcessorTests {
  private func runnable(_ text: String) -> Int? {
    var text = text
    return text.withUTF8 { SpareProcessor.runnable(in: UnsafeRawBufferPointer($0)) }
  }

  @Test func readsHowManyThreadsCanRun() {
    #expect(runnable("0.42 0.38 0.30 2/713 24021\n") == 2)
    #expect(runnable("10.00 9.12 8.30 17/1713 1\n") == 17)
    #expect(runnable("nothing") == nil && runnable("1.0 /7") == nil && runnable("") == nil)
  }

  /// The asking thread can run: with no processor none is spare, with many one is.
  @Test func asksTheKernel() {
    #expect(!SpareProcessor(processors: 0).isThere)
    #expect(SpareProcessor(processors: 1_000_000).isThere)
    #expect(!SpareProcessor(path: "/nowhere", processors: 1_000_000).isThere)
  }
}

@Suite struct GrowthBrakeTests {
  private static let mebibyte = 1 << 20

  /// Whether it holds a heap of so many MiB.
  private func holds(_ brake: inout GrowthBrake, _ size: Int, isSweeping: Bool = false) -> Bool {
    brake.takesHold(heapBytes: size * Self.mebibyte, isSweeping: isSweeping)
  }

  @Test func holdsOnlyAHeapFarPastItsAlarmAndOnlySoOften() {
    var brake = GrowthBrake()
    let unasked = holds(&brake, 1_000)
    brake.cycleIsDue(heapBytes: 4 * Self.mebibyte)
    let near = holds(&brake, 32)
    let sweeping = holds(&brake, 64, isSweeping: true)
    #expect(!unasked && !near && !sweeping && brake.isOn)
    var pauses = 0
    while holds(&brake, 64) { pauses += 1 }
    #expect(pauses == GrowthBrake.pausesACycle && !brake.isOn, "no cycle comes for its sake")
  }

  @Test func letsGoOnceTheHeapWasSwept() {
    var brake = GrowthBrake()
    brake.cycleIsDue(heapBytes: 4 * Self.mebibyte)
    let far = holds(&brake, 64)
    let swept = holds(&brake, 3)
    #expect(far && !swept && !brake.isOn)
  }
}
