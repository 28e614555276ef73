// Carrying out what the machine decided: durable state, messages, log lines, and the answers of
// those who waited for it.

import GreyBasics
import GreyCollector
import GreyEvents
import GreyProtocol
import GreyWire

extension CoordinatorEngine {
  func perform(_ action: CoordinatorAction) {
    switch action {
    case .persist(let state): effects.append(.persist(state.encoded(with: memory)))
    case .bind(let node, let connection): bind(node, connection)
    case .reply(let connection, let message):
      reply(connection, message)
      if case .welcome(let welcome) = message { repeatRunOrders(to: welcome.node) }
    case .send(let node, let message): send(message, to: node)
    case .forward(let node, let message): hearRunMessage(node, message)
    case .transition(let from, let to, let cause):
      // The machine is idle while the members sweep; to people that is a phase.
      noteStop(from: from, to: to)
      toldPhase = to
      let next = machine.isSweeping && to == .idle ? ClusterPhase.sweep : ClusterPhase(to)
      log(
        .phaseTransition(from: ClusterPhase(from), to: next, cause: cause, term: machine.term))
    case .note(let note): record(note)
    case .membersChanged(_, let list): membersChanged(list)
    case .cycleFinished(let summary, let requests): cycleFinished(summary, requests)
    case .collectRefused(let requests, let reason):
      for request in requests { fail(request, code: .failed, reason) }
      stepsRefused(requests)
    case .held(let hold): stepHeld(hold)
    case .inspectionReady(let request, _, let nodes): verifyBegins(request, nodes)
    case .inspectionFailed(let request, let reason): fail(request, code: .failed, reason)
    case .stepDown(let term):
      effects.append(
        .exit(status: 1, reason: "another coordinator reigns in term \(term.rawValue)"))
    }
  }

  /// What is durable beside the machine's state.
  private var memory: EngineMemory {
    EngineMemory(
      settings: settings, nextRun: runs.nextRun, nextType: types.next,
      runs: runs.running.map(\.description), ended: runs.untold)
  }

  /// Writes down what changed without the machine's doing.
  func persistMemory() { effects.append(.persist(machine.durable.encoded(with: memory))) }

  /// The time from asking for a stop until everybody stood, for the log.
  private func noteStop(from: CoordinatorPhase, to: CoordinatorPhase) {
    if to.stop != nil { stopBegan = now }
    guard case .marking = to, case .stoppingToArm(_, let stop) = from else { return }
    log(
      .stopReached(
        stop: stop, phase: .stop1, nodes: members.count,
        elapsedUs: Int((now - stopBegan).microseconds)))
  }

  private func bind(_ node: NodeID, _ connection: ConnectionID) {
    guard let name = names[connection] else { return }
    routes[node] = name
  }

  private func membersChanged(_ list: [DurableMember]) {
    let known = Set(members.map(\.member.node))
    members = list
    for member in list where !known.contains(member.member.node) {
      effects.append(
        .watch(pid: Int32(bitPattern: member.pid), startTicks: member.processStart))
    }
    let present = Set(list.map(\.member.node))
    for node in known.sorted() where !present.contains(node) {
      statuses[node] = nil
      if let name = routes.removeValue(forKey: node) { forget(name) }
      memberGone(node)
    }
  }

  var memberIDs: [NodeID] { members.map(\.member.node) }

  private func record(_ note: CoordinatorNote) {
    switch note {
    case .joined(let member):
      log(
        .nodeJoined(
          node: member.member.node, pid: Int(member.pid), host: member.host,
          endpoint: member.member.endpoint,
          members: Set(memberIDs + [member.member.node]).sorted()))
    case .joinQueued(let connection, let waiting):
      log(.remark(text: "\(peerName(connection)) joins after this cycle, \(waiting) waiting"))
    case .refused(let connection, let reason):
      guard strangerLines.take(now: now) else { return }
      log(.nodeRefused(peer: peerName(connection), reason: reason))
    case .takenOver(let node): log(.remark(text: "\(node) taken over"))
    case .left(let node): log(.nodeLeft(node: node, members: memberIDs))
    case .fenced(let node, let reason):
      log(
        .nodeFenced(
          node: node, cause: reason,
          silentUs: Int(heardAt[node].map { (now - $0).microseconds } ?? 0),
          members: memberIDs.filter { $0 != node }))
    case .cycleStarted(let epoch, let cause):
      let heap = sumOfHeaps
      log(
        .cycleStarted(
          attempt: epoch, trigger: CycleTrigger(cause), reason: "\(cause)",
          heapBytes: heap.live, triggerBytes: HeapBound.told(heap.trigger)))
    case .stopCancelled(let stop, _, let reason, let silent, let retryAfter):
      log(.remark(text: reason))
      log(
        .stopCancelled(
          stop: stop, phase: ClusterPhase(toldPhase),
          waitedUs: Int((now - stopBegan).microseconds),
          blamed: silent.map { StopBlame(node: $0.node, task: $0.runningTask) },
          retryUs: Int(retryAfter.microseconds)))
    case .prepareSlow(let epoch, let silent, let waited):
      unprepared = silent
      let names = silent.map(\.description).joined(separator: ", ")
      log(
        .remark(
          text: "\(names) did not answer PREPARE of epoch \(epoch) for "
            + "\(waited.microseconds / 1_000) ms"))
    case .leaseEnded(let node, let stop, _):
      log(.leaseEnded(node: node, stop: stop, phase: ClusterPhase(toldPhase)))
    case .falseCandidate(_, let count):
      log(.falseCandidate(wave: Int(count), reason: "counts unequal, or something was grey"))
    case .aborted(_, let reason):
      log(.cycleAborted(phase: ClusterPhase(toldPhase), cause: reason))
    case .decided(let epoch): log(.remark(text: "epoch \(epoch.rawValue) is decided: sweep"))
    case .recovered(let count):
      log(
        .coordinatorTakenOver(
          term: machine.term, members: Array(memberIDs.prefix(count)),
          highestEpoch: machine.durable.highestEpoch))
    case .walksOn(let epoch, let reason):
      log(.remark(text: "epoch \(epoch.rawValue) is walked no more: \(reason)"))
    case .wasStalled(let time):
      log(.remark(text: "this process did not run for \(time.microseconds) us"))
    case .ignored(let node, _, let reason):
      log(.remark(text: "ignored a message of \(node): \(reason)"))
    }
  }

