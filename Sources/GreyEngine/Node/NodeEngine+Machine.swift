// Carrying out what the node's machine decided.
//
// Arming, disarming and the begin of sweeping happen here, on the I/O thread, while every worker is
// parked: nobody else looks at what they change but mark workers, which the collector's lock and
// the heap's own words take care of. None of them does work that grows with the heap.

import GreyBasics
import GreyCollector
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire

extension NodeEngine {
  func perform(_ action: NodeAction) {
    switch action {
    case .send(let message): send(message)
    case .sendHeartbeat(let status): send(.heartbeat(filledIn(status)))
    case .stopWorkers(let number): stopWorkers(number)
    case .resumeWorkers: resumeWorkers()
    case .finishSweepAndClear(let epoch, let clearMarks):
      core?.duties.prepare(epoch, clearingMarks: clearMarks)
      effects.append(.wakeCollectors)
    case .arm(let epoch, let members): arm(epoch, members)
    case .startMarking:
      effects.append(.wakeWorkers)
      effects.append(.wakeCollectors)
    case .disarmAndSweep(let epoch): disarmAndSweep(epoch)
    case .abortMarking(let epoch): abortMarking(epoch)
    case .walk(let order): walkOn(order)
    case .endWalk: endWalk()
    case .sampleMarkState: isSampling = true
    case .joined(let welcome): joined(welcome)
    case .welcomed(let welcome): welcomed(welcome)
    case .membersChanged(_, let members): membersChanged(members)
    case .fence(let node): dropPeer(node)
    case .drainForLeaving: beginDraining()
    case .forward(let message): hearForwarded(message)
    case .exit(let reason): exit(reason)
    case .note(let note): record(note)
    }
  }

  // MARK: Stops

  private func stopWorkers(_ number: UInt64) {
    pause = (number, false)
    pausedAt = now
    core?.stop.request()
    // Those that rest count as parked, and may sleep on.
    if core?.stop.allParked == false { effects.append(.wakeWorkers) }
  }

  private func resumeWorkers() {
    if pause != nil, let core { spent.pause += (now - pausedAt) * Double(core.workers.count) }
    pause = nil
    core?.stop.release()
    effects.append(.wakeWorkers)
  }

  // MARK: The epoch

  private func arm(_ epoch: Epoch, _ members: [NodeID]) {
    guard let core else { return }
    let heapStart = core.heap.statistics
    core.collector.arm(epoch: epoch, members: members)
    pace.cycleStarts(heapStart)
    core.assists.begin(pace.pacer)
    for index in peers.indices { peers[index].greySent = 0 }
    for index in peers.indices { peers[index].batchesSent = 0 }
    _ = core.times.take()
    marking = MarkingProgress(
      epoch: epoch, armedAt: now, heapStartBytes: heapStart.objectBytes)
    marking?.early = gate.arm(epoch)
  }

  private func disarmAndSweep(_ epoch: Epoch) {
    guard let core, let progress = marking else { return }
    walk?.marked = markFigures(core)
    marking = nil
    let report = sweepReport(epoch, progress, core)
    core.collector.disarm()
    gate.finish(epoch)
    core.assists.end()
    let totals = core.collector.totals
    pace.cycleEnds(
      CycleMeasure(
        marked: totals.bytesMarked + max(0, core.heap.objectBytes - progress.heapStartBytes),
        work: ScanWork(
          heap: totals.bytesScanned, stacks: core.stackBytes, globals: core.globalBytes),
        duration: now - progress.armedAt, waited: progress.waited,
        assistTime: .nanoseconds(Int64(clamping: report.assistNanoseconds)),
        idleTime: .nanoseconds(Int64(clamping: report.idleMarkNanoseconds)),
        processors: core.workers.count))
    let pacer = pace.pacer
    log(
      .pacerDecision(
        node: core.node, goalBytes: HeapBound.told(pacer.goal),
        triggerBytes: HeapBound.told(pacer.trigger),
        liveBytes: pacer.heapMarked, assistRatio: pacer.assistWorkPerByte,
        gcPercent: pacer.settings.gogc ?? -1, limitBytes: pacer.settings.memoryLimit))
    if watch != nil {
      core.heap.keepWhite()
      watch?.epoch = epoch
    }
    walk?.pagesSweptBefore = core.heap.statistics.pagesSwept
    core.heap.beginSweep()
    setSweepRatio(core)
    sweeping = SweepProgress(epoch: epoch, begunAt: now, report: report)
    effects.append(.wakeCollectors)
  }

