// The second half of the invariants: lists, caches and totals against what the page map showed.

import GreyBasics
import Synchronization

/// What a walk over the page map counted.
struct InvariantCounts {
  var spans = 0
  var pages = 0
  var cached = 0
  var unswept = 0
  var objects = 0
  var objectBytes = 0
  var scannableBytes = 0
  var freeRuns = 0
  var freePages = 0
  var backedPages = 0
}

extension Heap {
  func checkPageHeap(_ seen: InvariantCounts) throws(InvariantViolation) {
    let problem = pageHeap.withLock { heap -> String? in
      var listed = 0
      for (index, list) in heap.lists.enumerated() {
        if let problem = list.problem(expected: .free) { return "list \(index): \(problem)" }
        listed += list.count
        var cursor = list.first
        while let run = cursor {
          if PageHeap.listIndex(pages: run.record.pointee.pages) != index {
            return "a run of \(run.record.pointee.pages) pages in list \(index)"
          }
          cursor = run.next
        }
      }
      if listed != seen.freeRuns { return "\(listed) free runs listed, \(seen.freeRuns) mapped" }
      if heap.pagesInUse != seen.pages {
        return "\(heap.pagesInUse) pages in use, \(seen.pages) mapped"
      }
      if heap.spansInUse != seen.spans {
        return "\(heap.spansInUse) spans in use, \(seen.spans) mapped"
      }
      if heap.freeBackedPages != seen.backedPages {
        return "\(heap.freeBackedPages) backed free pages counted, \(seen.backedPages) mapped"
      }
      if heap.scavengingPages != 0 { return "\(heap.scavengingPages) pages left in scavenging" }
      if seen.pages + seen.freePages != heap.grownPages { return "pages in no span and no run" }
      return nil
    }
    if let problem { throw violation("page heap", problem) }
  }

  func checkCentrals(_ seen: InvariantCounts) throws(InvariantViolation) {
    var listed = 0
    for (index, central) in centrals.enumerated() {
      let (count, problem) = central.lists.withLock { lists -> (Int, String?) in
        var count = 0
        let kinds: [(SpanList, SpanState, UInt64)] = [
          (lists.partial.0, .partial, 0), (lists.partial.1, .partial, 1),
          (lists.full.0, .full, 0), (lists.full.1, .full, 1),
          (lists.quarantined.0, .quarantined, 0), (lists.quarantined.1, .quarantined, 1),
        ]
        for (list, state, parity) in kinds {
          if let problem = list.problem(expected: state) { return (0, problem) }
          count += list.count
          var cursor = list.first
          while let span = cursor {
            if Int(span.record.pointee.spanClass) != index { return (0, "a span of another class") }
            if span.record.pointee.generation & 1 != parity {
              return (0, "a span in the list of the other generation")
            }
            cursor = span.next
          }
        }
        return (count, nil)
      }
      if let problem { throw violation("class \(index)", problem) }
      listed += count
    }
    guard listed + seen.cached == seen.spans else {
      throw violation(
        "classes", "\(listed) listed and \(seen.cached) cached of \(seen.spans) spans")
    }
  }

  func checkCaches(_ seen: InvariantCounts) throws(InvariantViolation) {
    var cached = 0
    for table in caches.withLock({ $0 }) {
      for index in 0..<table.count {
        let run = table.runs[index]
        let place = "run of class \(index)"
        guard let record = run.span else {
          guard run.cursor == 0, run.end == 0 else { throw violation(place, "no span") }
          continue
        }
        cached += 1
        let page = memory.firstPage(of: Span(record: record))
        let start = view.raw(of: memory.address(ofPage: page))
        let bytes = UInt64(record.pointee.elementBytes)
        guard record.pointee.state == .cached, Int(record.pointee.spanClass) == index else {
          throw violation(place, "its span is \(record.pointee.state)")
        }
        guard run.start <= run.cursor, run.cursor <= run.limit, run.limit <= run.end,
          run.start >= start, run.end == start + UInt64(record.pointee.freeIndex) * bytes,
          (run.cursor - start) % bytes == 0
        else { throw violation(place, "cursor and limit do not fit its span") }
        guard memory.entry(page).uniformType.rawValue == run.type else {
          throw violation(place, "its type is not that of its page entries")
        }
        for raw in stride(from: run.cursor, to: run.end, by: Int(bytes)) {
          let granule = Int(raw &- view.taggedBase) / HeapLayout.granuleBytes
          guard memory.allocationWord(granule / 64).relaxedWord & (1 << UInt64(granule % 64)) != 0
          else { throw violation(place, "a slot to be handed out has no allocation bit") }
        }
      }
    }
    guard cached == seen.cached else {
      throw violation("caches", "\(seen.cached) spans cached, \(cached) in caches")
    }
  }
}
