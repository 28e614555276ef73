// Spans: runs of pages that hold slots of one size, or one large object, or nothing.
//
// A record lies in a dense table at the span's first page, so no span is ever allocated or freed.
// Who may touch a record follows from its state: a listed one belongs to the lock of its list, a
// cached one to the worker that caches it, a held one to the thread that took it off a list (to
// sweep it or to hand it out), a free run to the lock of the page heap.

/// The states of a span. Zero is what untouched memory says: no span begins at this page.
@usableFromInline
package enum SpanState: UInt8, Sendable, CaseIterable {
  case none = 0
  case free, scavenging
  /// Off every list, in the hands of the thread that took it.
  case held
  case cached
  case partial, full
  case quarantined
}

@frozen @usableFromInline
package struct SpanRecord {
  /// Links of the list that the state names.
  var next: UnsafeMutablePointer<SpanRecord>?
  var previous: UnsafeMutablePointer<SpanRecord>?
  var pages: Int
  /// Slot size; of a large object its own, rounded up to a granule.
  @usableFromInline var elementBytes: Int
  var slots: Int
  /// Slots with an allocation bit, the rest of a cached run included.
  var liveSlots: Int
  /// While cached: where the search for the next free run goes on.
  var freeIndex: Int
  /// The sweep generation in which it was swept last, or made.
  var generation: UInt64
  /// Of a free run: nanoseconds of the moment since which it lies idle.
  var idleSince: UInt64
  /// Of a free run: pages of it that have memory behind them.
  var backedPages: Int
  var spanClass: UInt8
  var state: SpanState
  /// The memory may hold something else than zeros: what is handed out must be cleared.
  var needsZero: Bool
  /// Not zero while the span is set aside (see `Quarantine`).
  var quarantine: UInt32 = 0
}

/// A handle: the record's address. Not a right to touch it; see above.
struct Span: Equatable, @unchecked Sendable {
  let record: UnsafeMutablePointer<SpanRecord>

  var next: Span? { record.pointee.next.map(Span.init(record:)) }
}

/// A list threaded through the records. Whoever owns the list owns the spans in it.
struct SpanList: @unchecked Sendable {
  private(set) var head: UnsafeMutablePointer<SpanRecord>?
  private var tail: UnsafeMutablePointer<SpanRecord>?
  private(set) var count = 0

  var first: Span? { head.map(Span.init(record:)) }

  mutating func append(_ span: Span, state: SpanState) {
    let record = span.record
    record.pointee.state = state
    record.pointee.next = nil
    record.pointee.previous = tail
    if let tail { tail.pointee.next = record } else { head = record }
    tail = record
    count += 1
  }

  mutating func remove(_ span: Span) {
    let record = span.record
    let (previous, next) = (record.pointee.previous, record.pointee.next)
    if let previous { previous.pointee.next = next } else { head = next }
    if let next { next.pointee.previous = previous } else { tail = previous }
    record.pointee.next = nil
    record.pointee.previous = nil
    count -= 1
  }

  /// Takes the oldest; the caller holds it from now on.
  mutating func popFirst() -> Span? {
    guard let first else { return nil }
    remove(first)
    first.record.pointee.state = .held
    return first
  }

  /// A check of the links and of every member's state; says what is wrong.
  func problem(expected state: SpanState) -> String? {
    var seen = 0
    var previous: UnsafeMutablePointer<SpanRecord>?
    var cursor = head
    while let record = cursor {
      seen += 1
      if seen > count { return "more spans linked than the \(count) counted" }
      if record.pointee.previous != previous { return "a back link that misses its span" }
      if record.pointee.state != state {
        return "a span in state \(record.pointee.state) in the list of \(state) ones"
      }
      previous = record
      cursor = record.pointee.next
    }
    if previous != tail { return "a tail that is not the last span" }
    return seen == count ? nil : "\(seen) spans linked, \(count) counted"
  }
}
