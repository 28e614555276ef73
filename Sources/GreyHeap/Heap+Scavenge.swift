// Memory goes back to the system when nobody has wanted it for a while.
//
// A hand walks over the page heap by addresses, from span to span, a bounded number of steps a
// call. A free run that has been idle for `scavengeAfter` and has memory behind it loses it; its
// pages read as zeros afterwards, so reusing them costs a page fault but no clearing. The system
// call runs without the page heap's lock, on pages taken out of use for that long.

import GreyBasics
import Synchronization

extension Heap {
  private static var stepsPerCall: Int { 4096 }

  /// Gives back at most `maxPages` pages of memory; returns how many. The moment also dates what
  /// is freed until the next call.
  package func scavenge(now: Moment, maxPages: Int) -> Int {
    var released = 0
    var steps = Self.stepsPerCall
    while released < maxPages, steps > 0 {
      let limit = maxPages - released
      let found = pageHeap.withLock { heap -> (first: Int, pages: Int)? in
        heap.now = max(heap.now, now)
        while steps > 0 {
          steps -= 1
          if heap.scavengeHand >= heap.grownPages {
            heap.scavengeHand = 0
            // One round a call is enough: what was idle in it has been seen.
            steps = min(steps, heap.grownPages)
            if steps == 0 { return nil }
          }
          guard let run = heap.passSpan() else { continue }
          let record = run.record.pointee
          guard record.backedPages > 0,
            Moment(nanoseconds: record.idleSince) + configuration.scavengeAfter <= heap.now
          else { continue }
          return heap.beginScavenging(run, limit: limit)
        }
        return nil
      }
      guard let run = found else { break }
      let done = memory.arena.discard(
        from: run.first * HeapLayout.pageBytes, bytes: run.pages * HeapLayout.pageBytes)
      released += pageHeap.withLock {
        $0.endScavenging(first: run.first, pages: run.pages, released: done)
      }
    }
    return released
  }
}

extension PageHeap {
  /// Moves the hand past the span that it is at; returns it if it is a free run. Of a span in use
  /// only the length is read: everything else belongs to whoever has the span.
  fileprivate mutating func passSpan() -> Span? {
    let entry = memory.entry(scavengeHand)
    let span = memory.span(at: entry.firstPage)
    if entry.isInUse {
      scavengeHand = entry.firstPage + span.record.pointee.pages
      return nil
    }
    // Inside a free run, entries may lead to where a part of it began before it was merged.
    guard entry.isFree, memory.entry(entry.firstPage).isFree, span.record.pointee.state == .free,
      entry.firstPage + span.record.pointee.pages > scavengeHand
    else {
      scavengeHand += 1
      return nil
    }
    scavengeHand = entry.firstPage + span.record.pointee.pages
    return span
  }
}
