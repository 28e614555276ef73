// When a cluster starts a cycle, and who owes what during one.

import GreyBasics
import Testing

@testable import GreyCollector

@Suite struct ClusterPacerTests {
  private let pacer = ClusterPacer()
  private func heap(_ node: Int, _ live: Int, _ trigger: Int) -> NodeHeap {
    NodeHeap(node: NodeID(node), live: live, trigger: trigger)
  }
  private func cause(
    _ heaps: [NodeHeap], since: Duration = .seconds(10), took: Duration = .seconds(1)
  ) -> CycleCause? {
    pacer.cause(heaps, sinceLastCycle: since, lastCycleTook: took)
  }

  @Test func sumsDecideNotTheSmallestNode() {
    // The small node has doubled four times over; the large one has not moved.
    #expect(cause([heap(1, 64, 4), heap(2, 1000, 2000)]) == nil)
    #expect(cause([heap(1, 64, 4), heap(2, 1939, 2000)]) == nil)
    #expect(cause([heap(1, 64, 4), heap(2, 1940, 2000)]) == .heap(live: 2004, trigger: 2004))
  }

  @Test func aNodeNearItsLimitNeedNotWaitForTheOthers() {
    var small = heap(1, 100, 90)
    #expect(cause([small, heap(2, 0, 2000)]) == nil)
    small.isMemoryLimited = true
    #expect(cause([small, heap(2, 0, 2000)]) == .memoryLimit(NodeID(1)))
    // But not in a row without end.
    #expect(cause([small, heap(2, 0, 2000)], since: .milliseconds(900)) == nil)
  }

  @Test func twoMinutesWithoutACycleAreEnoughUnlessGOGCIsOff() {
    let heaps = [heap(1, 10, 20), heap(2, 10, 20)]
    #expect(cause(heaps, since: .seconds(119)) == nil)
    #expect(cause(heaps, since: .seconds(120)) == .periodic)
    #expect(cause([], since: .seconds(10_000)) == nil)
    // As in Go: off is off, also where a memory limit still starts cycles.
    for settings in [PacerSettings(gogc: nil), PacerSettings(forcedPeriod: nil)] {
      let pacer = ClusterPacer(settings: settings)
      #expect(
        pacer.cause(heaps, sinceLastCycle: .seconds(10_000), lastCycleTook: .zero) == nil)
      var near = heap(1, 30, 20)
      near.isMemoryLimited = true
      #expect(
        pacer.cause([near], sinceLastCycle: .seconds(1), lastCycleTook: .zero)
          == .memoryLimit(NodeID(1)))
    }
  }

  @Test func aNodeWithoutATriggerKeepsTheSumFromBeingReached() {
    #expect(cause([heap(1, 1 << 40, .max), heap(2, 10, 5)]) == nil)
  }

  // MARK: assists

  /// A ledger in a cycle that owes two bytes of scan work an allocated byte.
  private func ledger() -> AssistLedger {
    var pacer = Pacer()
    pacer.observe(live: 100 << 20, scannable: 100 << 20, stackBytes: 0, globalBytes: 0)
    pacer.startCycle()
    pacer.endCycle(
      CycleMeasure(
        marked: 100 << 20, work: ScanWork(heap: 100 << 20), duration: .milliseconds(1),
        processors: 1))
    pacer.observe(live: 150 << 20, scannable: 100 << 20, stackBytes: 0, globalBytes: 0)
    pacer.startCycle()
    let ledger = AssistLedger()
    ledger.begin(pacer)
    #expect(ledger.workPerByte == 2)
    return ledger
  }

  @Test func nobodyOwesBetweenCycles() {
    let ledger = AssistLedger()
    var account = AssistAccount()
    #expect(account.charge(1 << 30, ledger) == 0)
    #expect(account.balance == 0)
    ledger.deposit(100)
    #expect(ledger.backgroundCredit == 0)
  }

  @Test func allocationIsPaidWithScanWorkAndSomeInAdvance() {
    let ledger = ledger()
    var account = AssistAccount()
    let owed = account.charge(1000, ledger)
    #expect(owed == 2 * (1000 + AssistLedger.advanceBytes))
    account.pay(owed, ledger)
    #expect(account.balance == AssistLedger.advanceBytes)
    #expect(account.charge(AssistLedger.advanceBytes, ledger) == 0)
    #expect(account.charge(1, ledger) > 0)
    #expect(ledger.assisted == owed)
  }

  @Test func backgroundCreditPaysFirst() {
    let ledger = ledger()
    var account = AssistAccount()
    ledger.deposit(10 << 20)
    #expect(account.charge(1000, ledger) == 0)
    #expect(ledger.backgroundCredit == 10 << 20 - 2 * (1000 + AssistLedger.advanceBytes))
    // Too little is still taken, and only the rest is owed.
    var poor = AssistAccount()
    let other = self.ledger()
    other.deposit(500)
    let owed = poor.charge(1000, other)
    #expect(owed == 2 * (1000 + AssistLedger.advanceBytes) - 500)
    #expect(poor.balance == -750)
    #expect(other.backgroundCredit == 0)
  }

  @Test func whoFindsNothingToScanIsForgivenAndCounted() {
    let ledger = ledger()
    var account = AssistAccount()
    #expect(account.charge(5000, ledger) > 0)
    account.forgive(ledger)
    #expect(account.balance == 0 && ledger.forgiven == 1)
    ledger.end()
    #expect(account.charge(5000, ledger) == 0)
  }
}
