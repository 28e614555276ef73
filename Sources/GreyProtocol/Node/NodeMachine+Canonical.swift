// States that behave alike, made equal: for those who walk all states of this machine. Why it may
// be done stands in `CoordinatorMachine+Canonical.swift`.
//
// The number of a pause only tells a late `workersParked` from one that counts; who feeds that
// input for the pause that there is may always call it 1.

import GreyBasics
import GreyWire

extension NodeMachine {
  package mutating func forgetHistory() {
    coordinatorHeardAt = .zero
    lastHandled = .zero
    helloAt = .zero + timeouts.heartbeat
    heartbeatAt = .zero + timeouts.heartbeat
    lastPause = pause == nil ? 0 : 1
    if let parked = pause?.isParked { pause = Pause(number: 1, isParked: parked) }
    if let current = stop {
      stop?.heardAt = .zero
      stop?.leaseEnds = .zero + (current.leaseEnds - current.heardAt)
    }
  }

  package var stopNumbers: [StopNumber] {
    [stop?.number, reported?.stop].compactMap { $0 }
  }

  package mutating func renumberStops(_ rename: (StopNumber) -> StopNumber) {
    if let number = stop?.number { stop?.number = rename(number) }
    if let number = reported?.stop { reported?.stop = rename(number) }
  }

  /// The pause that waits for its workers, or has them.
  package var pauseNumber: UInt64? { pause?.number }
  package var areWorkersParked: Bool { pause?.isParked ?? false }
  /// PREPARE would touch no mark and end nothing.
  package var isUntouchedByPrepare: Bool {
    phase == .running && !hasStaleMarks && stop == nil && sweepAtPause == nil && sweeping == nil
  }
  /// Something of a cycle is left to be done here.
  package var isInCycle: Bool {
    armedEpoch != .zero || pause != nil || sweeping != nil || stop != nil || isPrepareWaiting
  }
}