  private func abortMarking(_ epoch: Epoch) {
    marking = nil
    core?.collector.abort()
    core?.assists.end()
    gate.finish(epoch)
    pace.cycleAborts()
  }

  private func sweepReport(
    _ epoch: Epoch, _ progress: MarkingProgress, _ core: NodeCore
  ) -> SweepReport {
    let totals = core.collector.totals
    let times = core.times.take()
    let heap = core.heap.statistics
    var report = SweepReport(epoch: epoch)
    report.objectsMarked = UInt64(clamping: totals.objectsMarked)
    report.heapStartBytes = UInt64(clamping: progress.heapStartBytes)
    report.heapEndBytes = UInt64(clamping: heap.objectBytes)
    report.stackBytes = UInt64(clamping: core.stackBytes)
    report.globalBytes = UInt64(clamping: core.globalBytes)
    report.greyReferencesSent = peers.reduce(0) { $0 + $1.greySent }
    report.greyBatchesSent = peers.reduce(0) { $0 + $1.batchesSent }
    report.backgroundMarkNanoseconds = times.backgroundMark
    report.idleMarkNanoseconds = times.idleMark
    report.assistNanoseconds = UInt64(clamping: core.assists.assistTime.nanoseconds)
    report.processors = UInt64(core.workers.count)
    spent.add(report)
    return report
  }

  // MARK: The rest

  private func joined(_ welcome: Welcome) {
    for setting in welcome.settings { apply(setting) }
    if core == nil {
      do { try makeCore(node: welcome.node) } catch {
        return effects.append(.exit(status: 1, reason: "no heap: \(error)"))
      }
    }
    membersChanged(welcome.members)
  }

  /// What each side has said since the last welcome may be lost: with a coordinator that died, or
  /// with the connection to it. What this node has to hear comes with the welcome and after it;
  /// what it said and somebody still waits for is said again. All of it is heard twice without
  /// harm.
  private func welcomed(_ welcome: Welcome) {
    for setting in welcome.settings { apply(setting) }
    for message in endedRuns { send(message) }
    tellWorkers(.askAgain)
  }

  private func hearForwarded(_ message: CoordinatorMessage) {
    switch message {
    case .configure(let settings): for setting in settings { apply(setting) }
    case .startRun(let description): startRun(description)
    case .cancelRun(let run): tellWorkers(.cancelRun(run))
    case .hurry: hurry()
    case .cycleEnded(let epoch):
      // Whoever still waits for memory after it asks anew.
      core?.hurries = false
      tellWorkers(.cycleEnded(epoch))
    case .inspect(let request, let kind, let body): inspect(request, kind, body)
    default: log(.remark(text: "a message of the coordinator that no node expects"))
    }
  }

  /// A task of the cluster is parked at the limit: every mark worker marks all the time.
  private func hurry() {
    core?.hurries = true
    effects.append(.wakeCollectors)
  }

  private func startRun(_ description: RunDescription) {
    guard let core else { return }
    let isFirst = description.nodes.first == core.node
    for (index, worker) in core.workers.enumerated() {
      worker.inbox.putAlways(.startRun(description, startsFirstTask: isFirst && index == 0))
    }
    effects.append(.wakeWorkers)
  }

  func tellWorkers(_ input: WorkerInput) {
    for worker in core?.workers ?? [] { worker.inbox.putAlways(input) }
    effects.append(.wakeWorkers)
  }

  private func exit(_ reason: ExitReason) {
    switch reason {
    case .refused(let text): effects.append(.exit(status: 1, reason: "refused: \(text)"))
    case .left: effects.append(.exit(status: 0, reason: "left the cluster"))
    case .shutDown: effects.append(.exit(status: 0, reason: "the cluster went down"))
    case .orphaned(let after):
      effects.append(
        .exit(status: 1, reason: "no coordinator for \(after.microseconds / 1_000_000) s"))
    }
  }

  private func record(_ note: NodeNote) {
    switch note {
    case .leaseEnded(let stop, _):
      log(
        .leaseEnded(
          node: machine.node, stop: stop, phase: machine.armedEpoch == .zero ? .stop1 : .stop2))
    case .coordinatorLost(let silence):
      log(.coordinatorLost(term: machine.term, silentUs: Int(silence.microseconds)))
    case .coordinatorFound(let term):
      log(
        .coordinatorTakenOver(
          term: term, members: machine.members.map(\.node), highestEpoch: machine.highestEpoch))
    case .aborted(_, let reason): log(.cycleAborted(phase: .mark, cause: reason))
    case .ignored(_, let reason): log(.remark(text: "ignored the coordinator: \(reason)"))
    }
  }
}
