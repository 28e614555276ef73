// How much of the CPU marking takes: simulated quanta, added up.

import GreyBasics
import Testing

@testable import GreyCollector

@Suite struct MarkPlanTests {
  @Test func marksAQuarterOfTheBusyWorkersAndAllOfTheIdleOnes() {
    func share(_ workers: Int, busy: Int, markWorkers: Int, _ utilization: Double = 0.25) -> Double
    {
      MarkPlan(
        workers: workers, busy: busy, markWorkers: markWorkers, utilization: utilization
      ).share
    }
    #expect(share(1, busy: 1, markWorkers: 1) == 0.25)
    #expect(share(2, busy: 2, markWorkers: 1) == 0.5)
    #expect(share(4, busy: 4, markWorkers: 2) == 0.5)
    #expect(share(8, busy: 8, markWorkers: 1) == 1, "a thread has no more than one CPU")
    #expect(share(1, busy: 0, markWorkers: 1) == 1)
    #expect(share(4, busy: 3, markWorkers: 4) == 0.5)
    #expect(share(1, busy: 1, markWorkers: 1, 0.01) == 0.01)
    // Counts of threads that are just changing.
    #expect(share(1, busy: 3, markWorkers: 1) == 0.25)
    #expect(share(1, busy: -1, markWorkers: 1) == 1)
  }

  @Test func saysWhatIdleWorkersGave() {
    let spent = Duration.milliseconds(20)
    func idle(busy: Int) -> Duration {
      MarkPlan(workers: 4, busy: busy, markWorkers: 4, utilization: 0.25).idlePart(of: spent)
    }
    #expect(idle(busy: 4) == .zero)
    #expect(idle(busy: 3) == .milliseconds(10))
    #expect(idle(busy: 0) == .milliseconds(16))
  }

  /// CPU time over time, of quanta one after the other. `slowed`: how much longer a quantum lasts
  /// than it works, because others have the CPU.
  private func taken(
    quantum: Duration, share: Double, quanta: Int = 200, slowed: Double = 1
  ) -> Double {
    let plan = MarkPlan(workers: 1, busy: 1, markWorkers: 1, utilization: share)
    var account = MarkAccount()
    var (spent, elapsed) = (Duration.zero, Duration.zero)
    for _ in 0..<quanta {
      account.worked(quantum, elapsed: quantum * slowed, plan)
      let rest = account.rest(plan)
      account.rested(rest, plan)
      spent += quantum
      elapsed += quantum * slowed + rest
    }
    return spent.inSeconds / elapsed.inSeconds
  }

  @Test(arguments: [10, 100, 1_700, 2_000, 10_000, 500_000], [0.01, 0.05, 0.25, 0.8])
  func takesItsShareHoweverLongAQuantumIs(microseconds: Int, share: Double) {
    let taken = taken(quantum: .microseconds(microseconds), share: share)
    #expect(abs(taken - share) < share * 0.02, "\(taken)")
  }

  @Test func timeWithoutACPUWasEarnedAllTheSame() {
    let twice = taken(quantum: .milliseconds(1), share: 0.25, slowed: 2)
    #expect(abs(twice - 0.25) < 0.005)
    // It wants a quarter and gets a tenth: there is nothing to rest for.
    #expect(abs(taken(quantum: .milliseconds(1), share: 0.25, slowed: 10) - 0.1) < 0.001)
  }

  @Test func debtIsKeptAndSavingsAreNot() {
    let plan = MarkPlan(workers: 1, busy: 1, markWorkers: 1, utilization: 0.25)
    var account = MarkAccount()
    account.worked(.milliseconds(8), elapsed: .milliseconds(8), plan)
    #expect(account.rest(plan) == .milliseconds(24))
    account.rested(.milliseconds(4), plan)
    account.worked(.milliseconds(1), elapsed: .milliseconds(1), plan)
    #expect(account.rest(plan) == .milliseconds(23))
    account.pause()
    #expect(account.rest(plan) == .milliseconds(23))
    // Nobody runs: there is no need to rest, and the debt is still there when somebody does.
    let alone = MarkPlan(workers: 1, busy: 0, markWorkers: 1, utilization: 0.25)
    #expect(account.rest(alone) == .zero)
    account.worked(.milliseconds(3), elapsed: .milliseconds(3), alone)
    #expect(account.rest(plan) == .milliseconds(23))
    // An hour of rest does not pay for a second of marking.
    account.rested(.seconds(3_600), plan)
    account.worked(.seconds(1), elapsed: .seconds(1), plan)
    #expect(account.rest(plan) > .milliseconds(2_990))
    account.rested(.seconds(3_600), plan)
    account.pause()
    #expect(account.balance == .zero)
  }
}
