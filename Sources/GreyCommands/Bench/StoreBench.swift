// ns a reference store through the barrier, off and on, beside a plain relaxed store.
//
// With the barrier on everything is in the figure that the mutator pays: the buffering, and a flush
// every 508 stores with its filter and its lock. What a flush hands over is marked between the
// timed slices, as a marker beside the mutator would. Values are stored again and again, so most of
// what a flush looks at is marked already: as in a program whose heap is mostly marked.

import GreyBasics
import GreyCollector
import GreyHeap

enum StoreBench {
  static var all: [Measurement] {
    // The spikes: 0.4 ns off, 1.1 ns on; first goal within twice that, as ratios to the store.
    [("store-off", false, 2.0), ("store-on", true, 5.5)].map { name, isOn, bound in
      Measurement([
        RowHeading(name, "ns/store", peer: "plain relaxed store", goal: .atMost(bound))
      ]) { scale, _ in try StoreRounds(count: scale.objects * 2, isOn: isOn) }
    }
  }

  static let slots = 2_048
  static let values = 1_024
  static let slice = 50_000

  @inline(never)
  static func store(
    _ count: Int, _ buffer: BarrierBuffer, _ slots: UnsafeMutableRawPointer,
    _ values: UnsafePointer<UInt64>
  ) {
    for index in 0..<count {
      buffer.store(
        values[(index &* 7) & (Self.values - 1)], to: slots + (index & (Self.slots - 1)) &* 8)
    }
  }

  @inline(never)
  static func storePlainly(
    _ count: Int, _ slots: UnsafeMutableRawPointer, _ values: UnsafePointer<UInt64>
  ) {
    for index in 0..<count {
      (slots + (index & (Self.slots - 1)) &* 8).relaxedWord =
        values[(index &* 7) & (Self.values - 1)]
    }
  }
}

final class StoreRounds: BenchRounds {
  private let count: Int
  private let isOn: Bool
  private let heap: Heap
  private let collector: Collector
  private let marker: Marker
  private let buffer: BarrierBuffer
  private let slots: UnsafeMutableRawPointer
  private let values: UnsafeMutablePointer<UInt64>
  private var epoch = Epoch.zero

  init(count: Int, isOn: Bool) throws {
    self.count = count
    self.isOn = isOn
    let types = try TypeTable()
    let type = try types.append(TypeDescription(name: "cell", words: 1, referenceWords: [0]))
    heap = try Heap(
      configuration: HeapConfiguration(node: NodeID(1), arenaBytes: 1 << 26), types: types)
    collector = Collector(heap: heap, rules: .all)
    marker = collector.makeMarker()
    let cache = heap.makeCache()
    let array = try cache.allocate(type: type, count: StoreBench.slots)
    slots = UnsafeMutableRawPointer(bitPattern: array.address)!
    values = .allocate(capacity: StoreBench.values)
    for index in 0..<StoreBench.values {
      (values + index).initialize(to: try cache.allocate(type: type, count: 4).rawValue)
    }
    buffer = collector.makeBuffer()
  }

  deinit {
    collector.retire(buffer)
    values.deallocate()
  }

  func round() throws -> [RoundSample] {
    if isOn {
      epoch = epoch.next
      collector.arm(epoch: epoch, members: [heap.node])
    }
    var ours = 0.0
    var peer = 0.0
    var left = count
    while left > 0 {
      let size = min(left, StoreBench.slice)
      left -= size
      ours += BenchClock.nanoseconds {
        StoreBench.store(size, buffer, slots, values)
        buffer.flush()
      }
      while !marker.drain(objects: 10_000).isDry {}
      peer += BenchClock.nanoseconds { StoreBench.storePlainly(size, slots, values) }
    }
    if isOn {
      let seen = collector.totals.barrierEntries
      try confirm(seen == 2 * count, "the barrier saw \(seen) values of \(2 * count)")
      collector.disarm()
      heap.clearMarks()
    }
    return [RoundSample(ours: ours / Double(count), peer: peer / Double(count))]
  }
}
