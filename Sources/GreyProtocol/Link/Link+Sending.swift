// The sending half: numbers, window, resending, roots.
//
// `entries` holds every frame that the peer has not received, oldest first:
//
//       first ………… arrived …………… unsent ………… end
//       come, not taken   on its way   waits for the window
//
// A root whose message is received but not placed moves from its entry to `unplaced`, so that one
// message that stays unplaced for long does not keep the books of all behind it. Each frame is
// added, sent and dropped once: nothing here walks the queue, except a resend its lost part, and a
// query once a second the roots.

import GreyBasics
import GreyWire

struct Sending: Hashable, Sendable {
  struct Entry: Hashable, Sendable {
    /// Shared with the frames that carry it: the same bytes every time they are sent.
    var payload: [UInt8]
    var flags: DataFlags
    /// Zero: no root, or released.
    var transit: UInt64
  }

  var entries = SequenceRing<Entry>(first: 1)
  var unsent: UInt64 = 1
  /// The peer has everything up to here.
  var arrived: UInt64 = 0
  var bytesInFlight = 0
  var bytesWaiting = 0
  var isFull = false
  /// Number → root, of messages received and not placed.
  var unplaced: [UInt64: UInt64] = [:]

  /// Frames from here to the end of the pass are being sent again.
  var resendFrom: UInt64 = 0
  var resendEnd: UInt64 = 0
  var resendAt = Moment.distantFuture
  var resendDelay: Duration
  var queryAt = Moment.distantFuture
  var queryDelay: Duration
  /// Roots up to here are old enough to be asked for; the last question ended at `queryCursor`.
  var queryThrough: UInt64 = 0
  var queryCursor: UInt64 = 0
  /// Since the peer was asked, or sent, what it has not confirmed; nil when it has (`Link+Quiet`).
  var quietFor: Duration?
  /// The value of that at which the connection is made anew next.
  var reopenAt: Duration

  init(_ configuration: LinkConfiguration) {
    reopenAt = configuration.quietAfter
    resendDelay = configuration.resendAfter
    queryDelay = configuration.queryAfter
  }

  var framesInFlight: Int { Int(unsent - entries.first) }

  /// In the order of their messages.
  var roots: [UInt64] {
    unplaced.sorted { $0.key < $1.key }.map(\.value)
      + entries.numbers.map { entries[$0].transit }.filter { $0 != 0 }
  }
}

extension Link {
  /// True from `windowFull` until `windowOpened`.
  package var isFull: Bool { sending.isFull }
  /// Payload that the peer has not received, sent or waiting.
  package var unacknowledgedBytes: Int { sending.bytesInFlight + sending.bytesWaiting }
  /// Every message has been received, and every root released.
  package var isIdle: Bool { sending.entries.isEmpty && sending.unplaced.isEmpty }

  mutating func enqueue(
    _ payload: [UInt8], transit: UInt64, now: Moment, into actions: inout [LinkAction]
  ) {
    precondition(payload.count <= WireLimits.messageBytes, "a message exceeds every window")
    let rooted: DataFlags = transit == 0 ? [] : .rooted
    sending.bytesWaiting += payload.count
    if payload.count <= configuration.frameBytes {
      sending.entries.append(
        Sending.Entry(payload: payload, flags: rooted, transit: transit))
    } else {
      cut(payload, rooted: rooted, transit: transit)
    }
    sendWaiting(now: now, into: &actions)
    if !sending.isFull, isOverWindow {
      sending.isFull = true
      statistics.stalls += 1
      actions.append(.windowFull)
    }
  }

  private mutating func cut(_ payload: [UInt8], rooted: DataFlags, transit: UInt64) {
    var start = 0
    while start < payload.count {
      let end = min(payload.count, start + configuration.frameBytes)
      let isLast = end == payload.count
      var flags: DataFlags = isLast ? rooted : .more
      if start > 0 { flags.insert(.continued) }
      sending.entries.append(
        Sending.Entry(
          payload: Array(payload[start..<end]), flags: flags, transit: isLast ? transit : 0))
      start = end
    }
  }

