// Global stops: sent, answered, cancelled; and stops that only look.
//
// Why half a lease: a member counts its lease from receiving the stop, the coordinator from
// sending it, which is earlier. Within half of it every member that answered is still stopped,
// however late messages are and even if a clock runs at half speed. After that nothing is decided
// about the stop any more, complete or not: it is cancelled, everybody resumes.
//
// A cancelled stop 1 aborts its epoch; a cancelled stop 2 goes back to marking, since nothing was
// undone by it. Both back off exponentially, so a member that does not reach a safepoint costs
// the others less and less.

import GreyBasics
import GreyWire

extension CoordinatorMachine {
  mutating func beginStop(of nodes: [NodeID], lease: Duration) -> StopNumber {
    lastStop = lastStop.next
    let half = now + lease / 2
    stop = GlobalStop(
      number: lastStop, nodes: nodes, sentAt: now, answerBy: min(now + timeouts.stopLimit, half),
      decideBy: half)
    return lastStop
  }

  /// Nothing may be decided about the stop any more.
  func isTooLate(_ stop: GlobalStop) -> Bool {
    now > stop.decideBy || !stop.isComplete && now > stop.answerBy
  }

  mutating func cancelStop(_ reason: String) {
    guard let failed = stop else { return }
    switch phase {
    case .stoppingToArm(let epoch, _):
      cancelledStops += 1
      let wait = configuration.backoff(
        after: cancelledStops, first: timeouts.stopBackoff, limit: timeouts.stopBackoffLimit)
      retryNotBefore = now + wait
      noteCancelled(failed, epoch, reason, wait)
      abort("stop 1: \(reason)")
    case .stoppingToConfirm(let epoch, _):
      let count = (attempt?.cancelledConfirms ?? 0) + 1
      let wait = configuration.backoff(
        after: count, first: timeouts.stopBackoff, limit: timeouts.stopBackoffLimit)
      attempt?.cancelledConfirms = count
      attempt?.candidateNotBefore = now + wait
      noteCancelled(failed, epoch, reason, wait)
      enterMarking(epoch, resuming: failed.number, cause: "stop 2: \(reason)")
    case .inspecting:
      noteCancelled(failed, .zero, reason, .zero)
      failInspection(reason)
    case .recovering, .idle, .preparing, .marking:
      break
    }
  }

  private mutating func noteCancelled(
    _ failed: GlobalStop, _ epoch: Epoch, _ reason: String, _ wait: Duration
  ) {
    let silent = failed.silent.map { node in
      CoordinatorNote.Silent(node: node, runningTask: members[node]?.status.runningTask ?? "")
    }
    note(.stopCancelled(failed.number, epoch, reason: reason, silent: silent, retryAfter: wait))
  }

  mutating func takeLeaseEnded(_ number: StopNumber, _ epoch: Epoch, from node: NodeID) {
    note(.leaseEnded(node, number, epoch))
    if let current = attempt, current.epoch == epoch, current.armStop == number {
      // It has dropped the epoch, whether or not the others are marking already.
      return abort("the lease of \(node) ended in stop 1")
    }
    if stop?.number == number { cancelStop("the lease of \(node) ended") }
  }

  // MARK: Stops that only look

  mutating func beginInspection() -> Bool {
    // Garbage that is still to be swept is no finding.
    guard sweep == nil, let next = inspections.first else { return false }
    inspections.removeFirst()
    let nodes = members.keys
    if nodes.isEmpty {
      act(.inspectionFailed(request: next.request, reason: "the cluster has no nodes"))
      return true
    }
    inspection = next
    let number = beginStop(of: nodes, lease: next.lease)
    move(to: .inspecting(number), cause: "inspection \(next.request)")
    for node in nodes {
      act(.send(to: node, .stopToInspect(stop: number, lease: next.lease)))
    }
    return false
  }

  mutating func noteInspectionReady() {
    guard case .inspecting(let number) = phase, let inspection, let stop, stop.isComplete,
      !isTooLate(stop)
    else { return }
    act(.inspectionReady(request: inspection.request, stop: number, nodes: stop.nodes))
  }

  mutating func endInspection(_ request: UInt64) {
    inspections.removeAll { $0.request == request }
    guard inspection?.request == request else { return }
    release("inspection \(request) is done")
  }

  mutating func failInspection(_ reason: String) {
    guard let failed = inspection else { return }
    release(reason)
    act(.inspectionFailed(request: failed.request, reason: reason))
  }

  private mutating func release(_ cause: String) {
    let number = stop?.number ?? .zero
    inspection = nil
    stop = nil
    move(to: .idle, cause: cause)
    sendToAll(.resume(stop: number))
  }
}
