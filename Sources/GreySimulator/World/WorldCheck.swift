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
  package private(set) var allocated = 0
  package private(set) var losses: [Loss] = []

  package var unreachable: Int { allocated - reachable }
  /// `node:offset`, in the order in which they were found.
  package var lost: [String] { losses.map(\.object) }

  // The search. Everything found, in the order in which it was found, with the way it came by.
  private struct Found {
    let reference: Reference
    let parent: Int
    let by: String
    /// Of roots; nil for what another object refers to.
    var root: String?
  }
  private var found: [Found] = []
  private var seen: Set<UInt64> = []
  private let cores: [NodeCore]
  private let epoch: Epoch?

  /// - Parameter epoch: whose marking is said to be complete and is not swept anywhere; nil: only
  ///   freed objects are looked for.
  package init(_ cluster: SimulatedCluster, marked epoch: Epoch? = nil) {
    // One that was fenced and has not heard of it is nobody's concern any more.
    let members = cluster.coordinator.memberNodes
    cores = cluster.processes.compactMap(\.core).filter { members.contains($0.node) }
    self.epoch = epoch
    for core in cores {
      for worker in core.workers {
        worker.forEachRoot { kind, root in
          note(root, parent: -1, kind.rawValue) { "\(core.node) \(kind.rawValue)" }
        }
      }
    }
    var next = 0
    while next < found.count {
      follow(next)
      next += 1
    }
    for core in cores { core.heap.forEachObject { _, _ in allocated += 1 } }
  }

  private func core(of node: NodeID) -> NodeCore? {
    // By id where nobody has gone, which is nearly always.
    let place = Int(node.rawValue) - 1
    if cores.indices.contains(place), cores[place].node == node { return cores[place] }
    return cores.first { $0.node == node }
  }

  /// Objects of nodes that are gone are nobody's.
  private mutating func note(
    _ reference: Reference, parent: Int, _ root: String? = nil, by: () -> String
  ) {
    if reference.isNull { return }
    guard let core = core(of: reference.node) else { return }
    guard let object = core.heap.exactObject(containing: reference.address) else {
      if seen.insert(reference.rawValue).inserted {
        found.append(Found(reference: reference, parent: parent, by: by(), root: root))
        lose(found.count - 1, isFreed: true)
      }
      return
    }
    let base = Reference(node: reference.node, address: object.base)
    guard seen.insert(base.rawValue).inserted else { return }
    reachable += 1
    found.append(Found(reference: base, parent: parent, by: by(), root: root))
    if let epoch, core.collector.armedEpoch == epoch,
      !core.heap.view.isMarked(object.base)
    {
      lose(found.count - 1, isFreed: false)
    }
  }

  private mutating func follow(_ index: Int) {
    let reference = found[index].reference
    guard let core = core(of: reference.node),
      let object = core.heap.exactObject(containing: reference.address), !object.isNoscan,
      let type = core.heap.types.description(object.type)
    else { return }
    let memory = UnsafeMutableRawPointer(bitPattern: object.base)!
    for element in stride(from: 0, to: object.bytes / 8, by: type.words) {
      for word in type.referenceWords where (element + word) * 8 < object.bytes {
        let raw = (memory + (element + word) * 8).relaxedWord
        note(Reference(rawValue: raw), parent: index) { "word \(element + word)" }
      }
    }
  }

  private mutating func lose(_ index: Int, isFreed: Bool) {
    var path: [String] = []
    var references: [Reference] = []
    var place = index
    var root = ""
    while place >= 0 {
      let step = found[place]
      root = step.root ?? root
      references.insert(step.reference, at: 0)
      path.insert(name(of: step.reference), at: 0)
      path.insert(step.by, at: 0)
      place = step.parent
    }
    losses.append(
      Loss(
        object: name(of: found[index].reference), isFreed: isFreed, root: root, path: path,
        references: references))
  }

  private func name(of reference: Reference) -> String {
    core(of: reference.node)?.heap.name(of: reference) ?? "\(reference)"
  }
}
