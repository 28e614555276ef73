// A node in a cycle that is walked by hand: it holds for its coordinator, and for nobody else.

import GreyBasics
import GreyWire
import Testing

@testable import GreyProtocol

extension NodeBench {
  fileprivate func order(
    _ step: UInt64, _ stage: WalkStage = .mark, epoch: UInt64 = 1, allowance: UInt64 = 0
  ) -> WalkOrder {
    WalkOrder(epoch: self.epoch(epoch), stage: stage, step: step, allowance: allowance)
  }

  fileprivate func answer(to order: WalkOrder, marked: UInt64 = 0) -> WalkReport {
    var report = WalkReport(epoch: order.epoch, stage: order.stage, step: order.step)
    report.objectsMarked = marked
    return report
  }
}

@Test func `a step is carried out once and its answer is repeated`() {
  var bench = NodeBench()
  bench.prepare()
  bench.hearStop1()
  bench.park()
  // Before the resume: nothing is marked without a step.
  let first = bench.order(1)
  #expect(bench.hear(.walk(first)).deeds == [.walk(first)])
  bench.hear(.resume(stop: bench.stop(1)))
  #expect(bench.hear(.walk(first)).deeds.isEmpty)
  let answer = bench.answer(to: first, marked: 4)
  #expect(bench.give(.walked(answer)).deeds == [.send(.walked(answer))])
  #expect(bench.give(.walked(answer)).deeds.isEmpty)
  #expect(bench.hear(.walk(first)).deeds == [.send(.walked(answer))])
  let second = bench.order(2, allowance: 10)
  #expect(bench.hear(.walk(second)).deeds == [.walk(second)])
  #expect(bench.hear(.walk(first)).deeds.isEmpty)
  #expect(bench.give(.walked(answer)).deeds.isEmpty)
}

@Test func `sweeping is held from before it begins until after it ended`() {
  var bench = NodeBench()
  bench.reachStop2()
  let order = bench.order(5, .sweep)
  #expect(bench.hear(.walk(order)).deeds == [.walk(order)])
  bench.hear(.sweep(epoch: bench.epoch(1)))
  bench.give(.sweepFinished(SweepReport(epoch: bench.epoch(1))))
  let later = bench.order(6, .sweep)
  #expect(bench.hear(.walk(later)).deeds == [.walk(later)])
}

@Test func `an epoch that is not under way is not walked`() {
  var bench = NodeBench()
  bench.reachMarking()
  #expect(bench.hear(.walk(bench.order(1, epoch: 2))).deeds.isEmpty)
  #expect(bench.hear(.walk(bench.order(1, .sweep, epoch: 2))).deeds.isEmpty)
}

/// Whatever ends the coordinator's interest ends the hold.
@Test(arguments: ["abort", "prepare", "lost", "term", "silence"])
func `nobody holds for nobody`(end: String) {
  var bench = NodeBench()
  bench.reachMarking()
  bench.hear(.walk(bench.order(1)))
  let actions: [NodeAction]
  switch end {
  case "abort": actions = bench.hear(.abort(epoch: bench.epoch(1)))
  case "prepare": actions = bench.hear(.prepare(epoch: bench.epoch(2)))
  case "lost": actions = bench.give(.coordinatorLost)
  case "term":
    bench.term = Term(rawValue: 2)
    actions = bench.hear(bench.welcome())
  default: actions = bench.pass(.seconds(11), silent: true)
  }
  #expect(actions.filter { $0 == .endWalk }.count == 1, "\(actions)")
  #expect(bench.give(.walked(bench.answer(to: bench.order(1)))).messages.isEmpty)
}
