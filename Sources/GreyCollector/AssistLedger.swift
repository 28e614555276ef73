// Who owes scan work, and who has done some in advance.
//
// While a cycle runs, every allocated byte owes `workPerByte` bytes of scan work (the pacer's
// assist ratio). Background markers put what they scan into a common credit; a worker that is in
// debt takes from it first, and only what the credit does not cover has to be done by the worker
// itself, before it runs the task that allocated. So as long as background marking keeps pace
// nobody assists, and when it does not the fastest allocator pays most.
//
// Debts are paid for some allocation in advance (`advance`), which keeps assists rare and worth
// their start. All of it is one piece of the allocating task's latency: with 64 KiB the longest of
// ten thousand operations of `churn` is an assist, so where somebody waits it is less. A worker
// that finds no grey object to scan does not wait: its debt is forgiven and the case counted,
// because the rest of the mark is then some other worker's, or some other node's.

import GreyBasics
import Synchronization

/// Shared by the workers and mark workers of a node.
package final class AssistLedger: Sendable {
  /// Bytes of scan work done in advance. Touched by atomic operations only; a taker that finds too
  /// little takes what is there.
  private let credit = Atomic<Int>(0)
  /// Bit patterns of the ratio and its inverse; zero outside a cycle. Written by whoever runs the
  /// pacer, read by all. The two may be of different moments, which moves an assist by a little.
  private let workPerByteBits = Atomic<UInt64>(0)
  private let bytesPerWorkBits = Atomic<UInt64>(0)
  private let forgivenCount = Atomic<Int>(0)
  private let assistedWork = Atomic<Int>(0)
  private let assistedNanoseconds = Atomic<Int64>(0)

  /// Allocation that one assist pays for beyond the debt, unless somebody says otherwise.
  package static let advanceBytes = 64 << 10
  package let advance: Int

  package init(advance: Int = AssistLedger.advanceBytes) { self.advance = advance }

  package var workPerByte: Double { Double(bitPattern: workPerByteBits.load(ordering: .relaxed)) }
  package var bytesPerWork: Double { Double(bitPattern: bytesPerWorkBits.load(ordering: .relaxed)) }
  package var backgroundCredit: Int { credit.load(ordering: .relaxed) }
  /// Assists that found nothing to scan, and bytes scanned by assists, since the cycle began.
  package var forgiven: Int { forgivenCount.load(ordering: .relaxed) }
  package var assisted: Int { assistedWork.load(ordering: .relaxed) }
  /// CPU time of those assists.
  package var assistTime: Duration {
    .nanoseconds(assistedNanoseconds.load(ordering: .relaxed))
  }

  /// A cycle begins: no credit, no counts.
  package func begin(_ pacer: Pacer) {
    credit.store(0, ordering: .relaxed)
    forgivenCount.store(0, ordering: .relaxed)
    assistedWork.store(0, ordering: .relaxed)
    assistedNanoseconds.store(0, ordering: .relaxed)
    revise(pacer)
  }

  /// The pacer has a new ratio.
  package func revise(_ pacer: Pacer) {
    bytesPerWorkBits.store(pacer.assistBytesPerWork.bitPattern, ordering: .relaxed)
    workPerByteBits.store(pacer.assistWorkPerByte.bitPattern, ordering: .relaxed)
  }

  /// The cycle is over: nobody owes anything.
  package func end() {
    workPerByteBits.store(0, ordering: .relaxed)
    bytesPerWorkBits.store(0, ordering: .relaxed)
    credit.store(0, ordering: .relaxed)
  }

  /// A background marker scanned `work` bytes.
  package func deposit(_ work: Int) {
    if work > 0, workPerByte > 0 { credit.wrappingAdd(work, ordering: .relaxed) }
  }

  /// Takes at most `work` from the credit.
  func withdraw(_ work: Int) -> Int {
    var present = credit.load(ordering: .relaxed)
    while present > 0, work > 0 {
      let taken = min(present, work)
      let (exchanged, original) = credit.compareExchange(
        expected: present, desired: present - taken, ordering: .relaxed)
      if exchanged { return taken }
      present = original
    }
    return 0
  }

  /// A worker spent so much CPU time in assists, whatever they found to scan.
  package func countAssist(time: Duration) {
    assistedNanoseconds.wrappingAdd(time.nanoseconds, ordering: .relaxed)
  }

  func countAssist(work: Int) { assistedWork.wrappingAdd(work, ordering: .relaxed) }
  func countForgiven() { forgivenCount.wrappingAdd(1, ordering: .relaxed) }
}

/// One worker's account, in allocated bytes. Confined to its worker.
package struct AssistAccount: Hashable, Sendable {
  /// Bytes that may still be allocated; negative is debt.
  package private(set) var balance = 0

  package init() {}

  /// The worker allocated `bytes`. Returns the scan work that it has to do now; zero while it has
  /// balance, or when the background credit covered it.
  package mutating func charge(_ bytes: Int, _ ledger: AssistLedger) -> Int {
    let ratio = ledger.workPerByte
    guard ratio > 0 else {
      // Between cycles nobody owes; what was paid in advance ends with its cycle.
      balance = 0
      return 0
    }
    balance -= bytes
    if balance >= 0 { return 0 }
    let owed = max(1, (Double(ledger.advance - balance) * ratio).asBytes)
    let covered = ledger.withdraw(owed)
    credit(covered, ledger)
    if balance >= 0 { return 0 }
    return owed - covered
  }

  /// The worker scanned `work` bytes in an assist.
  package mutating func pay(_ work: Int, _ ledger: AssistLedger) {
    ledger.countAssist(work: work)
    credit(work, ledger)
  }

  /// The worker found nothing to scan.
  package mutating func forgive(_ ledger: AssistLedger) {
    ledger.countForgiven()
    balance = max(balance, 0)
  }

  private mutating func credit(_ work: Int, _ ledger: AssistLedger) {
    let bytes = (Double(work) * ledger.bytesPerWork).asBytes
    balance = balance.saturatingAdd(bytes)
  }
}
