// ns an allocation: 32 bytes, two reference slots, garbage at once.
//
// `allocate-refill` is allocation alone: finding runs of free slots, clearing them, handing them
// out; sweeping happens between the timed parts. `allocate-collected` is all that allocation costs:
// every 4 MiB (the least heap at which a cycle begins) there is a whole cycle in the timed part,
// arming, marking (nothing), the sweep, which is lazy and done by the allocations that follow.
//
// The peer is what cannot be beaten: a cursor through 4 MiB that are recycled, cleared 16 KiB at a
// time. Both store a word into each object, so that the compiler cannot leave anything out.

import Foundation
import GreyBasics
import GreyCollector
import GreyHeap

enum AllocationBench {
  static var all: [Measurement] {
    let peer = "bump and clear"
    return [
      Measurement([
        RowHeading("allocate-refill", "ns/object", peer: peer, goal: .atMost(2))
      ]) { scale, _ in try AllocationRounds(count: scale.objects, collects: false) },
      Measurement([RowHeading("allocate-collected", "ns/object", peer: peer)]) { scale, _ in
        try AllocationRounds(count: scale.objects, collects: true)
      },
    ]
  }

  static let objectBytes = 32
  /// Bytes between two collections.
  static let chunkBytes = 4 << 20
  static let clearedBytes = 16 << 10

  @inline(never)
  static func allocate(
    _ count: Int, _ shape: AllocationShape, _ cache: AllocationCache
  ) throws(AllocationFailure) -> UInt64 {
    let view = cache.view
    var last: UInt64 = 0
    for _ in 0..<count {
      let raw = try cache.allocate(shape).rawValue
      UnsafeMutableRawPointer(bitPattern: view.address(of: raw)).unsafelyUnwrapped.relaxedWord =
        last
      last = raw
    }
    return last
  }

  @inline(never)
  static func bump(_ count: Int, through block: UnsafeMutableRawPointer) -> UInt {
    let end = block + chunkBytes
    var cursor = block
    var limit = block
    var last: UInt = 0
    for _ in 0..<count {
      if cursor == limit {
        if limit == end { cursor = block }
        memset(cursor, 0, clearedBytes)
        limit = cursor + clearedBytes
      }
      cursor.relaxedWord = UInt64(last)
      last = UInt(bitPattern: cursor)
      cursor += objectBytes
    }
    return last
  }
}

private final class AllocationRounds: BenchRounds {
  private let count: Int
  private let collects: Bool
  private let heap: Heap
  private let collector: Collector
  private let marker: Marker
  private let cache: AllocationCache
  private let shape: AllocationShape
  private let block: UnsafeMutableRawPointer
  private var epoch = Epoch.zero

  init(count: Int, collects: Bool) throws {
    self.count = count
    self.collects = collects
    let types = try TypeTable()
    let type = try types.append(
      TypeDescription(name: "pair", words: 4, referenceWords: [0, 1]))
    heap = try Heap(
      configuration: HeapConfiguration(node: NodeID(1), arenaBytes: 1 << 30), types: types)
    collector = Collector(heap: heap, rules: .all)
    marker = collector.makeMarker()
    cache = heap.makeCache()
    shape = try heap.view.shape(type)
    block = .allocate(byteCount: AllocationBench.chunkBytes, alignment: 4096)
  }

  deinit { block.deallocate() }

  func round() throws -> [RoundSample] {
    let chunk = AllocationBench.chunkBytes / AllocationBench.objectBytes
    var ours = 0.0
    var peer = 0.0
    var left = count
    while left > 0 {
      let size = min(left, chunk)
      left -= size
      var last: UInt64 = 0
      ours += try BenchClock.nanoseconds {
        last = try AllocationBench.allocate(size, shape, cache)
        if collects { collect() }
      }
      try confirm(heap.view.isLocal(last), "an allocation gave no object of this heap")
      if !collects { collect() }
      // Without this the next timed part would find spans that nobody has swept.
      if !collects { try confirm(heap.finishSweep(), "the sweep does not end") }

      var end: UInt = 0
      peer += BenchClock.nanoseconds { end = AllocationBench.bump(size, through: block) }
      try confirm(end != 0, "the peer allocated nothing")
    }
    return [RoundSample(ours: ours / Double(count), peer: peer / Double(count))]
  }

  /// A whole cycle of a world without roots: everything is garbage.
  private func collect() {
    cache.dropRuns()
    heap.finishSweep()
    epoch = epoch.next
    collector.arm(epoch: epoch, members: [heap.node])
    while !marker.drain(objects: 10_000).isDry {}
    collector.disarm()
    heap.beginSweep()
  }
}
