// Counts that only rise, added to on slow paths: once a run, a span, or a large object.

import Synchronization

final class HeapCounters: Sendable {
  /// Objects and bytes handed out, the unallocated rest of cached runs included.
  let allocatedObjects = Atomic<Int>(0)
  let allocatedBytes = Atomic<Int>(0)
  let freedObjects = Atomic<Int>(0)
  let freedBytes = Atomic<Int>(0)
  /// Of the difference, what lies in spans that a marker scans. Falls as well.
  let scannableBytes = Atomic<Int>(0)
  let pagesSwept = Atomic<Int>(0)
  /// Pages that waited for sweeping when it last began.
  let pagesToSweep = Atomic<Int>(0)
  let completedSweeps = Atomic<Int>(0)
  /// What the last completed sweep found alive.
  let liveBytes = Atomic<Int>(0)
  /// What the running sweep has found alive so far.
  let sweptLiveBytes = Atomic<Int>(0)

  /// Proportional sweeping: pages a byte (the bits of a Double), and the counts it starts from.
  let sweepRatio = Atomic<UInt64>(0)
  let ratioFromBytes = Atomic<Int>(0)
  let ratioFromPages = Atomic<Int>(0)

  func allocated(objects: Int, bytes: Int, isNoscan: Bool) {
    if !isNoscan { scannableBytes.wrappingAdd(bytes, ordering: .relaxed) }
    allocatedObjects.wrappingAdd(objects, ordering: .relaxed)
    allocatedBytes.wrappingAdd(bytes, ordering: .relaxed)
  }

  func freed(objects: Int, bytes: Int, isNoscan: Bool) {
    if !isNoscan { scannableBytes.wrappingSubtract(bytes, ordering: .relaxed) }
    freedObjects.wrappingAdd(objects, ordering: .relaxed)
    freedBytes.wrappingAdd(bytes, ordering: .relaxed)
  }
}
