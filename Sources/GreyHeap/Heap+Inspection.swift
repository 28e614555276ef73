// Looking into the heap: from any address to its object, and over all objects and spans.
//
// The oracle, remote operations, dumps and `heap show` stand on this. It shares no code with the
// marker: it goes from the records of the spans and divides, where the marker goes from page
// entries and multiplies.

import GreyBasics
import Synchronization

package struct ObjectLocation: Hashable, Sendable {
  package let base: UInt
  /// The slot's size; of a large object its own, rounded up to a granule.
  package let bytes: Int
  package let type: TypeIndex
  package let isNoscan: Bool
  package let isLarge: Bool
}

package struct SpanSummary: Hashable, Sendable {
  package let firstPage: Int
  package let pages: Int
  /// Nil for large objects and free runs.
  package let slotBytes: Int?
  package let isNoscan: Bool
  package let usedSlots: Int
  package let totalSlots: Int
  package let state: SpanState
  /// Swept since the last sweep began.
  package let isSwept: Bool
  /// Of a free run: no page of it has memory behind it.
  package let isScavenged: Bool
}

extension Heap {
  /// The object that an address is into; nil when it is in no allocated slot. Checked, and callable
  /// at any time from any thread. The free rest of a cached run counts as allocated here (see
  /// `exactObject`), unless its span is mixed and the slot has no type yet.
  package func object(containing address: UInt) -> ObjectLocation? {
    guard address >= view.arenaBase, address - view.arenaBase < UInt(view.arenaBytes) else {
      return nil
    }
    let page = Int(address - view.arenaBase) / HeapLayout.pageBytes
    let entry = PageEntry(rawValue: (view.pageTable + page * 8).acquiredWord)
    guard entry.isInUse else { return nil }
    let start = memory.address(ofPage: entry.firstPage)
    let bytes =
      entry.isLarge
      ? memory.span(at: entry.firstPage).record.pointee.elementBytes
      : memory.classes[entry.spanClass >> 1].bytes
    let slot = entry.isLarge ? 0 : Int(address - start) / bytes
    let base = start + UInt(slot * bytes)
    let granule = Int(base - view.arenaBase) / HeapLayout.granuleBytes
    guard address - base < UInt(bytes),
      memory.allocationWord(granule / 64).relaxedWord & (1 << UInt64(granule % 64)) != 0
    else { return nil }
    var type = entry.uniformType
    if type == .none {
      type = TypeIndex(
        rawValue: view.slotTypes[entry.firstPage * HeapLayout.granulesPerPage + slot])
      if type == .none { return nil }
    }
    return ObjectLocation(
      base: base, bytes: bytes, type: type, isNoscan: entry.isNoscan, isLarge: entry.isLarge)
  }

  /// The same, without the rest of cached runs. Only while the world is stopped.
  package func exactObject(containing address: UInt) -> ObjectLocation? {
    guard let location = object(containing: address) else { return nil }
    return isUnallocatedRest(location.base) ? nil : location
  }

  /// Whether an address is in an allocated slot. Only while the world is stopped.
  package func isAllocated(address: UInt) -> Bool { exactObject(containing: address) != nil }

  private func isUnallocatedRest(_ base: UInt) -> Bool {
    let raw = view.raw(of: base)
    let span = memory.span(at: view.entry(of: raw).firstPage)
    guard span.record.pointee.state == .cached else { return false }
    return rest(ofCached: span).contains(raw)
  }

  /// The part of a cached span that is handed to a cache and not allocated yet, as raw references.
  private func rest(ofCached span: Span) -> Range<UInt64> {
    let index = Int(span.record.pointee.spanClass)
    return caches.withLock { tables in
      for table in tables where table.runs[index].span == span.record {
        return table.runs[index].cursor..<table.runs[index].end
      }
      return 0..<0
    }
  }

  /// Every allocated object, in the order of addresses. Only while the world is stopped.
  package func forEachObject(_ body: (ObjectLocation, _ marked: Bool) -> Void) {
    _ = forEachObject(fromPage: 0, slots: .max, body)
  }

  /// The same in pieces: of the spans from that page on, until so many slots were looked at.
  /// - Returns: the page to go on with; nil at the end.
  package func forEachObject(
    fromPage first: Int, slots: Int, _ body: (ObjectLocation, _ marked: Bool) -> Void
  ) -> Int? {
    var left = slots
    return forEachSpanRecord(fromPage: first) { span, page in
      guard left > 0 else { return false }
      left -= 1
      let record = span.record.pointee
      guard record.state != .free, record.state != .scavenging else { return true }
      left -= record.slots
      let rest = record.state == .cached ? rest(ofCached: span) : 0..<0
      let start = memory.address(ofPage: page)
      for slot in 0..<record.slots {
        let base = start + UInt(slot * record.elementBytes)
        if rest.contains(view.raw(of: base)) { continue }
        guard let location = object(containing: base) else { continue }
        body(location, isMarkedUnchecked(base))
      }
      return true
    }
  }

  private func isMarkedUnchecked(_ base: UInt) -> Bool {
    let granule = Int(base - view.arenaBase) / HeapLayout.granuleBytes
    return memory.markWord(granule / 64).relaxedWord & (1 << UInt64(granule % 64)) != 0
  }

  /// Every span and free run, in the order of addresses. Only while the world is stopped.
  package func forEachSpan(_ body: (SpanSummary) -> Void) {
    let generation = generation
    forEachSpanRecord { span, page in
      let record = span.record.pointee
      let isFree = record.state == .free || record.state == .scavenging
      body(
        SpanSummary(
          firstPage: page, pages: record.pages,
          slotBytes: isFree || record.spanClass < 2 ? nil : record.elementBytes,
          isNoscan: !isFree && record.spanClass & 1 != 0, usedSlots: isFree ? 0 : record.liveSlots,
          totalSlots: isFree ? 0 : record.slots, state: record.state,
          isSwept: isFree || record.generation == generation,
          isScavenged: isFree && record.backedPages == 0))
    }
  }

  func forEachSpanRecord(_ body: (Span, _ page: Int) -> Void) {
    _ = forEachSpanRecord(fromPage: 0) { span, page in
      body(span, page)
      return true
    }
  }

  /// Until `body` says that it is enough.
  /// - Returns: the page of the span that was too many; nil at the end.
  private func forEachSpanRecord(fromPage first: Int, _ body: (Span, _ page: Int) -> Bool) -> Int? {
    let pages = pageHeap.withLock { $0.grownPages }
    var page = first
    while page < pages {
      let span = memory.span(at: page)
      // A page that no record begins at is a broken page map; checkInvariants says so.
      guard span.record.pointee.state != .none, span.record.pointee.pages > 0 else {
        page += 1
        continue
      }
      guard body(span, page) else { return page }
      page += span.record.pointee.pages
    }
    return nil
  }
}
