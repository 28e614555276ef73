// The function of `shapes` that stores a node's edges.
//
// First it has a table of all objects: its own copied from its own table, the others' read from
// theirs, some thousand references in a message. Then it stores edge after edge. What it leaves is
// an array of the roots of its parts, in the node's global.

import GreyBasics
import GreyHeap
import GreyMutator

final class ShapeLink: TaskBody {
  static let tables = (0..<Shapes.mostNodes).map { Slot($0) }
  /// References to all objects, by number.
  static let all = Slot(Shapes.mostNodes)
  static let roots = Slot(Shapes.mostNodes + 1)
  static let checksum = Slot(Shapes.mostNodes + 2)
  static let crossing = Slot(Shapes.mostNodes + 3)
  private static let firstRead = Shapes.mostNodes + 4
  /// References read from another node at once.
  private static let piece = 4_096
  static let layout = FrameLayout(
    slots: firstRead + piece,
    references: Array(0..<Shapes.mostNodes + 2) + Array(firstRead..<firstRead + piece))

  private enum Stage { case prepare, read, take, link, end }
  private var stage = Stage.prepare
  private var plan: ShapePlan
  /// Whose table is read, and from where; then the place of the next object to be linked.
  private var node = 0
  private var index = 0
  private var taken = 0

  init(_ plan: ShapePlan) { self.plan = plan }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "linking objects") { return failure }
    let nodes = ShapeShare.nodes(task, plan)
    do throws(AllocationFailure) {
      switch stage {
      case .prepare:
        try task.allocate(type: task.type(0), count: plan.objects, into: Self.all)
        let own = ShapeShare(plan: plan, node: task.nodeIndex, nodes: nodes)
        try task.allocate(type: task.type(0), count: own.parts, into: Self.roots)
        // Longer than a step should be, and nobody waits: so far the run has only begun.
        plan = plan.prepared()
        stage = .read
      case .read:
        // Without edges between parts nobody needs another node's objects.
        if plan.crossing == 0 { node = max(node, task.nodeIndex) }
        if node == nodes || plan.crossing == 0 && node > task.nodeIndex {
          (index, stage) = (0, .link)
          return .more
        }
        return read(task, ShapeShare(plan: plan, node: node, nodes: nodes))
      case .take: take(task, ShapeShare(plan: plan, node: node, nodes: nodes), budget)
      case .link: link(task, ShapeShare(plan: plan, node: task.nodeIndex, nodes: nodes), budget)
      case .end:
        task.storeGlobal(Self.roots, at: 0)
        return .done(results: [Self.checksum, Self.crossing])
      }
    } catch {
      return task.waitForMemory(error)
    }
    return .more
  }

  // MARK: the table of all

  private func read(_ task: TaskContext, _ share: ShapeShare) -> Step {
    taken = 0
    stage = .take
    let count = min(Self.piece, share.objects - index)
    let slots = (0..<count).map { Slot(Self.firstRead + $0) }
    let read = task.read(object: Self.tables[node], word: index, into: slots)
    return read.map { .wait($0) } ?? .more
  }

  private func take(_ task: TaskContext, _ share: ShapeShare, _ budget: Int) {
    let count = min(Self.piece, share.objects - index)
    let all = task[reference: Self.all]
    var left = budget
    while taken < count, left > 0 {
      left -= 3
      let slot = Slot(Self.firstRead + taken)
      task.store(task[reference: slot], to: all, word: share.number(index + taken))
      task[reference: slot] = .null
      taken += 1
    }
    guard taken == count else { return }
    index += count
    if index == share.objects { (node, index) = (node + 1, 0) }
    stage = .read
  }

  // MARK: edges

  private func link(_ task: TaskContext, _ share: ShapeShare, _ budget: Int) {
    let all = task[reference: Self.all]
    var left = budget
    while index < share.objects, left > 0 {
      let place = share.number(index)
      let object = plan.object(at: place)
      let node = task.load(all, word: object)
      for slot in 0..<plan.slots {
        left -= 5
        let target = plan.target(place: place, object: object, slot: slot)
        task[data: Self.checksum] &+= plan.checksum(object: object, slot: slot, target: target)
        guard let target else { continue }
        if plan.isCrossing(object, target) { task[integer: Self.crossing] += 1 }
        let base = task.load(all, word: target).rawValue
        let word = plan.word(object: object, slot: slot)
        task.store(Reference(rawValue: base + UInt64(word * 8)), to: node, word: slot)
      }
      index += 1
    }
    guard index == share.objects else { return }
    for part in 0..<share.parts {
      let root = task.load(all, word: plan.root(ofPart: part * share.nodes + share.node))
      task.store(root, to: task[reference: Self.roots], word: part)
    }
    task[reference: Self.all] = .null
    stage = .end
  }
}
