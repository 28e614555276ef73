// Carrying out what the machine decided: durable state, messages, log lines, and the answers of
// those who waited for it.

import GreyBasics
import GreyEvents
import GreyProtocol
import GreyWire

extension CoordinatorEngine {
  func perform(_ action: CoordinatorAction) {
    switch action {
    case .persist(let state): persist(state)
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
      toldEpoch = to.undecided ?? toldEpoch
      let next = machine.isSweeping && to == .idle ? ClusterPhase.sweep : ClusterPhase(to)
      log(
        .phaseTransition(from: ClusterPhase(from), to: next, cause: cause, term: machine.term))
    case .note(let note): record(note)
    case .membersChanged(_, let list): membersChanged(list)
    case .cycleFinished(let summary, let requests): cycleFinished(summary, requests)
    case .collectRefused(let requests, let reason):
      for request in requests { fail(request, code: .failed, "\(reason): \(moreNodes)") }
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
      runs: runs.running.map(\.durable), ended: runs.untold, history: runs.history)
  }

  /// It stays as it is through a cycle, and a decision is written down while the world stands.
  private var codedMemory: [UInt8] {
    if let known = memoryBytes { return known }
    let fresh = memory.encoded
    memoryBytes = fresh
    return fresh
  }

  private func persist(_ state: DurableState) {
    let bytes: [UInt8]
    if let known = memberBytes, known.members == state.members {
      bytes = known.bytes
    } else {
      bytes = state.encodedMembers
      memberBytes = (state.members, bytes)
    }
    effects.append(.persist(state.encoded(members: bytes, memory: codedMemory)))
  }

  /// Writes down what changed without the machine's doing.
  func persistMemory() {
    memoryBytes = nil
    persist(machine.durable)
  }

  /// The time from asking for a stop until everybody stood, for the log.
  private func noteStop(from: CoordinatorPhase, to: CoordinatorPhase) {
    if to.stop != nil {
      stopBegan = now
      counts.stops += 1
    }
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
      watch(member)
      verifyHears(of: member.member.node)
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
          node: member.member.node, pid: Int(member.pid), host: HostName.shown(member.host),
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
      toldEpoch = epoch
      let heap = sumOfHeaps
      log(
        .cycleStarted(
          attempt: epoch, trigger: CycleTrigger(cause), reason: "\(cause)",
          heapBytes: heap.live, triggerBytes: HeapBound.told(heap.trigger)))
    case .stopCancelled(let stop, _, let reason, let silent, let retryAfter):
      counts.cancelledStops += 1
      log(.remark(text: reason))
      log(
        .stopCancelled(
          stop: stop, phase: ClusterPhase(toldPhase),
          waitedUs: Int((now - stopBegan).microseconds),
          blamed: silent.map { StopBlame(node: $0.node, task: $0.runningTask) },
          retryUs: Int(retryAfter.microseconds)))
    case .prepareSlow(let epoch, let silent, let waited):
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
