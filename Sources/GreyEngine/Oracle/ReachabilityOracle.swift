// Who is reachable, asked naively: the judge of the collector.
//
// A search over one node's heap with a set of its own, told the roots and what other
// nodes refer to. It shares no code with the marker: no mark bits, no barrier, no batches; shapes
// come from the type table, objects from the heap's checked lookup. Slow on purpose and simple
// enough to be believed. The search of a cluster is one of these at every node, with the remote
// references each finds handed to their owners in rounds until no round finds anything new.
//
// It goes on in pieces, because whoever runs it has to give signs of life between them: so nothing
// here, not the growing of a set either, takes longer for a larger heap. The world is stopped from
// its beginning to its end, so nothing protects it.

import GreyBasics
import GreyHeap

package struct ReachabilityOracle {
  private let heap: Heap
  private var reached = WordSet()
  private var remote = SplitSet()
  /// References to start from, and how many of them were looked at.
  private var given: [Reference] = []
  private var givenSeen = 0
  /// Objects that were reached, and the word from which each is still to be looked at.
  private var frontier: [(base: UInt, word: Int)] = []
  /// References to other nodes, in the order in which they were met, and how many were told.
  private var found: [Reference] = []
  private var foundTold = 0
  package private(set) var reachedCount = 0
  /// References into slots that are free: each is an object lost by the collector.
  package private(set) var lost: [UInt64] = []
  /// The base of the object that holds each of them; zero for a root or an object elsewhere.
  package private(set) var holders: [UInt] = []

  package init(heap: Heap) { self.heap = heap }

  /// Everything reachable from these references without leaving the node.
  /// - Returns: the references to other nodes met for the first time.
  package mutating func reach(_ references: [Reference]) -> [Reference] {
    begin(from: references)
    while goOn(references: .max) {}
    return takeFound(atMost: .max)
  }

  package mutating func begin(from references: [Reference]) { given += references }

  /// Looks at about so many references and objects. True while there may be more.
  package mutating func goOn(references: Int) -> Bool {
    var left = references
    while left > 0 {
      if !frontier.isEmpty {
        scanLast(&left)
      } else if givenSeen < given.count {
        visit(given[givenSeen].rawValue, from: 0)
        givenSeen += 1
        left -= 1
      } else {
        given = []
        givenSeen = 0
        return false
      }
    }
    return true
  }

  /// References to other nodes that were not told yet.
  package mutating func takeFound(atMost count: Int) -> [Reference] {
    let told = Array(found[foundTold...].prefix(count))
    foundTold += told.count
    if !hasFound {
      found = []
      foundTold = 0
    }
    return told
  }

  package var hasFound: Bool { foundTold < found.count }

  package func contains(_ base: UInt) -> Bool { reached.contains(base) }

  private mutating func visit(_ raw: UInt64, from holder: UInt) {
    let reference = Reference(rawValue: raw)
    if reference.isNull { return }
    guard reference.node == heap.node else {
      if remote.insert(raw) { found.append(reference) }
      return
    }
    guard let object = heap.exactObject(containing: reference.address) else {
      if remote.insert(raw) {
        lost.append(raw)
        holders.append(holder)
      }
      return
    }
    if reached.insert(object.base) {
      reachedCount += 1
      frontier.append((object.base, 0))
    }
  }

  /// A large object is left in the middle, and comes first the next time.
  private mutating func scanLast(_ left: inout Int) {
    guard let (base, first) = frontier.popLast() else { return }
    left -= 1
    guard let object = heap.exactObject(containing: base),
      let type = heap.types.description(object.type), !type.referenceWords.isEmpty
    else { return }
    let words = object.bytes / 8
    let memory = UnsafeRawPointer(bitPattern: base)!
    for element in stride(from: first, to: words, by: type.words) {
      guard left > 0 || element == first else { return frontier.append((base, element)) }
      for word in type.referenceWords where element + word < words {
        let value = memory.load(fromByteOffset: (element + word) * 8, as: UInt64.self)
        visit(value, from: base)
        left -= 1
      }
    }
  }
}
