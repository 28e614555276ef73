// The receiving half: order, duplicates, reassembly, and what the sender is told.
//
// `taken` has an entry for every frame that has come in order and that the engine has not taken
// yet, or that waits for an earlier one to be taken: a message that the engine has no room for
// holds back `received`, not the messages behind it. `early` holds what came before an earlier
// frame. Memory: an honest sender has a window and one message on its way; more is dropped, and a
// frame that comes in order is never dropped in favour of an early one. So the link always goes on.

import GreyBasics
import GreyWire

struct Receiving: Hashable, Sendable {
  struct Taken: Hashable, Sendable {
    var bytes: Int
    /// The frames of the message that ends here; zero: it ends later.
    var parts: UInt32
    var isRooted: Bool
    var isAccepted = false
  }

  struct Early: Hashable, Sendable {
    var flags: DataFlags
    var payload: [UInt8]
  }

  var taken = SequenceRing<Taken>(first: 1)
  /// Starts behind the last frame in `taken`; nil is a gap.
  var early = SequenceRing<Early?>(first: 1)
  var bytesTaken = 0
  var bytesEarly = 0
  /// The message whose last part has not come.
  var assembly: [UInt8] = []
  var assemblyParts: UInt32 = 0

  /// Messages with a root at the sender that are delivered and not placed.
  var unplaced: Set<UInt64> = []
  /// Placed, and the sender has not been told.
  var untold: [UInt64] = []
  var bytesUntold = 0
  var framesUntold = 0
  var acknowledgeAt = Moment.distantFuture

  var received: UInt64 { taken.first - 1 }
  var arrived: UInt64 { taken.end - 1 }
}

extension Link {
  /// Messages that were delivered and are not placed.
  package var unplacedCount: Int { receiving.unplaced.count }

  mutating func arrived(
    _ sequence: UInt64, _ flags: DataFlags, _ payload: [UInt8], now: Moment,
    into actions: inout [LinkAction]
  ) {
    acknowledgeSoon(now: now)
    let next = receiving.arrived + 1
    if sequence < next {
      return came(again: sequence, flags, payload, into: &actions)
    }
    guard hasRoom(for: sequence, payload.count, isNext: sequence == next) else {
      statistics.dropped += 1
      return
    }
    if sequence == next, receiving.early.isEmpty {
      guard take(flags, payload, into: &actions) else { return }
      receiving.early.restart(at: next + 1)
      return
    }
    while receiving.early.end <= sequence { receiving.early.append(nil) }
    guard receiving.early[sequence] == nil else {
      return came(again: sequence, flags, payload, into: &actions)
    }
    receiving.early[sequence] = Receiving.Early(flags: flags, payload: payload)
    receiving.bytesEarly += payload.count
    if sequence > next { statistics.early += 1 }
    takeEarly(into: &actions)
  }

  private func hasRoom(for sequence: UInt64, _ bytes: Int, isNext: Bool) -> Bool {
    guard sequence - receiving.received <= UInt64(configuration.heldFrames) else { return false }
    let held = receiving.bytesTaken + (isNext ? 0 : receiving.bytesEarly)
    return held + bytes <= configuration.heldBytes
  }

  /// Without rule link-sequence a whole message is delivered as often as it comes.
  private mutating func came(
    again sequence: UInt64, _ flags: DataFlags, _ payload: [UInt8],
    into actions: inout [LinkAction]
  ) {
    statistics.duplicates += 1
    if !dropsDuplicates, flags.isDisjoint(with: [.more, .continued]) {
      actions.append(.deliver(sequence: sequence, payload: payload))
    }
  }

  private mutating func takeEarly(into actions: inout [LinkAction]) {
    while !receiving.early.isEmpty, let frame = receiving.early[receiving.early.first] {
      receiving.bytesEarly -= frame.payload.count
      guard take(frame.flags, frame.payload, into: &actions) else {
        receiving.early[receiving.early.first] = nil
        return
      }
      _ = receiving.early.removeFirst()
    }
  }

