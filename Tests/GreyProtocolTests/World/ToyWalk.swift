// Toy collectors in a cycle that is walked by hand: one grey reference is one object of the
// allowance, one sweep one page.

import GreyBasics
import GreyWire

@testable import GreyProtocol

extension ToyNode {
  mutating func spend() {
    if allowance != WalkOrder.unlimited { allowance -= 1 }
  }
}

extension ToyWorld {
  /// Whoever walks does anything, and mostly small steps.
  func stride() -> Stride {
    switch random.below(8) {
    case 0: .toEnd
    case 1, 2: .phase
    default: .quantum(UInt64(1 + random.below(3)))
    }
  }

  func walk(_ order: WalkOrder, at process: Int) throws {
    nodes[process].order = order
    nodes[process].allowance = order.allowance
    if order.stage == .mark {
      queue.schedule(.markStep(process: process, order.epoch), at: now + .microseconds(10))
    } else {
      try sweepSome(process)
    }
  }

  func endWalk(_ process: Int) throws {
    nodes[process].order = nil
    nodes[process].allowance = WalkOrder.unlimited
    queue.schedule(
      .markStep(process: process, nodes[process].armed), at: now + .microseconds(10))
    try sweepSome(process)
  }

  func sweepSome(_ process: Int) throws {
    if let epoch = nodes[process].toSweep, nodes[process].allowance > 0 {
      nodes[process].toSweep = nil
      queue.schedule(
        .node(process: process, .sweepFinished(SweepReport(epoch: epoch))),
        at: now + .microseconds(1 + random.below(5_000)))
    }
    if nodes[process].armed == .zero { try answerWalk(process) }
  }

  func answerWalk(_ process: Int) throws {
    let node = nodes[process]
    guard let order = node.order else { return }
    if order.stage == .mark {
      guard node.armed == order.epoch, node.roots == 0,
        node.allowance == 0 || node.grey == 0
          || node.allowance == WalkOrder.unlimited
      else { return }
    } else if node.armed == order.epoch {
      return
    }
    nodes[process].order = nil
    if node.allowance != WalkOrder.unlimited { nodes[process].allowance = 0 }
    queue.schedule(
      .node(
        process: process,
        .walked(WalkReport(epoch: order.epoch, stage: order.stage, step: order.step))), at: now)
  }
}
