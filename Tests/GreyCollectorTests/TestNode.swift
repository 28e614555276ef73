// One node's heap and collector as the tests drive them, and the naive answer to compare with.
//
// The oracle goes through `Heap.object(containing:)` and the descriptions of the types: it shares
// no code with the marker.

import GreyBasics
import GreyHeap

@testable import GreyCollector

final class TestNode {
  let heap: Heap
  let collector: Collector
  let cache: AllocationCache
  let buffer: BarrierBuffer
  var epoch = Epoch.zero

  /// What objects the tests are made of; every node has the same table.
  struct Kind {
    let type: TypeIndex
    let words: Int
    let references: [Int]
  }
  private(set) var kinds: [Kind] = []

  init(
    _ node: Int = 1, rules: RuleSet = .all, arenaBytes: Int = 64 << 20,
    incomingLimit: Int = 1 << 20, knownLimit: Int = 1 << 19
  ) throws {
    let types = try TypeTable()
    heap = try Heap(
      configuration: HeapConfiguration(node: NodeID(node), arenaBytes: arenaBytes), types: types)
    heap.rules = rules
    collector = Collector(
      heap: heap, rules: rules, incomingLimit: incomingLimit, knownLimit: knownLimit)
    cache = heap.makeCache()
    buffer = collector.makeBuffer()
    let shapes: [(Int, [Int])] = [
      (1, [0]), (2, [0, 1]), (4, [0, 1, 2, 3]), (3, [1]), (5, [0, 4]), (7, []), (1, []),
      (100, [0, 63, 64, 99]), (70, []), (5000, [0, 63, 64, 2047, 4095, 4096, 4999]),
    ]
    for (index, shape) in shapes.enumerated() {
      let type = try types.append(
        TypeDescription(name: "kind\(index)", words: shape.0, referenceWords: shape.1))
      kinds.append(Kind(type: type, words: shape.0, references: shape.1))
    }
  }

  deinit { collector.retire(buffer) }

  func allocate(_ kind: Int, count: Int = 1) throws -> Reference {
    try cache.allocate(type: kinds[kind].type, count: count)
  }

  func slot(_ reference: Reference, _ word: Int) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: reference.address + UInt(word * 8))!
  }

  func isMarked(_ reference: Reference) -> Bool {
    heap.object(containing: reference.address).map { heap.view.isMarked($0.base) } ?? false
  }

  /// The words of an object that hold references, by its type's description.
  func referenceWords(_ object: ObjectLocation) -> [Int] {
    guard let type = heap.types.description(object.type) else { return [] }
    return stride(from: 0, to: object.bytes / 8 - type.words + 1, by: type.words).flatMap { start in
      type.referenceWords.map { start + $0 }
    }
  }

  /// Everything reachable from `roots`: bases here, and references into other nodes, each granule
  /// once.
  func reachable(_ roots: [UInt64]) -> (bases: Set<UInt>, remote: Set<UInt64>) {
    var bases: Set<UInt> = []
    var remote: Set<UInt64> = []
    var left = roots
    while let raw = left.popLast() {
      let reference = Reference(rawValue: raw)
      if raw == 0 { continue }
      if reference.node != heap.node {
        remote.insert(raw & ~15)
        continue
      }
      guard let object = heap.object(containing: reference.address) else { continue }
      guard bases.insert(object.base).inserted else { continue }
      for word in referenceWords(object) {
        left.append(
          UnsafeMutableRawPointer(bitPattern: object.base + UInt(word * 8))!.relaxedWord)
      }
    }
    return (bases, remote)
  }

  /// The bases of all marked objects.
  func markedBases() -> Set<UInt> {
    var marked: Set<UInt> = []
    heap.forEachObject { object, isMarked in if isMarked { marked.insert(object.base) } }
    return marked
  }

  func arm(members: [Int] = [1]) {
    epoch = epoch.next
    collector.arm(epoch: epoch, members: members.map { NodeID($0) })
  }

  func drainAll(_ marker: Marker, quantum: Int = 1000) {
    while !marker.drain(objects: quantum).isDry {}
  }

  /// From the end of marking to a heap that is ready for the next cycle.
  func sweep() {
    collector.disarm()
    heap.dropAllRuns()
    heap.beginSweep()
    heap.finishSweep()
  }
}

/// A graph of objects of all kinds, with cycles, interior and remote references.
struct RandomGraph {
  var objects: [Reference] = []
  var roots: [UInt64] = []

  init(_ node: TestNode, _ rng: inout SplitMix, size: Int, remoteNodes: [Int] = []) throws {
    for _ in 0..<size {
      let kind = rng.below(node.kinds.count)
      let count = node.kinds[kind].words < 100 ? 1 + rng.below(4) : 1
      objects.append(try node.allocate(kind, count: count))
    }
    // A few of them large: arrays of references, of elements with holes, and without references.
    if rng.chance(1, in: 4) { objects.append(try node.allocate(0, count: 20_000)) }
    if rng.chance(1, in: 4) { objects.append(try node.allocate(4, count: 3_000)) }
    if rng.chance(1, in: 4) { objects.append(try node.allocate(7, count: 100)) }
    if rng.chance(1, in: 4) { objects.append(try node.allocate(9, count: 3)) }
    if rng.chance(1, in: 4) { objects.append(try node.allocate(6, count: 9_000)) }
    for object in objects {
      let location = node.heap.object(containing: object.address)!
      let words = node.referenceWords(location)
      // Long arrays get few references, at both ends and in between.
      let chosen = words.count < 50 ? words : (0..<40).map { _ in words[rng.below(words.count)] }
      for word in chosen + words.suffix(1) where rng.chance(1, in: 2) {
        node.slot(object, word).relaxedWord = target(node, &rng, remoteNodes)
      }
    }
    for _ in 0..<1 + rng.below(4) { roots.append(target(node, &rng, remoteNodes)) }
  }

  func target(_ node: TestNode, _ rng: inout SplitMix, _ remoteNodes: [Int]) -> UInt64 {
    if !remoteNodes.isEmpty, rng.chance(1, in: 8) {
      let owner = NodeID(remoteNodes[rng.below(remoteNodes.count)])
      let address = UInt(0x7000_0000 + rng.below(200) * 16 + rng.below(16))
      return Reference(node: owner, address: address).rawValue
    }
    let object = objects[rng.below(objects.count)]
    let bytes = node.heap.object(containing: object.address)!.bytes
    return rng.chance(1, in: 3)
      ? object.advanced(by: rng.below(bytes)).rawValue : object.rawValue
  }
}
