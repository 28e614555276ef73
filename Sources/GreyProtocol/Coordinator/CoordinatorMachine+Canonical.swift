// States that behave alike, made equal: for those who walk all states of this machine.
//
// Moments. They are only ever compared with `now`. An explorer decides by itself whether a limit
// has passed, by calling `handle(.tick)` with a moment behind it; so every moment may be moved to
// what it would be if its event had happened at zero, and each limit then lies its whole length
// ahead. Sound only where back-offs are zero and nothing is due without such a call.
//
// Statistics (waves, false candidates, aborted attempts, durations) decide nothing but the length
// of back-offs, and are set to zero.
//
// Stop numbers rise for ever. They are compared for equality and order, and a new one is above
// all; so they may be renamed by any map that keeps the order, as long as it is applied to the
// whole cluster at once and the coordinator's last number is the highest there is.

import GreyBasics
import GreyWire

extension CoordinatorMachine {
  package mutating func forgetHistory() {
    lastHandled = .zero
    retryNotBefore = .zero
    heartbeatAt = .zero + timeouts.heartbeat
    cancelledStops = min(1, cancelledStops)
    pending.abortedAttempts = 0
    if quarrelSince != nil { quarrelSince = .zero }
    members.updateAll {
      $0.lastHeard = .zero
      if $0.statusAt != nil { $0.statusAt = .zero }
      if $0.leaveSentAt != nil { $0.leaveSentAt = .zero }
      if $0.correctedAt != nil { $0.correctedAt = .zero }
    }
    fences.updateAll { $0.sentAt = .zero }
    attempt?.forgetHistory()
    stop?.forgetHistory()
    if let watch = sweep {
      var summary = CycleSummary(
        cycle: watch.summary.cycle, epoch: watch.summary.epoch, cause: watch.summary.cause,
        startedAt: .zero)
      summary.parts = watch.summary.parts.map { CycleSummary.Part(node: $0.node) }
      sweep = SweepWatch(
        summary: summary, requests: watch.requests, awaited: watch.awaited, decidedAt: .zero,
        sentAt: .zero, waitsForMemory: watch.waitsForMemory)
    }
  }

  /// Every stop number in this state; the last one given is always among them.
  package var stopNumbers: [StopNumber] {
    var numbers = [lastStop]
    if let number = phase.stop { numbers.append(number) }
    if let stop { numbers.append(stop.number) }
    if let attempt {
      numbers.append(attempt.armStop)
      numbers += attempt.stopReports.values.map(\.stop)
    }
    return numbers
  }

  package var lastStopNumber: StopNumber { lastStop }

  package mutating func renumberStops(_ rename: (StopNumber) -> StopNumber) {
    lastStop = rename(lastStop)
    switch phase {
    case .stoppingToArm(let epoch, let number): phase = .stoppingToArm(epoch, rename(number))
    case .stoppingToConfirm(let epoch, let number):
      phase = .stoppingToConfirm(epoch, rename(number))
    case .inspecting(let number): phase = .inspecting(rename(number))
    case .recovering, .idle, .preparing, .marking: break
    }
    if let number = stop?.number { stop?.number = rename(number) }
    if let number = attempt?.armStop { attempt?.armStop = rename(number) }
    attempt?.stopReports.updateAll { $0.stop = rename($0.stop) }
  }

  /// A stop that every member has answered waits for equal counts.
  package var awaitsCounts: Bool {
    guard case .stoppingToConfirm = phase else { return false }
    return stop?.completeAt != nil
  }

  package var marksNow: Bool {
    if case .marking = phase { return true }
    return false
  }

  /// No attempt, no demand for one, no sweep that is not over.
  package var isQuiet: Bool { phase == .idle && pending.cause == nil && sweep == nil }

  /// A demand for a cycle would begin one now.
  package var couldBegin: Bool { phase == .idle && pending.cause == nil && !members.isEmpty }
}

extension Attempt {
  fileprivate mutating func forgetHistory() {
    startedAt = .zero
    prepareSentAt = .zero
    stop1 = .zero
    prepare = .zero
    markingSince = .zero
    candidateNotBefore = .zero
    askedAt = .zero
    waves = 0
    falseCandidates = 0
    cancelledConfirms = 0
    demand.abortedAttempts = 0
    parts.updateAll { $0 = CycleSummary.Part(node: $0.node) }
  }
}

extension GlobalStop {
  fileprivate mutating func forgetHistory() {
    let (limit, half) = (answerBy - sentAt, decideBy - sentAt)
    sentAt = .zero
    answerBy = .zero + limit
    decideBy = .zero + half
    if completeAt != nil { completeAt = .zero }
  }
}
