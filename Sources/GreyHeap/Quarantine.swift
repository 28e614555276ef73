// Freed slots of a laboratory's heap are not given out again soon.
//
// With a rule off, objects are freed that somebody still holds. A touch of such a slot is seen for
// certain only while nobody else was given it: afterwards it reads as a live object, and the
// mistake shows somewhere else or nowhere. So a span in which sweeping freed anything is set aside
// as a whole: it keeps its live objects and is swept like every other, but nothing is allocated
// from it and its pages are not given back.
//
// The bound is on the pages of the spans set aside. When it is passed, those whose last slot was
// freed longest ago go back to use: a heap is larger for its quarantine by the bound at most. That
// is at most a quarter of the heap's limit, and before allocation fails at the limit everything is
// let go.
//
// All of this is a decision of the sweep, on slow paths: a span has a ticket while it is set aside,
// and lies in lists of its own, from which caches are given nothing. Without a quarantine there are
// no tickets.

import GreyBasics

/// Protected by its lock in `Heap`.
struct Quarantine {
  struct Held {
    var ticket: UInt32
    var spanClass: Int
    var pages: Int
  }

  /// By ticket. Never iterated: `oldest` goes through the tickets in their order.
  private var held: [UInt32: Held] = [:]
  private var newest: UInt32 = 0
  private var oldest: UInt32 = 1
  private(set) var heldPages = 0

  /// Sets a span aside, now as the youngest one, whatever its ticket was; and says which ones go
  /// back to use for it.
  mutating func hold(
    _ record: SpanRecord, limitPages: Int
  ) -> (ticket: UInt32, released: [Held]) {
    forget(record.quarantine)
    // An old ticket that comes again only keeps its span back for longer.
    if newest == .max { releaseAll() }
    newest += 1
    held[newest] = Held(
      ticket: newest, spanClass: Int(record.spanClass), pages: record.pages)
    heldPages += record.pages
    var released: [Held] = []
    while heldPages > limitPages {
      if let span = forget(oldest) { released.append(span) }
      oldest += 1
    }
    return (newest, released)
  }

  func holds(_ ticket: UInt32) -> Bool { held[ticket] != nil }

  mutating func releaseAll() {
    held.removeAll()
    heldPages = 0
    if newest == .max { newest = 0 }
    oldest = newest + 1
  }

  @discardableResult
  private mutating func forget(_ ticket: UInt32) -> Held? {
    guard let span = held.removeValue(forKey: ticket) else { return nil }
    heldPages -= span.pages
    return span
  }
}

extension Heap {
  /// After a sweep of a span that this thread holds: whether it is set aside from now on.
  func decideQuarantine(of span: Span, freed: Int) {
    let record = span.record
    if freed == 0 {
      let ticket = record.pointee.quarantine
      if ticket != 0, !quarantine.withLock({ $0.holds(ticket) }) { record.pointee.quarantine = 0 }
      return
    }
    let limit = min(configuration.quarantineBytes, (limitBytes ?? .max) / 4) / HeapLayout.pageBytes
    var (ticket, released) = quarantine.withLock {
      $0.hold(record.pointee, limitPages: limit)
    }
    if released.last?.ticket == ticket {
      ticket = 0
      released.removeLast()
    }
    record.pointee.quarantine = ticket
    for other in released {
      if let span = centrals[other.spanClass].takeQuarantined(other.ticket, { generation }) {
        release(span)
      }
    }
  }

  /// Memory is short: everything goes back to use. False if there was nothing, or only what the
  /// sweep that goes on finds released.
  func endQuarantine() -> Bool {
    guard configuration.quarantineBytes > 0 else { return false }
    quarantine.withLock { $0.releaseAll() }
    var released = false
    for central in centrals {
      while let span = central.takeQuarantined(nil, { generation }) {
        release(span)
        released = true
      }
    }
    return released
  }

  /// A swept span that this thread took from its list. When the next sweep began meanwhile, it is
  /// one of those that wait for it, and stays where they are.
  private func release(_ span: Span) {
    span.record.pointee.quarantine = 0
    let isFreed = pageHeap.withLock { heap in
      guard span.record.pointee.liveSlots == 0, span.record.pointee.generation == generation else {
        return false
      }
      heap.free(span)
      return true
    }
    if !isFreed { centrals[Int(span.record.pointee.spanClass)].put(span) }
  }

  /// The type of the object that lay where a reference leads, while nobody else was given its slot;
  /// nil where that is not known.
  package func typeOfFreed(_ reference: Reference) -> String? {
    guard configuration.quarantineBytes > 0, view.isLocal(reference.rawValue) else { return nil }
    let entry = view.entry(of: reference.rawValue)
    guard entry.isInUse else { return nil }
    let base = view.base(of: reference.rawValue, entry: entry)
    return types.description(view.typeIndex(base, entry: entry))?.name
  }
}

extension Span {
  /// Whether a cache may be given it: it has room, and is not set aside.
  var mayBeCached: Bool {
    record.pointee.liveSlots < record.pointee.slots && record.pointee.quarantine == 0
  }
}
