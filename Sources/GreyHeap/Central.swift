// The central lists of one span class: spans that no worker caches, with free slots or without, or
// set aside because slots of them were freed lately (`Quarantine`; a laboratory's heap only).
//
// There are two of each kind, found by the parity of the sweep generation in which a span was last
// swept. Beginning a sweep raises the generation, and by that alone every swept span becomes an
// unswept one; the lists that were unswept are empty then, because a sweep ends before the next
// begins. A span is put where its own generation says, never where the putter's view of the
// present says, so a putter that races with the beginning of a sweep cannot misplace it.

import GreyBasics

struct CentralLists: @unchecked Sendable {
  var partial = (SpanList(), SpanList())
  var full = (SpanList(), SpanList())
  var quarantined = (SpanList(), SpanList())

  mutating func put(_ span: Span) {
    guard span.record.pointee.quarantine == 0 else { return putAside(span) }
    let isFull = span.record.pointee.liveSlots == span.record.pointee.slots
    switch (isFull, span.record.pointee.generation & 1) {
    case (true, 0): full.0.append(span, state: .full)
    case (true, _): full.1.append(span, state: .full)
    case (false, 0): partial.0.append(span, state: .partial)
    case (false, _): partial.1.append(span, state: .partial)
    }
  }

  private mutating func putAside(_ span: Span) {
    if span.record.pointee.generation & 1 == 0 {
      quarantined.0.append(span, state: .quarantined)
    } else {
      quarantined.1.append(span, state: .quarantined)
    }
  }

  mutating func takePartial(parity: UInt64) -> Span? {
    parity & 1 == 0 ? partial.0.popFirst() : partial.1.popFirst()
  }

  mutating func takeFull(parity: UInt64) -> Span? {
    parity & 1 == 0 ? full.0.popFirst() : full.1.popFirst()
  }

  mutating func takeQuarantined(parity: UInt64) -> Span? {
    parity & 1 == 0 ? quarantined.0.popFirst() : quarantined.1.popFirst()
  }

  /// The one with a ticket, if it is among the first: tickets rise from there.
  mutating func takeQuarantined(_ ticket: UInt32, parity: UInt64) -> Span? {
    var cursor = parity & 1 == 0 ? quarantined.0.first : quarantined.1.first
    for _ in 0..<16 {
      guard let span = cursor else { return nil }
      if span.record.pointee.quarantine == ticket {
        if parity & 1 == 0 { quarantined.0.remove(span) } else { quarantined.1.remove(span) }
        span.record.pointee.state = .held
        return span
      }
      cursor = span.next
    }
    return nil
  }
}

final class Central: Sendable {
  /// Protects the lists, and the records of the spans in them.
  let lists = Guarded(CentralLists())

  func put(_ span: Span) { lists.withLock { $0.put(span) } }

  /// A span with free slots, swept in the present generation.
  ///
  /// The generation is read under the lock. Read before it, the parity could mean the opposite by
  /// the time the list is looked at: a thread that slept from one sweep into the next would take a
  /// swept span for an unswept one and free all that lives in it. Under the lock, no span of a
  /// newer generation than was read can be in the lists, because it was put there under it too.
  func takePartial(_ generation: () -> UInt64) -> Span? {
    lists.withLock { $0.takePartial(parity: generation()) }
  }

  /// A span that was set aside, swept in the present generation: the one with this ticket, or any.
  func takeQuarantined(_ ticket: UInt32?, _ generation: () -> UInt64) -> Span? {
    lists.withLock { lists in
      let parity = generation()
      guard let ticket else { return lists.takeQuarantined(parity: parity) }
      return lists.takeQuarantined(ticket, parity: parity)
    }
  }

  /// A span not yet swept in the present generation, those with free slots first.
  func takeUnswept(_ generation: () -> UInt64) -> Span? {
    lists.withLock {
      let parity = generation() &+ 1
      return $0.takePartial(parity: parity) ?? $0.takeFull(parity: parity)
        ?? $0.takeQuarantined(parity: parity)
    }
  }
}
