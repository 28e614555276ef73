// A cycle that is walked by hand, at this node: the gate opens as far as the step allows, and the
// step is answered when the collectors have done it.
//
// Marking is answered only when every root is scanned, so that the first step already shows what
// marking starts from; workers scan roots, and they run. Sweeping is answered once it has begun.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire

struct WalkProgress {
  var order: WalkOrder
  var isAnswered = false
  /// What marking had done when sweeping began; nil while marking goes on.
  var marked: WalkReport?
  /// Pages swept before this sweep began.
  var pagesSweptBefore = 0
}

extension NodeEngine {
  func walkOn(_ order: WalkOrder) {
    guard let core else { return }
    var progress = walk ?? WalkProgress(order: order)
    progress.order = order
    progress.isAnswered = false
    walk = progress
    let isOver = order.stage == .sweep && marking == nil && sweeping == nil
    if isOver || order.allowance == WalkOrder.unlimited {
      letCollectorsGo(core)
    } else {
      core.gate.allow(Int(clamping: order.allowance))
    }
    effects.append(.wakeCollectors)
  }

  func endWalk() {
    walk = nil
    guard let core else { return }
    letCollectorsGo(core)
    effects.append(.wakeCollectors)
  }

  private func letCollectorsGo(_ core: NodeCore) {
    guard !core.gate.isFree else { return }
    core.gate.free()
    if sweeping != nil { setSweepRatio(core) }
  }

  /// How much allocation sweeps: nothing while a step holds, but what it needs itself.
  func setSweepRatio(_ core: NodeCore) {
    guard core.gate.isFree else { return }
    core.heap.setSweepRatio(
      pagesPerByte: pace.pacer.sweepPagesPerByte(pagesToSweep: core.heap.pagesToSweep))
  }

  func answerWalk(_ core: NodeCore) {
    guard let walk, !walk.isAnswered else { return }
    switch walk.order.stage {
    case .mark:
      guard let epoch = marking?.epoch, epoch == walk.order.epoch,
        rootsScanned.allSatisfy({ $0 == epoch }), core.gate.isFree || core.gate.isSpent
      else { return }
    case .sweep:
      guard marking == nil, sweeping == nil || core.gate.isFree || core.gate.isSpent else { return }
      if sweeping == nil { letCollectorsGo(core) }
    }
    self.walk?.isAnswered = true
    var report = walk.marked ?? markFigures(core)
    report.epoch = walk.order.epoch
    report.stage = walk.order.stage
    report.step = walk.order.step
    if walk.order.stage == .sweep { addSweepFigures(walk, core, to: &report) }
    feed(.walked(report))
  }

  func markFigures(_ core: NodeCore) -> WalkReport {
    let channels = core.collector.counts()
    var report = WalkReport(epoch: core.collector.armedEpoch, stage: .mark, step: 0)
    report.greyLeft = UInt64(clamping: core.collector.greyLeft)
    report.objectsMarked = UInt64(clamping: core.collector.totals.objectsMarked)
    report.greyReferencesSent = channels.reduce(0) { $0 + $1.sent }
    report.greyReferencesReceived = channels.reduce(0) { $0 + $1.received }
    report.assistedBytes = UInt64(clamping: core.assists.assisted)
    report.assistsHeld = UInt64(clamping: core.gate.heldAssists)
    return report
  }

  private func addSweepFigures(
    _ walk: WalkProgress, _ core: NodeCore, to report: inout WalkReport
  ) {
    let swept = core.heap.statistics.pagesSwept - walk.pagesSweptBefore
    report.pagesSwept = UInt64(clamping: swept)
    report.pagesLeft = UInt64(clamping: sweeping == nil ? 0 : core.heap.pagesToSweep - swept)
    report.objectsFreed =
      sweeping == nil
      ? machine.lastSwept?.objectsFreed ?? 0
      : UInt64(clamping: core.heap.sweepTotals.objectsFreed)
  }
}
