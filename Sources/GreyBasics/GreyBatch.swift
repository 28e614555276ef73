// References into one node's heap, as nodes tell them to each other: which granules of its address
// space, gathered by kibibyte.
//
// Objects begin at multiples of a granule (16 bytes), and every reference into the same granule is
// into the same object. So a granule says all that a reference does for shading, and what leads
// into the same kibibyte is one group: its number and 64 bits. A batch has each granule once, which
// is what it counts, and its groups ascend: its receiver goes through its heap once, in order.
//
// The batch names no node: it is for the one to whom it is sent. So a node can only ever be told of
// its own address space.

package struct GreyGroup: Hashable, Sendable {
  /// Address / 1024, of 38 bits.
  package let kibibyte: UInt64
  /// Bit n is its n-th granule; never zero.
  package let granules: UInt64

  @inlinable @inline(__always)
  package init(kibibyte: UInt64, granules: UInt64) {
    self.kibibyte = kibibyte
    self.granules = granules
  }

  package static let kibibyteBits = 38
  package static let bytesShift: UInt64 = 10
}

package struct GreyBatch: Hashable, Sendable {
  /// Ascending, each kibibyte once.
  package let groups: [GreyGroup]
  /// References: bits in all groups.
  package let count: Int

  package static let empty = GreyBatch(groups: [], count: 0)

  /// Of groups that ascend and hold so many bits.
  package init(groups: [GreyGroup], count: Int) {
    self.groups = groups
    self.count = count
  }

  /// Of granules by number (address / 16) in any order, one more often than once or not.
  package init(granules: some Sequence<UInt64>) {
    var groups: [GreyGroup] = []
    var count = 0
    for granule in Set(granules).sorted() {
      let kibibyte = granule >> 6
      let bit: UInt64 = 1 << (granule & 63)
      let before = groups.last?.kibibyte == kibibyte ? groups.removeLast().granules : 0
      groups.append(GreyGroup(kibibyte: kibibyte, granules: before | bit))
      count += 1
    }
    self.init(groups: groups, count: count)
  }

  /// Of references whatever node they name.
  package init(references: some Sequence<UInt64>) {
    self.init(granules: references.map { ($0 & Reference.addressMask) >> 4 })
  }

  package var isEmpty: Bool { count == 0 }

  /// Ascending.
  package var granules: [UInt64] {
    var granules: [UInt64] = []
    granules.reserveCapacity(count)
    for group in groups {
      var bits = group.granules
      while bits != 0 {
        granules.append(group.kibibyte << 6 | UInt64(bits.trailingZeroBitCount))
        bits &= bits - 1
      }
    }
    return granules
  }

  /// The same as references into a node's heap.
  package func references(of node: NodeID) -> [UInt64] {
    granules.map { Reference(node: node, address: UInt($0 << 4)).rawValue }
  }
}
