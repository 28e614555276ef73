// `gc --step`: a cycle that waits before each phase, and within marking and sweeping after each
// quantum, until somebody has looked at it.
//
// Every step is a request of its own: `begin` is answered when the cycle holds for the first time,
// `phase` and `quantum` when it holds again or is over, `finish` when it is over. The machine knows
// where it holds; here stand the sentences. A hold that came unasked (marking turned out to be
// complete while it held) is shown before it is left.
//
// Whoever walks says every second or so that he is still there. One who was not heard of for a few
// times that long is gone, with his terminal perhaps, and the cycle goes on by itself: the world
// may stand meanwhile. Another one who begins while a cycle is held walks that one on.

import GreyBasics
import GreyEvents
import GreyProtocol
import GreyWire

/// A cycle that somebody walks.
struct StepSession {
  /// Objects of one quantum, unless a step says otherwise.
  static let quantum = 1_000

  /// The request that began it; the cycle that answers it is the one that is walked.
  let number: UInt64
  var held: Hold?
  var isShown = false
  /// When somebody who walks it gave a sign of life.
  var heardAt: Moment
}

extension CoordinatorEngine {
  func step(
    _ action: StepAction, quantum: Int?, client: RoutingName, id: String, limit: Duration
  ) {
    let objects = quantum ?? StepSession.quantum
    guard objects > 0 else {
      return answer(client, id, ControlError(.usage, "a quantum has at least one object"))
    }
    steps?.heardAt = now
    if action == .begin {
      let number = pending.add(client: client, id: id, now: now, limit: limit, .step)
      guard let session = steps else {
        steps = StepSession(number: number, heardAt: now)
        return feed(.collect(.command(request: number), stepped: true))
      }
      if let request = pending[number] {
        tell(request, .remark(text: "a cycle is walked already: this walks it on"))
      }
      if let held = session.held { show(held) }
      return
    }
    guard let session = steps else {
      return answer(client, id, ControlError(.usage, "no cycle is held: begin one first"))
    }
    if action == .stay {
      guard let held = session.held else {
        return answer(client, id, ControlError(.busy, "the cycle does not hold at this moment"))
      }
      return answer(client, id, result(of: held))
    }
    _ = pending.add(client: client, id: id, now: now, limit: limit, .step)
    if action == .finish {
      steps?.held = nil
      return feed(.stepOn(.toEnd))
    }
    // Not held: it is on its way to where it holds next, which is the answer to this step as well.
    guard let held = session.held else { return }
    guard session.isShown else { return show(held) }
    steps?.held = nil
    feed(.stepOn(action == .quantum ? .quantum(UInt64(objects)) : .phase))
  }

  /// When whoever walks counts as gone, if nothing more is heard.
  var walkerGoneAt: Moment {
    guard let session = steps, session.held != nil else { return .distantFuture }
    return session.heardAt + configuration.walkPatience
  }

  func letForsakenCycleGo() {
    guard now >= walkerGoneAt else { return }
    let patience = Text.microseconds(Int(configuration.walkPatience.microseconds))
    log(
      .remark(
        text: "whoever walked the cycle was not heard of for \(patience): it goes on by itself"))
    steps?.held = nil
    feed(.stepOn(.toEnd))
  }

  /// Nil unless a cycle waits for somebody's step.
  var walkerWaitedFor: String? {
    guard let held = steps?.held else { return nil }
    let phase = result(of: held).phase.rawValue
    return "whoever walks a cycle by hand (gc --step) to step on in \(phase)"
  }

  func stepHeld(_ hold: Hold) {
    guard steps != nil else { return feed(.stepOn(.toEnd)) }
    steps?.held = hold
    steps?.isShown = false
    steps?.heardAt = now
    show(hold)
  }

  private func show(_ hold: Hold) {
    if answerSteps(result(of: hold)) { steps?.isShown = true }
  }

  private func result(of hold: Hold) -> StepResult {
    StepResult(
      phase: hold.point == .sweeping ? .sweep : ClusterPhase(machine.phase),
      epoch: hold.epoch, description: hold.happened, next: hold.point.next, isDone: false,
      nodes: stepNodes(hold))
  }

  func stepsFinished(_ requests: [UInt64], _ figures: CycleFigures) {
    guard let session = steps, requests.contains(session.number) else { return }
    steps = nil
    _ = answerSteps(
      StepResult(
        phase: .sweep, epoch: figures.epoch,
        description: "Every node has swept: \(figures.objectsFreed) objects are freed.",
        next: "The cycle is over.", isDone: true, nodes: stepNodes(nil), figures: figures))
  }

  func stepsRefused(_ requests: [UInt64]) {
    if let session = steps, requests.contains(session.number) { steps = nil }
  }

  /// False when nobody waits for it.
  private func answerSteps(_ result: StepResult) -> Bool {
    var isHeard = false
    for request in pending.all {
      guard case .step = request.waiting else { continue }
      finish(request, result)
      isHeard = true
    }
    return isHeard
  }

  private func stepNodes(_ hold: Hold?) -> [StepResult.Node] {
    memberIDs.map { node in
      let status = statuses[node] ?? NodeStatus()
      let report = hold.flatMap { hold in
        hold.nodes.firstIndex(of: node).map { hold.reports[$0] }
      }
      return StepResult.Node(
        node: node, isIdle: !status.isMarking && !status.isSweeping,
        heapBytes: Int(clamping: status.heapBytes), objects: Int(clamping: status.objects),
        walk: report.map(StepResult.Walk.init))
    }
  }
}

extension StepResult.Walk {
  init(_ report: WalkReport) {
    self.init()
    greyLeft = Int(clamping: report.greyLeft)
    objectsMarked = Int(clamping: report.objectsMarked)
    greyRefsSent = Int(clamping: report.greyReferencesSent)
    greyRefsReceived = Int(clamping: report.greyReferencesReceived)
    assistBytes = Int(clamping: report.assistedBytes)
    assistsHeld = Int(clamping: report.assistsHeld)
    pagesSwept = Int(clamping: report.pagesSwept)
    pagesLeft = Int(clamping: report.pagesLeft)
    objectsFreed = Int(clamping: report.objectsFreed)
  }
}

extension Hold {
  fileprivate var happened: String {
    switch point {
    case .prepared: "Every node has finished sweeping the last cycle's garbage."
    case .armed: "Every task of the cluster stands at a safepoint, and every barrier is on."
    case .marking where quantum == 0:
      "Tasks run again with their barriers on, and every root is scanned; collectors hold."
    case .marking: "Every node's collector has marked up to \(Text.plural(Int(quantum), "object"))."
    case .candidate: "Every node is idle and the counts match: marking looks complete."
    case .confirmed: "Every task stands still again; nothing is grey and every count is equal."
    case .sweeping where quantum == 0: "Tasks run, barriers are off; what is white is garbage."
    case .sweeping: "Every node's collector has swept up to \(Text.plural(Int(quantum), "page"))."
    }
  }
}

extension HoldPoint {
  fileprivate var next: String {
    switch self {
    case .prepared: "Stop 1: stop every task, turn the write barrier on."
    case .armed: "Resume; scan the roots of every node, concurrently."
    case .marking: "Mark a quantum on every node; as a phase, until nothing is grey."
    case .candidate: "Stop 2: stop every task and compare the counts."
    case .confirmed: "Decide, turn the barrier off, resume."
    case .sweeping: "Sweep a quantum on every node; as a phase, to the end."
    }
  }
}