  // MARK: Cycles

  var sumOfHeaps: (live: Int, trigger: Int) {
    memberIDs.reduce(into: (0, 0)) { sum, node in
      guard let status = statuses[node] else { return }
      sum.0 = sum.0.saturatingAdd(Int(clamping: status.heapBytes))
      sum.1 = sum.1.saturatingAdd(Int(clamping: status.triggerBytes))
    }
  }

  /// The sum of the heaps reached the sum of the triggers, or a node nears its limit. Not while the
  /// last cycle's garbage is still being freed: a heap that counts it says nothing.
  func startCycleIfDue() {
    guard case .idle = machine.phase, !machine.isSweeping, !isShuttingDown else { return }
    let heaps = memberIDs.compactMap { node in statuses[node].map { NodeHeap(node, $0) } }
    guard heaps.count == members.count, !heaps.isEmpty else { return }
    let cause = pacer.cause(
      heaps, sinceLastCycle: now - lastCycleEnd, lastCycleTook: lastCycleTook)
    let sum = sumOfHeaps
    switch cause {
    case nil: return
    case .memoryLimit:
      let node = heaps.first { $0.isMemoryLimited && $0.live >= $0.trigger }?.node ?? .none
      feed(.collect(.node(node, reason: "near its memory limit"), stepped: false))
    default:
      feed(
        .collect(
          .heap(heapBytes: UInt64(sum.live), triggerBytes: UInt64(sum.trigger)), stepped: false))
    }
  }

  /// What collection has taken of the workers' time since the start, as Go's trace line says it.
  private func gcCPUPercent(adding figures: CycleFigures) -> Double {
    collectedUs +=
      figures.backgroundMarkUs + figures.idleMarkUs + figures.assistUs
      + figures.perNode.reduce(0) { $0 + $1.sweepUs }
    let available = Double((now - startedAt).microseconds) * Double(max(1, figures.processors))
    return available > 0 ? min(100, 100 * Double(collectedUs) / available) : 0
  }

  private func cycleFinished(_ summary: CycleSummary, _ requests: [UInt64]) {
    var figures = CycleFigures(summary)
    figures.startUs = Int((summary.startedAt - startedAt).microseconds)
    lastCycleEnd = now
    lastCycleTook = summary.stop1 + summary.mark + summary.stop2 + summary.sweep
    // What the heartbeats said of the heap is from before the sweep.
    for part in summary.parts {
      guard let sweep = part.sweep else { continue }
      statuses[part.node]?.heapBytes = sweep.heapLiveBytes
      statuses[part.node]?.triggerBytes = max(sweep.goalBytes, sweep.heapLiveBytes + 1)
    }
    figures.gcCpuPercent = gcCPUPercent(adding: figures)
    lastCycle = figures
    runs.noteCycle(summary.epoch)
    log(
      .phaseTransition(
        from: .sweep, to: ClusterPhase(machine.phase), cause: "every member has swept",
        term: machine.term))
    log(.cycleFinished(figures))
    for node in memberIDs { send(.cycleEnded(epoch: summary.epoch), to: node) }
    stepsFinished(requests, figures)
    for request in requests { gcFinished(request, figures) }
  }
}

extension NodeHeap {
  init(_ node: NodeID, _ status: NodeStatus) {
    self.init(
      node: node, live: Int(clamping: status.heapBytes),
      trigger: Int(clamping: status.triggerBytes),
      // The pacer keeps a few per cent of the limit free.
      isMemoryLimited: status.limitBytes > 0
        && status.goalBytes >= status.limitBytes - status.limitBytes / 10)
  }
}

extension CycleTrigger {
  init(_ cause: CollectCause) {
    switch cause {
    case .heap: self = .heap
    case .command: self = .command
    case .node(_, let reason): self = reason.contains("limit") ? .limit : .command
    case .periodic: self = .periodic
    }
  }
}

extension ClusterPhase {
  init(_ phase: CoordinatorPhase) {
    switch phase {
    case .recovering: self = .takeover
    case .idle: self = .idle
    case .preparing: self = .prepare
    case .stoppingToArm: self = .stop1
    case .marking: self = .mark
    case .stoppingToConfirm: self = .stop2
    case .inspecting: self = .inspect
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
        figures.processors = 1
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
