// The end of marking: candidates, stop 2, the decision, and the sweep behind it.
//
// A candidate costs a stop, a wrong one costs only that: stop 2 compares the pairwise counts of
// reports made within this very stop. They may be unequal for a moment, because flushing the
// barrier buffers yields grey references that are still delivered and shaded; that is waited for
// (`confirmLimit`, 1 ms), and no longer, because every task of the cluster waits with it.

import GreyBasics
import GreyWire

extension CoordinatorMachine {
  mutating func apply(_ finding: Finding) {
    switch finding {
    case .nothing:
      break
    case .candidate:
      attempt?.hasCandidate = true
    case .ask(let wave):
      guard let current = attempt else { return }
      let time = now
      attempt?.waves += 1
      attempt?.askedAt = time
      for node in current.members {
        act(.send(to: node, .reportRequest(epoch: current.epoch, wave: wave)))
      }
    }
  }

  mutating func advanceMarking() -> Bool {
    guard let current = attempt, current.hasCandidate, now >= current.candidateNotBefore,
      isStepOver(current), isLetPast(.candidate)
    else { return false }
    letCollectorsGo()
    attempt?.hasCandidate = false
    attempt?.waves += 1
    attempt?.stopReports.removeAll()
    let number = beginStop(of: current.members, lease: cycleLease)
    move(to: .stoppingToConfirm(current.epoch, number), cause: "marking looks complete")
    for node in current.members {
      act(
        .send(to: node, .stopAndConfirm(epoch: current.epoch, stop: number, lease: cycleLease)))
    }
    return true
  }

  mutating func advanceStopToConfirm() -> Bool {
    guard let current = attempt, let stop, let completeAt = stop.completeAt else { return false }
    if PairwiseCounts.agree(current.stopReports, members: current.members, rules: rules) {
      guard isLetPast(.confirmed) else { return false }
      decide(current, stop)
      return true
    }
    guard now >= completeAt + timeouts.confirmLimit else { return false }
    let count = current.falseCandidates + 1
    let wait = configuration.backoff(
      after: Int(clamping: count), first: timeouts.candidateBackoff,
      limit: timeouts.candidateBackoffLimit)
    let retryAt = now + wait
    attempt?.falseCandidates = count
    attempt?.candidateNotBefore = retryAt
    note(.falseCandidate(current.epoch, count: count))
    enterMarking(current.epoch, resuming: stop.number, cause: "false candidate")
    return true
  }

  /// The only place that sends a first `sweep`.
  private mutating func decide(_ done: Attempt, _ stop: GlobalStop) {
    durable.decidedEpoch = done.epoch
    durable.cycles += 1
    persist()
    if isWalked { walk(.sweep, done.epoch, done.members, allowance: 0) }
    for node in done.members { act(.send(to: node, .sweep(epoch: done.epoch))) }
    note(.decided(done.epoch))
    var summary = CycleSummary(
      cycle: durable.cycles, epoch: done.epoch, cause: done.demand.cause ?? .periodic,
      startedAt: done.startedAt)
    summary.prepare = done.prepare
    summary.stop1 = done.stop1
    summary.mark = stop.sentAt - done.markingSince
    summary.stop2 = now - stop.sentAt
    summary.waves = done.waves
    summary.falseCandidates = done.falseCandidates
    summary.abortedAttempts = done.demand.abortedAttempts
    summary.parts = done.parts.values
    sweep = SweepWatch(
      summary: summary, requests: done.demand.requests, awaited: SortedSet(done.members),
      decidedAt: now, sentAt: now, waitsForMemory: done.demand.waitsForMemory)
    attempt = nil
    self.stop = nil
    move(to: .idle, cause: "marking is complete everywhere")
  }

  mutating func takeSwept(_ report: SweepReport, from node: NodeID) {
    guard let watch = sweep, watch.summary.epoch == report.epoch, watch.awaited.contains(node)
    else { return note(.ignored(node, .swept(report), reason: "not awaited")) }
    if let index = watch.summary.parts.firstIndex(where: { $0.node == node }) {
      sweep?.summary.parts[index].sweep = report
    }
    noteSweepOver(at: node)
  }

  /// The member has swept, has dropped the epoch, or is gone.
  mutating func noteSweepOver(at node: NodeID) {
    sweep?.awaited.remove(node)
    guard var done = sweep, done.awaited.isEmpty else { return }
    sweep = nil
    if attempt == nil { stepping = nil }
    done.summary.sweep = now - done.decidedAt
    act(.cycleFinished(done.summary, requests: done.requests))
  }
}
