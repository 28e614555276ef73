// The oracle over a whole simulated cluster, between two turns.
//
// One breadth-first search from every live node's roots, through every live node's heap, as naive
// as can be: it shares no code with the marker, knows no mark, barrier or batch, and remembers how
// it came to each object. Nothing runs while it looks, so whatever it reaches must be there: a
// reference that leads into a freed slot has been lost by the collector. At the moment when the
// coordinator decides that marking is complete, it must be marked as well: a reachable white object
// is as good as lost, and is seen before its slot has been given to another.

import GreyBasics
import GreyCollector
import GreyEngine
import GreyHeap
import GreyMutator

package struct WorldCheck {
  /// An object that is reachable and should not have been freed, or left white.
  package struct Loss: Hashable, Sendable, CustomStringConvertible {
    /// `node:offset`.
    package let object: String
    package let isFreed: Bool
    /// The kind of root that it was reached from.
    package let root: String
    /// From the root on, across processes; the object is last.
    package let path: [String]
    /// The objects of the path.
    package let references: [Reference]

    package var description: String {
      path.joined(separator: " → ")
        + (isFreed
          ? ": reachable, and its slot is free" : ": reachable, and white when all was marked")
    }
  }

  package private(set) var reachable = 0
  package private(set) var losses: [Loss] = []

  /// All objects there are, counted when somebody asks, who must do so before anything runs again.
  package var allocated: Int {
    var count = 0
    for core in cores { core.heap.forEachObject { _, _ in count += 1 } }
    return count
  }
  package var unreachable: Int { allocated - reachable }
  /// `node:offset`, in the order in which they were found.
  package var lost: [String] { losses.map(\.object) }

  // The search. Everything found, in the order in which it was found, with the way it came by: told
  // in words only of what is lost, because most searches find nothing and there are thousands.
  private struct Found {
    let reference: Reference
    /// Nil where the slot is free.
    let object: ObjectLocation?
    /// The place among the cores of its node.
    let core: Int
    /// -1: a root.
    let parent: Int
    /// Of the parent.
    var word = 0
    /// Of roots: the kind, and the core that has it.
    var root: (kind: RootKind, core: Int)?
  }
  private var found: [Found] = []
  private var seen = WordSet()
  private let cores: [NodeCore]
  private let epoch: Epoch?
  /// By core and type: asked for once a search, because the table has a lock.
  private var shapes: [[TypeDescription?]]

  /// - Parameter epoch: whose marking is said to be complete and is not swept anywhere; nil: only
  ///   freed objects are looked for.
  package init(_ cluster: SimulatedCluster, marked epoch: Epoch? = nil) {
    // One that was fenced and has not heard of it is nobody's concern any more.
    let members = cluster.coordinator.memberNodes
    cores = cluster.processes.compactMap(\.core).filter { members.contains($0.node) }
    self.epoch = epoch
    shapes = Array(repeating: [], count: cores.count)
    found.reserveCapacity(128)
    for place in cores.indices {
      for worker in cores[place].workers {
        worker.forEachRoot { kind, root in note(root, parent: -1, root: (kind, place)) }
      }
    }
    var next = 0
    while next < found.count {
      follow(next)
      next += 1
    }
  }

  private func core(of node: NodeID) -> Int? {
    // By id where nobody has gone, which is nearly always.
    let place = Int(node.rawValue) - 1
    if cores.indices.contains(place), cores[place].node == node { return place }
    return cores.firstIndex { $0.node == node }
  }

  /// Objects of nodes that are gone are nobody's.
  private mutating func note(
    _ reference: Reference, parent: Int, word: Int = 0, root: (RootKind, Int)? = nil
  ) {
    if reference.isNull { return }
    guard let place = core(of: reference.node) else { return }
    guard let object = cores[place].heap.exactObject(containing: reference.address) else {
      if seen.insert(reference.rawValue) {
        found.append(
          Found(
            reference: reference, object: nil, core: place, parent: parent, word: word,
            root: root))
        lose(found.count - 1, isFreed: true)
      }
      return
    }
    let base = Reference(node: reference.node, address: object.base)
    guard seen.insert(base.rawValue) else { return }
    reachable += 1
    found.append(
      Found(
        reference: base, object: object, core: place, parent: parent, word: word, root: root))
    if let epoch, cores[place].collector.armedEpoch == epoch,
      !cores[place].heap.view.isMarked(object.base)
    {
      lose(found.count - 1, isFreed: false)
    }
  }

  private mutating func follow(_ index: Int) {
    guard let object = found[index].object, !object.isNoscan,
      let type = shape(object.type, of: found[index].core)
    else { return }
    let memory = UnsafeMutableRawPointer(bitPattern: object.base)!
    for element in stride(from: 0, to: object.bytes / 8, by: type.words) {
      for word in type.referenceWords where (element + word) * 8 < object.bytes {
        let raw = (memory + (element + word) * 8).relaxedWord
        note(Reference(rawValue: raw), parent: index, word: element + word)
      }
    }
  }

  private mutating func shape(_ type: TypeIndex, of core: Int) -> TypeDescription? {
    let place = Int(type.rawValue)
    while shapes[core].count <= place { shapes[core].append(nil) }
    if let known = shapes[core][place] { return known }
    shapes[core][place] = cores[core].heap.types.description(type)
    return shapes[core][place]
  }

  private mutating func lose(_ index: Int, isFreed: Bool) {
    var path: [String] = []
    var references: [Reference] = []
    var place = index
    var root = ""
    while place >= 0 {
      let step = found[place]
      root = step.root?.kind.rawValue ?? root
      references.insert(step.reference, at: 0)
      path.insert(name(of: step.reference), at: 0)
      path.insert(
        step.root.map { "\(cores[$0.core].node) \($0.kind.rawValue)" } ?? "word \(step.word)",
        at: 0)
      place = step.parent
    }
    losses.append(
      Loss(
        object: name(of: found[index].reference), isFreed: isFreed, root: root, path: path,
        references: references))
  }

  private func name(of reference: Reference) -> String {
    core(of: reference.node).map { cores[$0].heap.name(of: reference) } ?? "\(reference)"
  }
}

/// Words that are not zero, by open addressing: a search asks of every reference that it meets.
private struct WordSet {
  private var slots = [UInt64](repeating: 0, count: 256)
  private var count = 0

  /// Whether it is new.
  mutating func insert(_ word: UInt64) -> Bool {
    if count * 2 >= slots.count { grow() }
    let place = place(of: word)
    if slots[place] == word { return false }
    slots[place] = word
    count += 1
    return true
  }

  /// Where it lies, or would.
  private func place(of word: UInt64) -> Int {
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while slots[place] != 0, slots[place] != word { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: old.count * 2)
    for word in old where word != 0 { slots[place(of: word)] = word }
  }
}
