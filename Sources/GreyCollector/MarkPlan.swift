// Who marks in the background, and how long a mark worker rests.
//
// Go dedicates a quarter of its processors to marking, and lets a *fractional* worker mark for what
// is left over; idle processors mark besides. A node of a cluster shares its machine with others
// and knows of no processor that would be its own, so here all mark workers are fractional: each
// may use a share of one CPU, so that together they take
//
//     u × (workers) + (workers that have nothing to run)
//
// with u = 25 %; a worker that is idle or stopped leaves its CPU to marking.
//
// What counts is CPU time. A mark worker has an account: it earns its share of the time that passes
// while there is something to mark, and marking spends the CPU time that it took. In debt it rests,
// for as long as it takes to earn the debt: however long a quantum was, and however small the share
// is, marking takes its share and no more. Time in which it wanted to run and did not get a CPU
// earns as well; at most a few quanta of that are kept, because a late burst helps nobody.

import GreyBasics

package struct MarkPlan: Hashable, Sendable {
  /// What one mark worker may use of one CPU, above zero; at one it need not rest.
  package let share: Double
  /// The part of that which idle workers leave to it.
  package let idlePart: Double

  /// - Parameters:
  ///   - workers: those that run tasks; `busy` of them have something to run.
  ///   - markWorkers: those that share the marking.
  ///   - utilization: of the workers' time, for marking while they are all busy.
  package init(workers: Int, busy: Int, markWorkers: Int, utilization: Double) {
    let workers = max(1, workers)
    let idle = Double(workers - min(max(0, busy), workers))
    let background = Double(workers) * utilization
    let share = min(1, (background + idle) / Double(max(1, markWorkers)))
    self.share = max(share, Self.leastShare)
    idlePart = idle / (background + idle) * self.share
  }

  /// Of CPU time that was spent under this plan, what idle workers gave.
  package func idlePart(of spent: Duration) -> Duration { spent * (idlePart / share) }

  private static let leastShare = 0.001
}

/// One mark worker's account of CPU time. Confined to its thread.
package struct MarkAccount: Hashable, Sendable {
  /// CPU time that it may use; negative is debt.
  package private(set) var balance = Duration.zero

  package init() {}

  /// It marked: `spent` of the `elapsed` time was CPU time.
  package mutating func worked(_ spent: Duration, elapsed: Duration, _ plan: MarkPlan) {
    earn(max(elapsed, spent), less: spent, plan)
  }

  package mutating func rested(_ elapsed: Duration, _ plan: MarkPlan) {
    earn(elapsed, less: .zero, plan)
  }

  /// There is nothing to mark: what was earned is forgotten, what is owed is not.
  package mutating func pause() { balance = min(balance, .zero) }

  /// How long it has to rest before it may mark on.
  package func rest(_ plan: MarkPlan) -> Duration {
    guard balance < .zero, plan.share < 1 else { return .zero }
    return .zero - balance * (1 / plan.share)
  }

  private mutating func earn(_ elapsed: Duration, less spent: Duration, _ plan: MarkPlan) {
    balance = min(balance + elapsed * plan.share - spent, Self.mostSaved)
  }

  private static let mostSaved = Duration.microseconds(500)
}
