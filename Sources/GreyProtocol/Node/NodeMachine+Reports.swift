// What a node says about its marking, and about itself.
//
// A report goes out: unasked, when the node turns idle or an idle node's counts change; within
// stop 2, first when its workers are parked and then after every change; for each wave that is
// asked for. Nothing is said while the node is busy and nobody asks: a busy node is no candidate.

import GreyBasics
import GreyWire

extension NodeMachine {
  mutating func takeMarkState(_ isIdle: Bool, _ channels: [MarkReport.Channel]) {
    guard case .marking(let epoch) = phase else { return }
    self.isIdle = isIdle
    self.channels = channels
    if isConfirming, let number = stop?.number {
      let report = makeReport(epoch, wave: 0, stop: number)
      if report != reported {
        reported = report
        send(.report(report))
      }
    }
    if let wave {
      self.wave = nil
      send(.report(makeReport(epoch, wave: wave, stop: .zero)))
    }
    reportIfIdle()
  }

  mutating func reportIfIdle() {
    guard case .marking(let epoch) = phase, stop == nil, sweepAtPause == nil else { return }
    guard isIdle else {
      reported = nil
      return
    }
    let report = makeReport(epoch, wave: 0, stop: .zero)
    if report != reported {
      reported = report
      send(.report(report))
    }
  }

  private func makeReport(_ epoch: Epoch, wave: UInt64, stop: StopNumber) -> MarkReport {
    MarkReport(
      epoch: epoch, membersVersion: membersVersion, wave: wave, stop: stop, isIdle: isIdle,
      channels: channels)
  }

  mutating func sendHeartbeat(_ sequence: UInt64) {
    heartbeatAt = now + timeouts.heartbeat
    var status = NodeStatus()
    status.sequence = sequence
    status.epoch = armedEpoch == .zero ? highestEpoch : armedEpoch
    status.isMarking = armedEpoch != .zero
    status.isSweeping = sweeping != nil
    status.stop = stop?.number ?? .zero
    act(.sendHeartbeat(status))
  }
}
