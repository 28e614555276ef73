// Sending again what was lost, and asking for what may have been.
//
// A pass sends everything between what has arrived and what was sent when the pass began, a burst
// at a time: the next burst follows when the last one has begun to arrive, so that a receiver that
// is only slow is not flooded. Without progress the pass begins again, at doubled intervals. When
// everything has arrived and is only not taken, or our hello is not answered, one small frame asks.
// Each attempt that nothing comes of is counted: see `Link+Quiet`.

import GreyBasics
import GreyWire

extension Link {
  mutating func startResending(now: Moment, into actions: inout [LinkAction]) {
    sending.resendFrom = sending.arrived + 1
    sending.resendEnd = sending.unsent
    resendMore(now: now, into: &actions)
  }

  mutating func resendMore(now: Moment, into actions: inout [LinkAction]) {
    sending.resendFrom = max(sending.resendFrom, sending.arrived + 1)
    var bytes = 0
    while sending.resendFrom < sending.resendEnd,
      sending.resendFrom - sending.arrived <= configuration.resendBurst,
      bytes < configuration.resendBurstBytes
    {
      let sequence = sending.resendFrom
      let entry = sending.entries[sequence]
      sending.resendFrom += 1
      bytes += entry.payload.count
      statistics.framesResent += 1
      statistics.bytesResent += UInt64(entry.payload.count)
      transmit(sequence, entry, now: now, into: &actions)
    }
  }

  mutating func resendIsDue(now: Moment, into actions: inout [LinkAction]) {
    let waited = sending.resendDelay
    sending.resendDelay = min(waited * 2, configuration.resendAtMost)
    sending.resendAt = now + sending.resendDelay
    // What is sent again goes over the new connection.
    if waitedInVain(for: waited, into: &actions) { return }
    let isGreeting = !greeting.isAnswered
    if isGreeting { sendHello(now: now, into: &actions) }
    if sending.arrived + 1 < sending.unsent {
      startResending(now: now, into: &actions)
    } else if sending.framesInFlight > 0, !isGreeting {
      statistics.queries += 1
      transmit(.query(placed: []), now: now, into: &actions)
    }
  }

  mutating func queryIsDue(now: Moment, into actions: inout [LinkAction]) {
    sending.queryAt = .distantFuture
    guard !sending.unplaced.isEmpty else { return }
    sending.queryDelay = min(sending.queryDelay * 2, configuration.queryAtMost)
    ask(now: now, into: &actions)
    sending.queryThrough = sending.entries.first - 1
    sending.queryAt = now + sending.queryDelay
  }

  /// After a reconnection every root is asked for at once.
  mutating func askForPlaced(now: Moment, into actions: inout [LinkAction]) {
    guard !sending.unplaced.isEmpty else { return }
    sending.queryThrough = sending.entries.first - 1
    ask(now: now, into: &actions)
  }

  /// Asks for the oldest roots behind the last question's end, and then from the start again.
  private mutating func ask(now: Moment, into actions: inout [LinkAction]) {
    let old = sending.unplaced.keys.filter { $0 <= sending.queryThrough }.sorted()
    guard !old.isEmpty else { return }
    let rest = old.drop { $0 <= sending.queryCursor }
    let asked = Array((rest.isEmpty ? old[...] : rest).prefix(WireLimits.placedNumbers))
    sending.queryCursor = asked[asked.count - 1]
    statistics.queries += 1
    transmit(.query(placed: asked), now: now, into: &actions)
  }
}
