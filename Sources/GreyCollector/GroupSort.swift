// Brings the groups of a batch into the order of addresses.
//
// Pages come in the order in which something of them was first shaded, which may be any. A radix
// sort by eleven bits of the kibibyte at a time, lowest first: each pass is stable, so after the
// last one all are in order. Addresses are counted from the lowest one; of a heap of 4 GiB that is
// two passes, some nanoseconds a group, where comparing costs ten times that.

import GreyBasics

extension GreyBatch {
  /// - Parameters:
  ///   - unsorted: each kibibyte at most once.
  ///   - count: bits in all of them.
  init(unsorted: [GreyGroup], count: Int) {
    guard unsorted.count >= 64 else {
      self.init(groups: unsorted.sorted { $0.kibibyte < $1.kibibyte }, count: count)
      return
    }
    var lowest = UInt64.max
    var highest: UInt64 = 0
    for group in unsorted {
      lowest = min(lowest, group.kibibyte)
      highest = max(highest, group.kibibyte)
    }
    var groups = unsorted
    var other = unsorted
    var shift: UInt64 = 0
    while (highest - lowest) >> shift != 0 {
      groups.withUnsafeBufferPointer { source in
        other.withUnsafeMutableBufferPointer { target in
          Self.pass(source, target, lowest: lowest, shift: shift)
        }
      }
      swap(&groups, &other)
      shift += 11
    }
    self.init(groups: groups, count: count)
  }

  private static func pass(
    _ source: UnsafeBufferPointer<GreyGroup>, _ target: UnsafeMutableBufferPointer<GreyGroup>,
    lowest: UInt64, shift: UInt64
  ) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2048) { places in
      places.initialize(repeating: 0)
      func digit(_ group: GreyGroup) -> Int {
        Int(truncatingIfNeeded: (group.kibibyte &- lowest) >> shift & 2047)
      }
      for group in source { places[digit(group)] &+= 1 }
      var next: UInt32 = 0
      for value in 0..<2048 {
        let count = places[value]
        places[value] = next
        next &+= count
      }
      for group in source {
        let value = digit(group)
        target[Int(places[value])] = group
        places[value] &+= 1
      }
    }
  }
}
