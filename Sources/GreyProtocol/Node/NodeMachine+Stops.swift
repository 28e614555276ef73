// Stops at a node: the pause of its workers, what is done in it, and how it ends.
//
// Workers park in their own time, so a stop may be resumed, aborted or replaced before they have.
// The pause therefore has a number of its own, and a stop is answered when both are there: a pause
// whose workers are parked, and a stop that has not been answered. A stop that replaces another
// (this node missed the end of the first) takes over its parked workers.

import GreyBasics
import GreyWire

extension NodeMachine {
  mutating func takeStop(
    _ message: CoordinatorMessage, _ number: StopNumber, _ kind: StopKind, _ lease: Duration
  ) {
    if let current = stop, current.number == number {
      // Said again: a longer lease, or the answer was lost.
      stop?.leaseEnds = max(current.leaseEnds, now + lease)
      if current.isAnswered { answer(current) }
      return
    }
    if let current = stop, current.number > number {
      return note(.ignored(message, reason: "stop \(current.number) holds"))
    }
    let isPossible: Bool
    switch kind {
    case .arm(let epoch, _): isPossible = phase == .prepared(epoch)
    case .confirm(let epoch): isPossible = phase == .marking(epoch) && sweepAtPause == nil
    case .inspect: isPossible = phase != .joining
    }
    guard isPossible else {
      return note(.ignored(message, reason: "not possible in \(phase)"))
    }
    if case .arm(let epoch, _) = stop?.kind, phase == .marking(epoch) {
      // Its resume was lost.
      act(.startMarking(epoch))
    }
    stop = Stop(number: number, kind: kind, heardAt: now, leaseEnds: now + lease)
    doWhatParkingAllows()
  }

  /// The one place that asks workers to park or lets them run.
  mutating func settlePause() {
    let isWanted = stop != nil || sweepAtPause != nil
    if isWanted, pause == nil {
      lastPause += 1
      pause = Pause(number: lastPause)
      act(.stopWorkers(pause: lastPause))
    } else if !isWanted, pause != nil {
      pause = nil
      act(.resumeWorkers)
    }
  }

  mutating func takeParked(_ number: UInt64) {
    guard pause?.number == number else { return }
    pause?.isParked = true
    doWhatParkingAllows()
  }

  mutating func doWhatParkingAllows() {
    guard pause?.isParked == true else { return }
    if let epoch = sweepAtPause { beginSweeping(epoch) }
    guard let current = stop, !current.isAnswered else { return }
    switch current.kind {
    case .arm(let epoch, let armed):
      phase = .marking(epoch)
      forgetMarking()
      act(.arm(epoch, members: armed))
    case .confirm:
      isConfirming = true
      reported = nil
      act(.sampleMarkState)
    case .inspect:
      break
    }
    stop?.isAnswered = true
    answer(current)
  }

  private mutating func answer(_ stop: Stop) {
    let epoch: Epoch
    switch stop.kind {
    case .arm(let armed, _): epoch = armed
    case .confirm(let marked): epoch = marked
    case .inspect: epoch = armedEpoch
    }
    let took = max(.zero, now - stop.heardAt)
    send(.stopped(stop: stop.number, epoch: epoch, stopNanoseconds: UInt64(took.nanoseconds)))
  }

  mutating func takeResume(_ message: CoordinatorMessage, _ number: StopNumber) {
    guard let current = stop, current.number == number else {
      return note(.ignored(message, reason: "no such stop"))
    }
    if case .arm = current.kind, !current.isAnswered {
      return note(.ignored(message, reason: "stop 1 was not answered yet"))
    }
    if case .arm(let epoch, _) = current.kind { act(.startMarking(epoch)) }
    leaveStop()
  }

  /// Back to what was before the stop, or, after stop 1, into marking.
  private mutating func leaveStop() {
    stop = nil
    isConfirming = false
    // Reports made before or within a stop are forgotten by the coordinator: say it again.
    reported = nil
    reportIfIdle()
  }

  // MARK: Leases

  /// When the stop ends by itself: at the end of its lease, or, where a lecture's lease is very
  /// long, when the coordinator has been silent for so long that it must be gone. That is safe
  /// because counts are compared, if ever, within `stopLimit` of sending the stop: there was a
  /// moment at which everyone stood still, and complete marking stays complete.
  var stopEnds: Moment? {
    guard let stop, rules.contains(.stopLease) else { return nil }
    return min(
      stop.leaseEnds, coordinatorHeardAt + max(timeouts.fenceAfter, timeouts.stopLease))
  }

  mutating func endLease() {
    guard let current = stop, let end = stopEnds, now >= end else { return }
    dropStop(reason: "the lease ended")
    switch current.kind {
    case .arm(let epoch, _), .confirm(let epoch):
      send(.leaseEnded(stop: current.number, epoch: epoch))
      note(.leaseEnded(current.number, epoch))
    case .inspect:
      send(.leaseEnded(stop: current.number, epoch: .zero))
      note(.leaseEnded(current.number, .zero))
    }
  }

  /// The stop's end will not be heard: each kind has a safe way on.
  mutating func dropStop(reason: String) {
    guard let current = stop else { return }
    switch current.kind {
    case .arm(let epoch, _):
      if phase == .marking(epoch) {
        abortLocally(epoch, reason: reason)
      } else {
        stop = nil
        phase = .running
      }
    case .confirm(let epoch):
      if !rules.contains(.undecidedNeverSweeps) { beginSweepWhenParked(epoch) }
      leaveStop()
    case .inspect:
      stop = nil
    }
  }

  // MARK: Sweeping

  mutating func takeSweep(_ message: CoordinatorMessage, _ epoch: Epoch) {
    guard phase == .marking(epoch) else {
      if let done = lastSwept, done.epoch == epoch, sweeping == nil { return send(.swept(done)) }
      return note(.ignored(message, reason: "epoch \(epoch) is not marked here"))
    }
    stop = nil
    beginSweepWhenParked(epoch)
  }

  private mutating func beginSweepWhenParked(_ epoch: Epoch) {
    sweepAtPause = epoch
    doWhatParkingAllows()
  }

  private mutating func beginSweeping(_ epoch: Epoch) {
    sweepAtPause = nil
    phase = .running
    forgetMarking()
    sweeping = epoch
    act(.disarmAndSweep(epoch))
    if isPrepareWaiting { beginPreparing(highestEpoch) }
  }

  mutating func takeSweepFinished(_ report: SweepReport) {
    guard sweeping == report.epoch else { return }
    sweeping = nil
    lastSwept = report
    send(.swept(report))
  }
}
