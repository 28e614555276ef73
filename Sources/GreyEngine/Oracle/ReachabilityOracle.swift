// Who is reachable, asked naively: the judge of the collector.
//
// A breadth-first search over one node's heap with a set of its own, told the roots and what other
// nodes refer to. It shares no code with the marker: no mark bits, no barrier, no batches; shapes
// come from the type table, objects from the heap's checked lookup. Slow on purpose and simple
// enough to be believed. The search of a cluster is one of these at every node, with the remote
// references each finds handed to their owners in rounds until no round finds anything new.
//
// The world is stopped while it runs, so nothing protects it.

import GreyBasics
import GreyHeap

package struct ReachabilityOracle {
  private let heap: Heap
  private var reached: Set<UInt> = []
  private var remote: Set<UInt64> = []
  private var frontier: [UInt] = []
  /// References into slots that are free: each is an object lost by the collector.
  package private(set) var lost: [UInt64] = []
  /// The base of the object that holds each of them; zero for a root or an object elsewhere.
  package private(set) var holders: [UInt] = []

  package init(heap: Heap) { self.heap = heap }

  package var reachedCount: Int { reached.count }

  /// Everything reachable from these references without leaving the node.
  /// - Returns: the references to other nodes met for the first time, in ascending order.
  package mutating func reach<S: Sequence>(_ references: S) -> [Reference]
  where S.Element == Reference {
    var found: [UInt64] = []
    for reference in references { visit(reference.rawValue, from: 0, &found) }
    while let base = frontier.popLast() { scan(base, &found) }
    return found.sorted().map(Reference.init(rawValue:))
  }

  package func contains(_ base: UInt) -> Bool { reached.contains(base) }

  private mutating func visit(_ raw: UInt64, from holder: UInt, _ found: inout [UInt64]) {
    let reference = Reference(rawValue: raw)
    if reference.isNull { return }
    guard reference.node == heap.node else {
      if remote.insert(raw).inserted { found.append(raw) }
      return
    }
    guard let object = heap.exactObject(containing: reference.address) else {
      if remote.insert(raw).inserted {
        lost.append(raw)
        holders.append(holder)
      }
      return
    }
    if reached.insert(object.base).inserted { frontier.append(object.base) }
  }

  private mutating func scan(_ base: UInt, _ found: inout [UInt64]) {
    guard let object = heap.exactObject(containing: base),
      let type = heap.types.description(object.type)
    else { return }
    let words = object.bytes / 8
    let memory = UnsafeRawPointer(bitPattern: base)!
    var element = 0
    while element < words {
      for word in type.referenceWords where element + word < words {
        let value = memory.load(fromByteOffset: (element + word) * 8, as: UInt64.self)
        visit(value, from: base, &found)
      }
      element += type.words
    }
  }
}
