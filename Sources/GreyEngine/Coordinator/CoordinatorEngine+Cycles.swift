// When a cycle starts, and what is said of it when it has ended.
//
// One pacer decides, a value of GreyCollector's: it is asked after each heartbeat and each tick,
// with what the heartbeats said. Whatever else starts cycles was asked for (by a person, by a task)
// and goes to the machine at once.

import GreyBasics
import GreyCollector
import GreyEvents
import GreyProtocol
import GreyWire

/// Since the coordinator began.
struct CycleCounts {
  /// Cycles that a person or a task asked for.
  var forced = 0
  var automatic = 0
  var stops = 0
  var cancelledStops = 0
}

extension CoordinatorEngine {
  /// What of a setting concerns the cluster's pacer.
  func paceBy(_ setting: Setting) {
    // Checked before: by `set`, or with the configuration.
    guard let change = try? LiveSetting(setting.key, setting.value) else { return }
    _ = pacer.settings.apply(change)
  }

  var sumOfHeaps: (live: Int, trigger: Int) {
    memberIDs.reduce(into: (0, 0)) { sum, node in
      guard let status = statuses[node] else { return }
      sum.0 = sum.0.saturatingAdd(Int(clamping: status.heapBytes))
      sum.1 = sum.1.saturatingAdd(Int(clamping: status.triggerBytes))
    }
  }

  /// Not while the last cycle's garbage is still being freed: a heap that counts it says nothing.
  func startCycleIfDue() {
    guard case .idle = machine.phase, !machine.isSweeping, !isShuttingDown else { return }
    let heaps = memberIDs.compactMap { node in statuses[node].map { NodeHeap(node, $0) } }
    guard heaps.count == members.count else { return }
    let cause = pacer.cause(
      heaps, sinceLastCycle: now - lastCycleEnd, lastCycleTook: lastCycleTook)
    if let cause { feed(.collect(CollectCause(cause), stepped: false)) }
  }

  /// What collection has taken of the workers' time since the start, as Go's trace line says it: a
  /// stop takes all of it.
  private func gcCPUPercent(adding figures: CycleFigures, since last: Moment) -> Double {
    let processors = max(1, figures.processors)
    collectedUs +=
      figures.backgroundMarkUs + figures.idleMarkUs + figures.assistUs
      + (figures.stop1Us + figures.stop2Us) * processors
      + figures.perNode.reduce(0) { $0 + $1.sweepUs }
    // As many as took part in this cycle, since the last one.
    availableUs += Int((now - last).microseconds) * processors
    return availableUs > 0 ? min(100, 100 * Double(collectedUs) / Double(availableUs)) : 0
  }

  func cycleFinished(_ summary: CycleSummary, _ requests: [UInt64]) {
    var figures = CycleFigures(summary)
    figures.startUs = Int((summary.startedAt - startedAt).microseconds)
    figures.gcCpuPercent = gcCPUPercent(adding: figures, since: lastCycleEnd)
    lastCycleEnd = now
    lastCycleTook = summary.stop1 + summary.mark + summary.stop2 + summary.sweep
    // What the heartbeats said of the heap is from before the sweep.
    for part in summary.parts {
      guard let sweep = part.sweep else { continue }
      statuses[part.node]?.heapBytes = sweep.heapLiveBytes
      statuses[part.node]?.triggerBytes = max(sweep.goalBytes, sweep.heapLiveBytes + 1)
    }
    if figures.trigger == .command { counts.forced += 1 } else { counts.automatic += 1 }
    lastCycle = figures
    if runs.noteCycle(summary.epoch) { memoryBytes = nil }
    toldEpoch = summary.epoch
    log(
      .phaseTransition(
        from: .sweep, to: ClusterPhase(toldPhase), cause: "every member has swept",
        term: machine.term))
    log(.cycleFinished(figures))
    for node in memberIDs { send(.cycleEnded(epoch: summary.epoch), to: node) }
    stepsFinished(requests, figures)
    for request in requests { gcFinished(request, figures) }
    for request in pending.all {
      if case .run = request.waiting { tell(request, .cycleFinished(figures)) }
    }
  }