  private var isOverWindow: Bool {
    unacknowledgedBytes >= configuration.windowBytes
      || sending.entries.count >= configuration.windowFrames
  }

  private var isHalfOpen: Bool {
    unacknowledgedBytes <= configuration.windowBytes / 2
      && sending.entries.count <= configuration.windowFrames / 2
  }

  private mutating func sendWaiting(now: Moment, into actions: inout [LinkAction]) {
    while sending.unsent < sending.entries.end {
      let sequence = sending.unsent
      let entry = sending.entries[sequence]
      let hasRoom =
        sending.bytesInFlight < configuration.windowBytes
        && sending.framesInFlight < configuration.windowFrames
      guard hasRoom || entry.flags.contains(.continued) else { return }
      if sending.framesInFlight == 0 { sending.quietFor = .zero }
      sending.unsent += 1
      sending.bytesWaiting -= entry.payload.count
      sending.bytesInFlight += entry.payload.count
      statistics.framesSent += 1
      statistics.bytesSent += UInt64(entry.payload.count)
      transmit(sequence, entry, now: now, into: &actions)
      if sending.resendAt == .distantFuture { sending.resendAt = now + sending.resendDelay }
    }
  }

  /// A data frame; an acknowledgement that is due rides along.
  mutating func transmit(
    _ sequence: UInt64, _ entry: Sending.Entry, now: Moment, into actions: inout [LinkAction]
  ) {
    let acknowledgement = takeAcknowledgement()
    if acknowledgement != nil { statistics.acknowledgementsRiding += 1 }
    transmit(
      .data(
        sequence: sequence, flags: entry.flags, acknowledgement: acknowledgement,
        payload: entry.payload), now: now, into: &actions)
  }

  mutating func acknowledged(
    _ said: Acknowledgement, now: Moment, into actions: inout [LinkAction]
  ) {
    guard said.received <= said.arrived, said.arrived < sending.unsent,
      said.placed.allSatisfy({ $0 < sending.unsent })
    else {
      return violation("acknowledges frames that were never sent to it", into: &actions)
    }
    greeting.isAnswered = true
    greeting.refusal = nil
    for sequence in said.placed { release(sequence, into: &actions) }
    let isNews = said.arrived > sending.arrived || said.received >= sending.entries.first
    if isNews || said.arrived + 1 == sending.unsent { heardOfProgress() }
    sending.arrived = max(sending.arrived, said.arrived)
    drop(through: said.received, now: now)
    if isNews { sending.resendDelay = configuration.resendAfter }
    if sending.framesInFlight == 0 {
      sending.resendAt = .distantFuture
    } else if isNews {
      sending.resendAt = now + sending.resendDelay
    }
    resendMore(now: now, into: &actions)
    sendWaiting(now: now, into: &actions)
    if sending.isFull, isHalfOpen {
      sending.isFull = false
      actions.append(.windowOpened)
    }
  }

  private mutating func release(_ sequence: UInt64, into actions: inout [LinkAction]) {
    if sending.entries.contains(sequence) {
      let transit = sending.entries[sequence].transit
      guard transit != 0 else { return }
      sending.entries[sequence].transit = 0
      actions.append(.released(transit: transit))
    } else if let transit = sending.unplaced.removeValue(forKey: sequence) {
      sending.queryDelay = configuration.queryAfter
      actions.append(.released(transit: transit))
    }
  }

  /// The peer has taken these frames: their copies go, their roots stay.
  private mutating func drop(through received: UInt64, now: Moment) {
    while sending.entries.first <= received, !sending.entries.isEmpty {
      let sequence = sending.entries.first
      let entry = sending.entries.removeFirst()
      sending.bytesInFlight -= entry.payload.count
      guard entry.transit != 0 else { continue }
      sending.unplaced[sequence] = entry.transit
      if sending.queryAt == .distantFuture {
        sending.queryThrough = sequence
        sending.queryAt = now + sending.queryDelay
      }
    }
  }
}
