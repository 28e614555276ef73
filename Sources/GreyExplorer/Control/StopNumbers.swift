// Stop numbers renamed so that they stay small.
//
// A false candidate costs a stop and leads back to marking: with numbers that rise for ever, the
// same cluster would be a new state each time. Where a state's numbers are not 1, 2, … k, they are
// renamed in order. The machines compare them for equality and order, and a new one is above all
// others, as long as the coordinator's last number is the highest in the cluster; where it is not
// (a coordinator that has just been restarted counts from 1), nothing is renamed.

import GreyBasics
import GreyProtocol
import GreyWire

struct RenameKey: Hashable {
  enum Kind: UInt8 { case part, coordinator, channel }
  var kind: Kind
  var number: UInt32
  /// The numbers of the whole cluster.
  var mask: UInt64
}

extension ControlPlane {
  /// True when `mask` (bit n: stop n is somewhere) is 1 … k.
  static func isDense(_ mask: UInt64) -> Bool { mask & (mask + 2) == 0 }

  private static func rename(_ mask: UInt64) -> (StopNumber) -> StopNumber {
    { number in
      let below = mask & ((1 << number.rawValue) - 1)
      return number == .zero ? .zero : StopNumber(rawValue: UInt64(below.nonzeroBitCount + 1))
    }
  }

  func rename(_ kind: RenameKey.Kind, _ number: UInt32, mask: UInt64) -> UInt32 {
    let key = RenameKey(kind: kind, number: number, mask: mask)
    if let known = renameMemo[key] { return known }
    let renamed: UInt32
    switch kind {
    case .part:
      var value = parts[number]
      value.machine.renumberStops(Self.rename(mask))
      renamed = part(value, .renamed(number, mask: mask))
    case .coordinator:
      var value = coordinators[number]
      value.renumberStops(Self.rename(mask))
      renamed = coordinator(value, .renamed(number, mask: mask))
    case .channel:
      renamed = channel(channels[number].map { renamedItem($0, mask: mask) })
    }
    renameMemo[key] = renamed
    return renamed
  }

  func renamedItem(_ number: UInt32, mask: UInt64) -> UInt32 {
    item(items[number].renamed(Self.rename(mask)), .renamed(number, mask: mask))
  }
}

extension ControlItem {
  var stopNumbers: [StopNumber] {
    switch message {
    case .down(.stopAndArm(_, let number, _, _)), .down(.stopAndConfirm(_, let number, _)),
      .down(.stopToInspect(let number, _)), .down(.resume(let number)),
      .up(.stopped(let number, _, _)), .up(.leaseEnded(let number, _)):
      [number]
    case .up(.report(let report)): [report.stop]
    default: []
    }
  }

  func renamed(_ rename: (StopNumber) -> StopNumber) -> ControlItem {
    var renamed = self
    switch message {
    case .down(.stopAndArm(let epoch, let number, let members, let lease)):
      renamed.message = .down(
        .stopAndArm(epoch: epoch, stop: rename(number), members: members, lease: lease))
    case .down(.stopAndConfirm(let epoch, let number, let lease)):
      renamed.message = .down(.stopAndConfirm(epoch: epoch, stop: rename(number), lease: lease))
    case .down(.stopToInspect(let number, let lease)):
      renamed.message = .down(.stopToInspect(stop: rename(number), lease: lease))
    case .down(.resume(let number)): renamed.message = .down(.resume(stop: rename(number)))
    case .up(.stopped(let number, let epoch, let time)):
      renamed.message = .up(.stopped(stop: rename(number), epoch: epoch, stopNanoseconds: time))
    case .up(.leaseEnded(let number, let epoch)):
      renamed.message = .up(.leaseEnded(stop: rename(number), epoch: epoch))
    case .up(.report(var report)):
      report.stop = rename(report.stop)
      renamed.message = .up(.report(report))
    default: break
    }
    return renamed
  }
}