  /// The coordinator's own figures; those that the nodes count as well are added to theirs.
  var ownMetrics: [Metric] {
    let figures: [(String, Int)] = [
      ("/gc/cycles/automatic:gc-cycles", counts.automatic),
      ("/gc/cycles/forced:gc-cycles", counts.forced),
      ("/gc/cycles/total:gc-cycles", counts.automatic + counts.forced),
      ("/greywave/cycles:cycles", Int(clamping: machine.durable.cycles)),
      ("/greywave/nodes:nodes", members.count),
      ("/greywave/stops:stops", counts.stops),
      ("/greywave/stops/cancelled:stops", counts.cancelledStops),
      ("/greywave/term:terms", Int(clamping: machine.term.rawValue)),
      (Metric.malformedFrames, malformedFrames),
    ]
    return figures.map { Metric(name: $0.0, value: Double($0.1)) }
  }
}

extension NodeHeap {
  init(_ node: NodeID, _ status: NodeStatus) {
    self.init(
      node: node, live: Int(clamping: status.heapBytes),
      trigger: Int(clamping: status.triggerBytes), isMemoryLimited: status.isMemoryLimited)
  }
}

extension CollectCause {
  init(_ cause: CycleCause) {
    switch cause {
    case .heap(let live, let trigger):
      self = .heap(heapBytes: UInt64(clamping: live), triggerBytes: UInt64(clamping: trigger))
    case .memoryLimit(let node): self = .limit(node)
    case .periodic: self = .periodic
    }
  }
}

extension CycleTrigger {
  init(_ cause: CollectCause) {
    switch cause {
    case .heap: self = .heap
    case .limit, .memory: self = .limit
    case .command, .task: self = .command
    case .periodic: self = .periodic
    }
  }
}

extension CycleFigures {
  init(_ summary: CycleSummary) {
    self.init(
      summing: summary.parts.map { part in
        var figures = NodeCycleFigures(node: part.node)
        figures.stop1Us = Int(part.stop1.microseconds)
        figures.stop2Us = Int(part.stop2.microseconds)
        guard let sweep = part.sweep else { return figures }
        figures.heapStartBytes = Int(clamping: sweep.heapStartBytes)
        figures.heapEndBytes = Int(clamping: sweep.heapEndBytes)
        figures.heapLiveBytes = Int(clamping: sweep.heapLiveBytes)
        figures.goalBytes = HeapBound.told(sweep.goalBytes)
        figures.stackBytes = Int(clamping: sweep.stackBytes)
        figures.globalBytes = Int(clamping: sweep.globalBytes)
        figures.objectsMarked = Int(clamping: sweep.objectsMarked)
        figures.objectsFreed = Int(clamping: sweep.objectsFreed)
        figures.bytesFreed = Int(clamping: sweep.bytesFreed)
        figures.greyRefsSent = Int(clamping: sweep.greyReferencesSent)
        figures.greyBatches = Int(clamping: sweep.greyBatchesSent)
        figures.assistUs = Int(clamping: sweep.assistNanoseconds / 1_000)
        figures.backgroundMarkUs = Int(clamping: sweep.backgroundMarkNanoseconds / 1_000)
        figures.idleMarkUs = Int(clamping: sweep.idleMarkNanoseconds / 1_000)
        figures.sweepUs = Int(clamping: sweep.sweepNanoseconds / 1_000)
        figures.processors = Int(clamping: sweep.processors)
        return figures
      })
    cycle = Int(clamping: summary.cycle)
    epoch = summary.epoch
    trigger = CycleTrigger(summary.cause)
    stop1Us = Int(summary.stop1.microseconds)
    markUs = Int(summary.mark.microseconds)
    stop2Us = Int(summary.stop2.microseconds)
    sweepUs = Int(summary.sweep.microseconds)
    waves = Int(clamping: summary.waves)
    falseCandidates = Int(clamping: summary.falseCandidates)
  }
}
