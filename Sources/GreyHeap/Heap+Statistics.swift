// What the heap counts, under the names that Go's runtime/metrics has for it.

import GreyBasics
import Synchronization

package struct HeapStatistics: Hashable, Sendable {
  /// Bytes of all spans in use.
  package var bytesInUse = 0
  package var spansInUse = 0
  /// Bytes of objects that are allocated and not swept away, the rest of cached runs included.
  package var objectBytes = 0
  package var objects = 0
  /// Of `objectBytes`, what a marker would have to scan if all were alive.
  package var scannableBytes = 0
  /// Free pages with memory behind them.
  package var freeBytes = 0
  /// Pages opened at some time that have no memory behind them now.
  package var releasedBytes = 0
  package var releasedBytesTotal = 0
  package var limitBytes = 0
  package var arenaBytes = 0
  package var allocatedBytes = 0
  package var allocatedObjects = 0
  package var freedBytes = 0
  package var freedObjects = 0
  /// What the last sweep found alive; complete once sweeping ended.
  package var liveBytes = 0
  package var metadataBytes = 0
  /// Bytes of spans in use from which nothing is allocated because slots of them were freed lately.
  package var quarantinedBytes = 0
  package var completedSweeps = 0
  package var pagesSwept = 0

  /// The bytes that a pacer takes for the size of the heap.
  package var heapLiveEstimate: Int { objectBytes }

  package var metrics: [(name: String, value: Int)] {
    [
      ("/gc/heap/allocs:bytes", allocatedBytes),
      ("/gc/heap/allocs:objects", allocatedObjects),
      ("/gc/heap/frees:bytes", freedBytes),
      ("/gc/heap/frees:objects", freedObjects),
      ("/gc/heap/live:bytes", liveBytes),
      ("/gc/heap/objects:objects", objects),
      ("/greywave/heap/quarantined:bytes", quarantinedBytes),
      ("/memory/classes/heap/free:bytes", freeBytes),
      ("/memory/classes/heap/objects:bytes", objectBytes),
      ("/memory/classes/heap/released:bytes", releasedBytes),
      ("/memory/classes/heap/unused:bytes", bytesInUse - objectBytes),
      ("/memory/classes/metadata/other:bytes", metadataBytes),
      (
        "/memory/classes/total:bytes", bytesInUse + freeBytes + releasedBytes + metadataBytes
      ),
    ]
  }
}

extension Heap {
  /// Counts of this moment; what other threads do meanwhile may be in one of them and not yet in
  /// another.
  package var statistics: HeapStatistics {
    var result = HeapStatistics()
    let page = HeapLayout.pageBytes
    pageHeap.withLock { heap in
      result.bytesInUse = heap.pagesInUse * page
      result.spansInUse = heap.spansInUse
      result.freeBytes = heap.freeBackedPages * page
      let free = heap.grownPages - heap.pagesInUse - heap.scavengingPages - heap.freeBackedPages
      result.releasedBytes = free * page
      result.releasedBytesTotal = heap.releasedPagesTotal * page
      result.limitBytes = heap.limitPages * page
      // Page entry, bitmaps and record of every page opened; types of mixed spans are not known.
      result.metadataBytes =
        heap.grownPages
        * (8 + 16 * HeapLayout.bitmapWordsPerPage + MemoryLayout<SpanRecord>.stride)
    }
    result.quarantinedBytes = quarantine.withLock { $0.heldPages } * page
    result.arenaBytes = configuration.arenaBytes
    result.allocatedBytes = counters.allocatedBytes.load(ordering: .relaxed)
    result.allocatedObjects = counters.allocatedObjects.load(ordering: .relaxed)
    result.freedBytes = counters.freedBytes.load(ordering: .relaxed)
    result.freedObjects = counters.freedObjects.load(ordering: .relaxed)
    result.objectBytes = result.allocatedBytes - result.freedBytes
    result.scannableBytes = scannableBytes
    result.objects = result.allocatedObjects - result.freedObjects
    result.liveBytes = counters.liveBytes.load(ordering: .relaxed)
    result.completedSweeps = counters.completedSweeps.load(ordering: .relaxed)
    result.pagesSwept = counters.pagesSwept.load(ordering: .relaxed)
    return result
  }

  /// Bytes of objects, the rest of cached runs included: one load less one, for a pacer's poll.
  package var objectBytes: Int {
    counters.allocatedBytes.load(ordering: .relaxed)
      - counters.freedBytes.load(ordering: .relaxed)
  }

  /// Of these, the bytes in spans that a marker scans.
  package var scannableBytes: Int { counters.scannableBytes.load(ordering: .relaxed) }
}
