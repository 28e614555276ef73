// What happens because nothing else did: heartbeats, silence, limits, resends.
//
// `expire` runs after every input, before anything new is begun: so a stop is never decided after
// its time, no matter which message came first.

import GreyBasics
import GreyWire

extension CoordinatorMachine {
  /// If this process did not run for a while (a debugger, a suspended machine), the members were
  /// not silent: it was deaf. They get the time back.
  mutating func excuseOwnStall() {
    let gap = now - lastHandled
    guard gap > timeouts.heartbeat.times(4) else { return }
    members.updateAll { $0.lastHeard = $0.lastHeard + gap }
    note(.wasStalled(gap))
  }

  mutating func expire() {
    expireSteps()
    if let stop, isTooLate(stop) {
      cancelStop(
        stop.isComplete
          ? "half its lease is over" : "not answered within \(stop.answerBy - stop.sentAt)")
    }
    for node in members.keys {
      if let member = members[node], now > member.lastHeard + patience {
        remove(node, reason: "silent for \(now - member.lastHeard)", isClean: false)
      }
    }
    settleQuarrels()
    if now >= heartbeatAt {
      heartbeatNumber += 1
      heartbeatAt = now + timeouts.heartbeat
      sendToAll(.heartbeat(sequence: heartbeatNumber))
    }
    probe()
    resend()
    if case .marking = phase, let current = attempt, !current.hasCandidate,
      now >= current.askedAt + timeouts.askForReports
    {
      apply(attempt?.detector?.askAgain() ?? .nothing)
    }
  }

  /// How long a member may be silent. A cycle needs every member, so while a task of a survivor is
  /// parked until one has ended, waiting for the silent one costs more than doing without it.
  private var patience: Duration {
    isMemoryAwaited ? timeouts.fenceAtLimit : timeouts.fenceAfter
  }

  /// Halfway to the limit, those that have not stopped are asked what they are doing, so that the
  /// log can name the task.
  private mutating func probe() {
    guard let current = stop, !current.hasProbed, !current.isComplete,
      now >= current.sentAt + (current.answerBy - current.sentAt) / 2
    else { return }
    stop?.hasProbed = true
    for node in current.silent {
      act(.send(to: node, .heartbeat(sequence: heartbeatNumber)))
    }
  }

  /// A connection that breaks loses what was on it. Everything here is answered once and heard
  /// twice without harm.
  private mutating func resend() {
    if case .preparing(let epoch) = phase, let current = attempt,
      now >= current.prepareSentAt + timeouts.resend
    {
      let time = now
      attempt?.prepareSentAt = time
      let silent = presentMembers.filter { !current.prepared.contains($0) }
      for node in silent { act(.send(to: node, .prepare(epoch: epoch))) }
      // Nobody is slow while a stepped cycle holds here.
      if !silent.isEmpty {
        note(.prepareSlow(epoch, silent, waited: now - current.startedAt))
      }
    }
    if let watch = sweep, now >= watch.sentAt + timeouts.resend {
      sweep?.sentAt = now
      // One that prepares a later epoch has dropped this one, or is about to report it.
      for node in watch.awaited.elements
      where attempt == nil && stepping?.sweeps(node) != true {
        act(.send(to: node, .sweep(epoch: watch.summary.epoch)))
      }
    }
    for fenced in fences.keys {
      guard let watch = fences[fenced], now >= watch.sentAt + timeouts.resend else { continue }
      let time = now
      fences.update(fenced) { $0.sentAt = time }
      for node in watch.awaited.elements { act(.send(to: node, .fence(node: fenced))) }
    }
  }

  /// When the machine wants to be called at the latest; `tick` if nothing else happens.
  package var nextDeadline: Moment {
    var next = heartbeatAt
    func consider(_ moment: Moment) { next = min(next, moment) }
    if let stop {
      consider((stop.isComplete ? stop.decideBy : stop.answerBy) + .nanoseconds(1))
      if let completeAt = stop.completeAt, case .stoppingToConfirm = phase,
        stepping?.holdsAt == nil
      {
        consider(completeAt + timeouts.confirmLimit)
      }
      if !stop.hasProbed, !stop.isComplete {
        consider(stop.sentAt + (stop.answerBy - stop.sentAt) / 2)
      }
    }
    if let attempt, attempt.hasCandidate, stepping?.holdsAt == nil {
      consider(attempt.candidateNotBefore)
    }
    if phase == .idle, pending.cause != nil, inspections.isEmpty { consider(retryNotBefore) }
    // Everything else is as slow as a heartbeat.
    return next
  }
}
