// What the real world gives to the engine: bells that are never missed, threads that end.

import GreyBasics
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
}
