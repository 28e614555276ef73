// The slow half of allocation: the next run of the cached span, or the next span.
//
// A run is handed out in this order: allocation bits, mark bits when objects are born black. Its
// objects can be referred to only afterwards, and each is cleared before: a kibibyte at a time,
// just ahead of the cursor, and the kibibyte after it is asked for meanwhile. So what is handed out
// lies in the processor's nearest cache, and clearing does not wait for memory. Nobody looks at
// what lies behind the cursor: no reference leads there. Whether they are born black is read from
// the same word as the sweep generation, so a span that was cached before sweeping began is noticed
// here and given back before anything is allocated from it.
//
// Marks may be cleared (an aborted attempt) while a refill blackens its run. The refill looks again
// after its OR: either it sees that objects are no longer born black and takes its bits back, or
// its OR came first in the one order of all these operations and the clearing finds its bits.

import Foundation
import GreyBasics
import Synchronization

/// What a cache has allocated, for the pacer.
struct AllocationAccounts {
  /// Of runs that are no longer in the cache, and of large objects.
  var objects = 0
  var bytes = 0
  /// What `takeAllocated` has told already.
  var toldObjects = 0
  var toldBytes = 0
}

/// The runs of a cache, as the heap knows them too.
struct RunTable: @unchecked Sendable {
  let runs: UnsafeMutablePointer<AllocationRun>
  let accounts: UnsafeMutablePointer<AllocationAccounts>
  let count: Int
  /// A bit a run: it has had a span since all were dropped. The others need not be looked at.
  private let used: UnsafeMutablePointer<UInt64>

  init(heap: Heap) {
    count = heap.centrals.count
    runs = .allocate(capacity: count)
    runs.initialize(repeating: .empty, count: count)
    accounts = .allocate(capacity: 1)
    accounts.initialize(to: AllocationAccounts())
    used = .allocate(capacity: count / 64 + 1)
    used.initialize(repeating: 0, count: count / 64 + 1)
  }

  func use(_ index: Int) { used[index >> 6] |= 1 << UInt64(index & 63) }

  func unuseAll() { used.update(repeating: 0, count: count / 64 + 1) }

  /// In the order of the classes.
  @inline(__always)
  func forEachUsed(_ body: (_ index: Int, _ span: UnsafeMutablePointer<SpanRecord>) -> Void) {
    for word in 0...count / 64 {
      var bits = used[word]
      while bits != 0 {
        let index = word << 6 + bits.trailingZeroBitCount
        bits &= bits &- 1
        if let span = runs[index].span { body(index, span) }
      }
    }
  }

  func deallocate() {
    runs.deallocate()
    accounts.deallocate()
    used.deallocate()
  }

  /// Books what was allocated from a run that ends.
  func retire(_ run: UnsafeMutablePointer<AllocationRun>) {
    guard let span = run.pointee.span else { return }
    let bytes = Int(run.pointee.cursor - run.pointee.start)
    accounts.pointee.bytes += bytes
    accounts.pointee.objects += bytes / span.pointee.elementBytes
  }
}

extension AllocationCache {
  /// A run does not go on for longer than this: its rest counts as allocated.
  static var longestRunBytes: Int { 16_384 }
  /// Cleared at a time, ahead of the cursor; as much again is on its way to this processor's cache.
  private static var clearedBytes: UInt64 { 1_024 }

  @usableFromInline @inline(never)
  func allocateSlowly(_ shape: AllocationShape) throws(AllocationFailure) -> Reference {
    if shape.isLarge {
      let reference = try heap.allocateLarge(shape)
      table.accounts.pointee.objects += 1
      table.accounts.pointee.bytes += Int(shape.bytes)
      return reference
    }
    let run = runs + Int(shape.spanClass)
    if run.pointee.cursor == run.pointee.end {
      try refill(run, spanClass: Int(shape.spanClass), type: shape.type)
    }
    clear(run, bytes: shape.bytes)
    if run.pointee.type != shape.type.rawValue { admit(shape.type, to: run) }
    let raw = run.pointee.cursor
    run.pointee.cursor = raw &+ shape.bytes
    if let types = run.pointee.mixedTypes {
      types.pointee = shape.type.rawValue
      run.pointee.mixedTypes = types + 1
    }
    return Reference(rawValue: raw)
  }

  /// Clears a run as far as the next object needs it, and some more.
  @inline(__always)
  private func clear(_ run: UnsafeMutablePointer<AllocationRun>, bytes: UInt64) {
    let from = run.pointee.limit
    let next = run.pointee.cursor &+ bytes
    if next <= from { return }
    let to = min(run.pointee.end, max(next, from &+ Self.clearedBytes))
    let start = UnsafeMutableRawPointer(bitPattern: view.address(of: from)).unsafelyUnwrapped
    memset(start, 0, Int(truncatingIfNeeded: to &- from))
    run.pointee.limit = to
    fetch(to &+ Self.clearedBytes, end: run.pointee.end)
  }

  /// Asks for the memory of a run that will be cleared soon.
  @inline(__always)
  private func fetch(_ from: UInt64, end: UInt64) {
    var line = from
    let end = min(end, from &+ Self.clearedBytes)
    while line < end {
      view.prefetchObject(view.address(of: line))
      line &+= 64
    }
  }