  /// The next frame in order. False when it fits no message: it is as if it had not come.
  private mutating func take(
    _ flags: DataFlags, _ payload: [UInt8], into actions: inout [LinkAction]
  ) -> Bool {
    let sequence = receiving.taken.end
    let isContinued = flags.contains(.continued)
    guard isContinued == (receiving.assemblyParts > 0),
      receiving.assembly.count + payload.count <= WireLimits.messageBytes
    else {
      violation("sends frame \(sequence), which continues no message", into: &actions)
      return false
    }
    receiving.bytesTaken += payload.count
    let parts = receiving.assemblyParts + 1
    let isLast = !flags.contains(.more)
    let isRooted = isLast && flags.contains(.rooted)
    receiving.taken.append(
      Receiving.Taken(
        bytes: payload.count, parts: isLast ? parts : 0, isRooted: isRooted))
    if isContinued || !isLast { receiving.assembly.append(contentsOf: payload) }
    guard isLast else {
      receiving.assemblyParts = parts
      return true
    }
    if isRooted, tellsPlacedOnlyAfterPlacing { receiving.unplaced.insert(sequence) }
    statistics.messagesDelivered += 1
    actions.append(
      .deliver(sequence: sequence, payload: isContinued ? receiving.assembly : payload))
    if isContinued {
      receiving.assembly = []
      receiving.assemblyParts = 0
    }
    return true
  }

  mutating func accepted(
    _ sequence: UInt64, now: Moment, into actions: inout [LinkAction]
  ) {
    guard receiving.taken.contains(sequence) else { return }
    let message = receiving.taken[sequence]
    guard message.parts > 0, !message.isAccepted else { return }
    for part in sequence - UInt64(message.parts) + 1...sequence {
      receiving.taken[part].isAccepted = true
    }
    while !receiving.taken.isEmpty, receiving.taken[receiving.taken.first].isAccepted {
      let frame = receiving.taken.removeFirst()
      receiving.bytesTaken -= frame.bytes
      receiving.bytesUntold += frame.bytes
      receiving.framesUntold += 1
    }
    if message.isRooted, !tellsPlacedOnlyAfterPlacing { receiving.untold.append(sequence) }
    acknowledgeSoon(now: now)
    // A quarter of the window is worth a frame of its own: the sender must not run dry meanwhile.
    if receiving.bytesUntold >= configuration.windowBytes / 4
      || receiving.framesUntold >= max(1, configuration.windowFrames / 4)
      || receiving.untold.count >= WireLimits.placedNumbers
    {
      sendAcknowledgement(now: now, into: &actions)
    }
  }

  mutating func placed(_ sequence: UInt64, now: Moment, into actions: inout [LinkAction]) {
    guard receiving.unplaced.remove(sequence) != nil else { return }
    receiving.untold.append(sequence)
    acknowledgeSoon(now: now)
    if receiving.untold.count >= WireLimits.placedNumbers {
      sendAcknowledgement(now: now, into: &actions)
    }
  }

  private mutating func acknowledgeSoon(now: Moment) {
    if receiving.acknowledgeAt == .distantFuture {
      receiving.acknowledgeAt = now + configuration.acknowledgeAfter
    }
  }

  /// What is due to be said, if anything is.
  mutating func takeAcknowledgement() -> Acknowledgement? {
    guard receiving.acknowledgeAt != .distantFuture else { return nil }
    receiving.acknowledgeAt = .distantFuture
    receiving.bytesUntold = 0
    receiving.framesUntold = 0
    defer { receiving.untold = [] }
    return Acknowledgement(
      received: receiving.received, arrived: receiving.arrived, placed: receiving.untold)
  }

  /// Alone, whatever the window.
  mutating func sendAcknowledgement(now: Moment, into actions: inout [LinkAction]) {
    receiving.acknowledgeAt = now
    guard let acknowledgement = takeAcknowledgement() else { return }
    statistics.acknowledgementsAlone += 1
    transmit(.acknowledge(acknowledgement), now: now, into: &actions)
  }

  /// Of what was asked, everything has been placed that was delivered and is not known to wait.
  mutating func queried(
    _ asked: [UInt64], now: Moment, into actions: inout [LinkAction]
  ) {
    sendAcknowledgement(now: now, into: &actions)
    let placed = asked.filter {
      $0 <= receiving.received && !receiving.unplaced.contains($0)
    }
    guard !placed.isEmpty else { return }
    statistics.acknowledgementsAlone += 1
    transmit(
      .acknowledge(
        Acknowledgement(
          received: receiving.received, arrived: receiving.arrived, placed: placed)),
      now: now, into: &actions)
  }
}
