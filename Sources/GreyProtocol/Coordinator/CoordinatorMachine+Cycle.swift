// A cycle from its demand to stop 1 and into marking.
//
// A demand survives its attempts: a cancelled or aborted one leaves it in place, and the next
// attempt runs under the next number. The number is burnt because members of the old attempt may
// have been armed with it: their batches, still on the way, and what they believe to be shaded
// belong to an attempt that nobody finishes (retried under the same number, an object is lost in
// 16 steps).

import GreyBasics
import GreyWire

extension CoordinatorMachine {
  mutating func takeCollect(_ cause: CollectCause, stepped: Bool) {
    switch phase {
    case .idle: pending.add(cause, stepped: stepped)
    case _ where cause.isOfPacer:
      // The cycle that runs is the answer.
      break
    case .preparing where attempt != nil:
      // Nothing is marked yet, so this cycle begins after the demand.
      attempt?.demand.add(cause, stepped: stepped)
      if stepped, stepping == nil { stepping = Stepping() }
    default:
      pending.add(cause, stepped: stepped)
    }
    // Asked for by a task that is parked: nobody is to rest before it is freed.
    if case .memory = cause { sendToAll(.hurry) }
  }

  /// Some task is parked at its memory limit until a cycle has ended.
  var isMemoryAwaited: Bool {
    pending.waitsForMemory || attempt?.demand.waitsForMemory == true
      || sweep?.waitsForMemory == true
  }

  mutating func advanceIdle() -> Bool {
    if admitNext() { return true }
    askToLeave()
    if !inspections.isEmpty { return beginInspection() }
    guard pending.cause != nil, now >= retryNotBefore else { return false }
    if members.isEmpty {
      let requests = pending.requests
      pending = PendingCollect()
      if !requests.isEmpty {
        act(.collectRefused(requests: requests, reason: "the cluster has no nodes"))
      }
      return false
    }
    beginAttempt()
    return true
  }

  private mutating func beginAttempt() {
    if rules.contains(.burnEpoch) || cancelledStops == 0 {
      durable.highestEpoch = durable.highestEpoch.next
      persist()
    }
    let epoch = durable.highestEpoch
    let demand = pending
    pending = PendingCollect()
    attempt = Attempt(epoch: epoch, demand: demand, now: now)
    stepping = demand.isStepped ? Stepping() : nil
    let cause = demand.cause ?? .periodic
    note(.cycleStarted(epoch, cause))
    move(to: .preparing(epoch), cause: cause.description)
    sendToAll(.prepare(epoch: epoch))
  }

  mutating func advancePreparing() -> Bool {
    if admitNext() { return true }
    guard let current = attempt, fences.isEmpty,
      members.keys.allSatisfy({ current.prepared.contains($0) }), isLetPast(.prepared)
    else { return false }
    let nodes = members.keys
    attempt?.members = nodes
    let took = now - current.startedAt
    attempt?.prepare = took
    for node in nodes { attempt?.parts[node] = CycleSummary.Part(node: node) }
    let number = beginStop(of: nodes, lease: cycleLease)
    attempt?.armStop = number
    move(to: .stoppingToArm(current.epoch, number), cause: "every member is prepared")
    for node in nodes {
      act(
        .send(
          to: node,
          .stopAndArm(epoch: current.epoch, stop: number, members: nodes, lease: cycleLease)))
    }
    return true
  }

  mutating func advanceStopToArm() -> Bool {
    guard let current = attempt, let stop, stop.isComplete, isLetPast(.armed) else { return false }
    cancelledStops = 0
    let took = now - stop.sentAt
    let time = now
    let detector = Detector(configuration.detector, members: current.members, rules: rules)
    attempt?.stop1 = took
    attempt?.markingSince = time
    attempt?.heartbeatWhenArmed = heartbeatNumber
    attempt?.detector = detector
    enterMarking(current.epoch, resuming: stop.number, cause: "every member is armed")
    // Without the rule some mark already, and what they reported was not listened to.
    if !rules.contains(.armTogether) { apply(attempt?.detector?.askAgain() ?? .nothing) }
    return true
  }

  /// Tasks run on, marking goes on.
  mutating func enterMarking(_ epoch: Epoch, resuming number: StopNumber, cause: String) {
    stop = nil
    let time = now
    attempt?.askedAt = time
    attempt?.hasCandidate = false
    stepping?.pass()
    attempt?.stopReports.removeAll()
    attempt?.detector?.forget()
    move(to: .marking(epoch), cause: cause)
    // Heard before the resume: nobody marks before the first step.
    if isWalked { walk(.mark, epoch, attempt?.members ?? [], allowance: 0) }
    for node in attempt?.members ?? [] { act(.send(to: node, .resume(stop: number))) }
  }

  /// Ends the attempt without a decision. The demand stays.
  mutating func abort(_ reason: String) {
    guard var failed = attempt else { return }
    attempt = nil
    stop = nil
    stepping = nil
    failed.demand.abortedAttempts += 1
    pending.takeBack(failed.demand)
    note(.aborted(failed.epoch, reason: reason))
    move(to: .idle, cause: reason)
    sendToAll(.abort(epoch: failed.epoch))
  }
}