  /// Lets a run take objects of another type than the span had so far: a span without any object
  /// takes the new type, every other one turns mixed.
  private func admit(_ type: TypeIndex, to run: UnsafeMutablePointer<AllocationRun>) {
    guard run.pointee.type != 0 else { return }
    let span = Span(record: run.pointee.span!)
    let isUntouched =
      run.pointee.cursor == run.pointee.start
      && span.record.pointee.liveSlots * span.record.pointee.elementBytes
        == Int(run.pointee.end &- run.pointee.start)
    heap.setType(isUntouched ? type : .none, of: span, was: TypeIndex(rawValue: run.pointee.type))
    run.pointee.type = isUntouched ? type.rawValue : 0
    if !isUntouched {
      let entry = view.entry(of: run.pointee.cursor)
      let slot = view.slotTypeIndex(view.address(of: run.pointee.cursor), entry: entry)
      let rest = Int(run.pointee.end &- run.pointee.cursor) / span.record.pointee.elementBytes
      // To the end of the run, cleared or not: none of them ever was of the span's type.
      (view.slotTypes + slot).update(repeating: 0, count: rest)
      run.pointee.mixedTypes = view.slotTypes + slot
    }
  }

  private func refill(
    _ run: UnsafeMutablePointer<AllocationRun>, spanClass: Int, type: TypeIndex
  ) throws(AllocationFailure) {
    let sizeClass = heap.memory.classes[spanClass >> 1]
    while true {
      let control = heap.control.load(ordering: .sequentiallyConsistent)
      if generation != control >> 1 {
        dropRuns()
        generation = control >> 1
      }
      if let record = run.pointee.span {
        let span = Span(record: record)
        let free = heap.memory.nextFreeRun(
          from: record.pointee.freeIndex, span: span, sizeClass: sizeClass)
        table.retire(run)
        if !free.isEmpty, record.pointee.generation == control >> 1 {
          let longest = max(1, Self.longestRunBytes / sizeClass.bytes)
          let slots = free.lowerBound..<min(free.upperBound, free.lowerBound + longest)
          handOut(slots, of: span, to: run, sizeClass: sizeClass, control: control)
          return
        }
        run.pointee = .empty
        heap.centrals[spanClass].put(span)
      }
      let span = try heap.acquireSpan(spanClass: spanClass, type: type)
      // Swept by a newer generation than this cache's: the loop gives all of them back.
      run.pointee.span = span.record
      table.use(spanClass)
    }
  }

  private func handOut(
    _ slots: Range<Int>, of span: Span, to run: UnsafeMutablePointer<AllocationRun>,
    sizeClass: SizeClass, control: UInt64
  ) {
    let memory = heap.memory
    let firstPage = memory.firstPage(of: span)
    memory.setAllocated(slots, span: firstPage, sizeClass: sizeClass)
    if heap.keepsWhite.load(ordering: .relaxed) {
      heap.forgetWhite(slots, span: firstPage, sizeClass: sizeClass)
    }
    span.record.pointee.liveSlots += slots.count
    span.record.pointee.freeIndex = slots.upperBound
    if control & 1 != 0, heap.blackensRuns.load(ordering: .relaxed) {
      heap.blacken(slots, span: firstPage, sizeClass: sizeClass)
      if heap.control.load(ordering: .sequentiallyConsistent) == control & ~1 {
        memory.whiten(slots, span: firstPage, sizeClass: sizeClass)
      }
    }
    let start = memory.address(ofPage: firstPage) + UInt(slots.lowerBound * sizeClass.bytes)
    let bytes = slots.count * sizeClass.bytes
    let type = memory.entry(firstPage).uniformType
    var mixedTypes: UnsafeMutablePointer<UInt16>?
    if type == .none {
      let types = view.slotTypes + firstPage * HeapLayout.granulesPerPage + slots.lowerBound
      types.update(repeating: 0, count: slots.count)
      mixedTypes = types
    }
    heap.counters.allocated(
      objects: slots.count, bytes: bytes, isNoscan: span.record.pointee.spanClass & 1 != 0)
    let raw = view.raw(of: start)
    let end = raw + UInt64(bytes)
    if span.record.pointee.needsZero { fetch(raw &+ Self.clearedBytes, end: end) }
    run.pointee = AllocationRun(
      cursor: raw, limit: span.record.pointee.needsZero ? raw : end, end: end, start: raw,
      span: span.record, mixedTypes: mixedTypes, type: type.rawValue)
  }

  /// Gives all runs back. A worker does this when sweeping starts, and before it exits.
  package func dropRuns() { heap.drop(table) }

  /// Objects and bytes that this cache has allocated since the last call.
  package func takeAllocated() -> (objects: Int, bytes: Int) {
    var objects = table.accounts.pointee.objects
    var bytes = table.accounts.pointee.bytes
    table.forEachUsed { index, span in
      let used = Int(runs[index].cursor - runs[index].start)
      bytes += used
      objects += used / span.pointee.elementBytes
    }
    let told = table.accounts.pointee
    table.accounts.pointee.toldObjects = objects
    table.accounts.pointee.toldBytes = bytes
    return (objects - told.toldObjects, bytes - told.toldBytes)
  }
}
