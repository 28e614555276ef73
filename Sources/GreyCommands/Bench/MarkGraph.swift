// The graphs that marking is measured on: objects of 32 bytes, four reference slots each.
//
// They are allocated one after the other in a fresh heap and never move, so the number of an object
// is its offset divided by 32: what the peer's flat mark bytes are indexed by. Both markers walk
// the very same objects.

import GreyBasics
import GreyCollector
import GreyHeap

package enum GraphShape: String, Sendable, CaseIterable {
  /// Every slot refers to any object.
  case random
  /// Object i refers to i + 1 … i + 4: in the order of allocation.
  case sequential
  /// As `random`, but into the middle of objects.
  case interior
}

package struct MarkGraph {
  package static let objectBytes = 32
  package static let slots = 4

  package let heap: Heap
  package let root: UInt64
  package let objects: Int
  /// One more than the highest number of an object.
  package let extent: Int

  package init(_ shape: GraphShape, objects: Int, seed: UInt64) throws {
    self.objects = objects
    let types = try TypeTable()
    let type = try types.append(
      TypeDescription(name: "node", words: Self.slots, referenceWords: Array(0..<Self.slots)))
    let room = max(1 << 24, objects * Self.objectBytes * 2)
    heap = try Heap(
      configuration: HeapConfiguration(
        node: NodeID(1), arenaBytes: (room + 0xFFFF) & ~0xFFFF), types: types)
    let view = heap.view
    let cache = heap.makeCache()
    var all: [UInt64] = []
    all.reserveCapacity(objects)
    for _ in 0..<objects { all.append(try cache.allocate(type: type).rawValue) }

    var random = SplitMix(seed: seed)
    for index in 0..<objects {
      let object = UnsafeMutableRawPointer(bitPattern: view.address(of: all[index]))!
      for slot in 0..<Self.slots {
        let target =
          switch shape {
          case .random: all[random.below(objects)]
          case .sequential: all[(index + 1 + slot) % objects]
          case .interior: all[random.below(objects)] + UInt64(8 * (1 + random.below(3)))
          }
        (object + slot * 8).relaxedWord = target
      }
    }
    root = all[0]
    extent = Int((all.max()! - view.taggedBase) / UInt64(Self.objectBytes)) + 1
  }
}
