// `gc --step`: a cycle that waits before each phase until somebody has looked at it.
//
// Every step is a request of its own: `begin` is answered when the cycle holds for the first time,
// `phase` when it holds again or is over, `finish` when it is over. The machine knows where it
// holds; here stand the sentences.

import GreyBasics
import GreyEvents
import GreyProtocol
import GreyWire

extension CoordinatorEngine {
  func step(_ action: StepAction, client: RoutingName, id: String) {
    let isHolding = heldAt != nil
    switch action {
    case .begin:
      guard !isHolding else {
        return answer(client, id, ControlError(.busy, "a stepped cycle is at work: step on"))
      }
      let number = addStep(client, id)
      isStepping = true
      feed(.collect(.command(request: number), stepped: true))
    case .phase:
      guard isHolding else {
        return answer(client, id, ControlError(.usage, "no cycle is held: begin one first"))
      }
      _ = addStep(client, id)
      heldAt = nil
      feed(.stepOn)
    case .finish:
      guard isStepping else {
        return answer(client, id, ControlError(.usage, "no cycle is held: begin one first"))
      }
      _ = addStep(client, id)
      isStepping = false
      heldAt = nil
      feed(.stepOn)
    }
  }

  private func addStep(_ client: RoutingName, _ id: String) -> UInt64 {
    pending.add(client: client, id: id, now: now, limit: configuration.requestLimit, .step)
  }

  func stepHeld(_ point: HoldPoint, _ epoch: Epoch) {
    heldAt = point
    // `finish` walks on through whatever holds still come.
    guard isStepping else {
      heldAt = nil
      return feed(.stepOn)
    }
    answerSteps(
      StepResult(
        phase: ClusterPhase(machine.phase), epoch: epoch, description: point.happened,
        next: point.next, isDone: false, nodes: stepNodes))
  }

  func stepFinished(_ figures: CycleFigures) {
    isStepping = false
    heldAt = nil
    answerSteps(
      StepResult(
        phase: .sweep, epoch: figures.epoch,
        description: "Every node has swept: \(figures.objectsFreed) objects are freed.",
        next: "The cycle is over.", isDone: true, nodes: stepNodes, figures: figures))
  }

  private func answerSteps(_ result: StepResult) {
    for request in pending.all {
      if case .step = request.waiting { finish(request, result) }
    }
  }

  private var stepNodes: [StepResult.Node] {
    memberIDs.map { node in
      let status = statuses[node] ?? NodeStatus()
      return StepResult.Node(
        node: node, isIdle: !status.isMarking && !status.isSweeping,
        heapBytes: Int(clamping: status.heapBytes), objects: Int(clamping: status.objects))
    }
  }
}

extension HoldPoint {
  fileprivate var happened: String {
    switch self {
    case .prepared: "Every node has finished sweeping the last cycle's garbage."
    case .armed: "Every task of the cluster stands at a safepoint, and every barrier is on."
    case .candidate: "Every node is idle and the counts match: marking looks complete."
    case .confirmed: "Every task stands still again; nothing is grey and every count is equal."
    }
  }

  fileprivate var next: String {
    switch self {
    case .prepared: "Stop 1: stop every task, turn the write barrier on."
    case .armed: "Resume; mark from the roots of every node, concurrently."
    case .candidate: "Stop 2: stop every task and compare the counts."
    case .confirmed: "Decide, turn the barrier off, resume, and sweep."
    }
  }
}
