// A cycle that is walked by hand, as a node sees it: do so much, hold, answer.
//
// Holding is never more than waiting: what a held collector has not done is done later, so nothing
// here touches the rules of the cycle. What must not happen is that a node holds for nobody. So it
// lets its collectors go when the epoch is aborted, when the next one is prepared, and when the
// coordinator is lost or another one reigns.

import GreyBasics
import GreyWire

extension NodeMachine {
  struct Walk: Hashable {
    var order: WalkOrder
    /// Said again when the order is repeated: the first answer may have been lost.
    var answer: WalkReport?
  }

  mutating func takeWalk(_ message: CoordinatorMessage, _ order: WalkOrder) {
    if let walk, walk.order.epoch == order.epoch, walk.order.step >= order.step {
      guard walk.order.step == order.step else {
        return note(.ignored(message, reason: "step \(walk.order.step) was heard of"))
      }
      if let answer = walk.answer { send(.walked(answer)) }
      return
    }
    let isPossible =
      switch order.stage {
      case .mark: phase == .marking(order.epoch) && sweepAtPause == nil
      // It comes before the SWEEP, so that no collector runs ahead of the first step.
      case .sweep:
        phase == .marking(order.epoch) || sweeping == order.epoch
          || lastSwept?.epoch == order.epoch
      }
    guard isPossible else {
      return note(.ignored(message, reason: "epoch \(order.epoch) is not walked here"))
    }
    walk = Walk(order: order)
    act(.walk(order))
  }

  mutating func takeWalked(_ report: WalkReport) {
    guard let walk, walk.answer == nil, walk.order.epoch == report.epoch,
      walk.order.step == report.step
    else { return }
    self.walk?.answer = report
    send(.walked(report))
  }

  mutating func endWalk() {
    guard walk != nil else { return }
    walk = nil
    act(.endWalk)
  }
}
