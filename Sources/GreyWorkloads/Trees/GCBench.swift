// gcbench: the artificial collector benchmark of Ellis and Kovac, in Boehm's form, on every node.
//
// Each node of the run does all of it in its own heap, at the same time as the others:
//   1. a tree two levels deeper than the long-lived one, built and dropped, stretches the heap;
//   2. a long-lived tree, built top down, and a long-lived array of floating-point numbers whose
//      first half is filled with 1/i; both stay in use to the end;
//   3. for each depth from 4 in steps of two, as many trees as together have twice the nodes of the
//      stretch tree: first top down, then bottom up;
//   4. both long-lived structures are checked.
//
// Why the check is right. A complete tree's count is known, and every tree, temporary ones too, is
// walked through its references: a node that was freed while in use makes some count differ. Nodes
// carry two words of data (as in the original) that nobody writes; those of each root must be zero
// still, as they are in a fresh object. Each number of the array must be exactly 1/i, bit for bit,
// after all the cycles: a large object without references, which is marked but never scanned.

import GreyBasics
import GreyHeap
import GreyMutator

package struct GCBench: Workload {
  package static let name = "gcbench"
  package static let summary =
    "Ellis, Kovac and Boehm's: a long-lived tree and array, temporary trees built both ways"
  package static let parameters: [ParameterDescription] = [
    .integer(
      "depth", default: 16, in: 4...20,
      help: "Of the long-lived tree and the largest temporary ones, as in the original."),
    .integer(
      "array", default: 500_000, in: 4...16_000_000,
      help: "Numbers in the long-lived array, as in the original."),
  ]
  package static let typeLimit = 2

  let depth: Int
  let array: Int

  package init(parameters: ParameterValues) throws(ParameterError) {
    depth = parameters.integer("depth")
    array = parameters.integer("array")
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    [
      try .of("gcbench.node", words: 4, references: [0, 1]),
      try .of("gcbench.double", words: 1, references: []),
    ]
  }

  package var globals: Int { 0 }

  package var functions: [FunctionDescription] {
    [
      FunctionDescription(name: "main", layout: TreeMain.layout) {
        TreeMain("gcbench", runs: Self.bench)
      },
      FunctionDescription(name: "bench", layout: Bench.layout, arguments: 1) {
        [depth, array] in Bench(depth: depth, array: array)
      },
    ]
  }

  static let bench: FunctionIndex = 1
}

/// The benchmark on one node.
private final class Bench: TaskBody {
  static let home: Slot = 0
  static let tree: Slot = 1
  static let longLived: Slot = 2
  static let array: Slot = 3
  static let trees: Slot = 4
  static let objects: Slot = 5
  static let layout = FrameLayout(slots: 6, references: [1, 2, 3])

  private enum Stage {
    case begin, bottomUp, topDown, count, advance, makeArray, fillArray, checkArray, report, end
  }
  private var stage = Stage.begin
  private var plan: BenchPlan
  private let numbers: Int
  private var counted = 0
  /// The next number of the array.
  private var index = 1

  init(depth: Int, array: Int) {
    plan = BenchPlan(depth: depth)
    numbers = array
  }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "gcbench") { return failure }
    var left = budget
    do throws(AllocationFailure) {
      let shape = try task.shape(task.type(0))
      repeat {
        switch stage {
        case .begin: try begin(task, shape)
        case .bottomUp:
          if try TreeBuilder.bottomUp(task, shape, into: Self.tree, base: 1, budget: &left) {
            beginCount(task)
          }
        case .topDown:
          if try TreeBuilder.topDown(task, shape, base: 1, budget: &left) { beginCount(task) }
        case .count:
          if TreeBuilder.count(task, base: 1, into: &counted, budget: &left) { stage = .advance }
        case .advance:
          if let wrong = advance(task) { return wrong }
        case .makeArray:
          try task.allocate(type: task.type(1), count: numbers, into: Self.array)
          task[integer: Self.objects] += 1
          stage = .fillArray
        case .fillArray: fill(task, budget: &left)
        case .checkArray:
          if let wrong = check(task, budget: &left) { return task.wrong(wrong) }
        case .report:
          stage = .end
          return .wait(.send(to: Self.home, values: [Self.trees, Self.objects]))
        case .end: return .done
        }
      } while left > 0
    } catch {
      return task.waitForMemory(error)
    }
    return .more
  }

  // MARK: trees

  private func begin(_ task: TaskContext, _ shape: AllocationShape) throws(AllocationFailure) {
    switch plan.work {
    case .stretch, .bottomUp:
      TreeBuilder.beginBottomUp(task, depth: plan.treeDepth)
      stage = .bottomUp
    case .longLived, .topDown:
      task[reference: Self.tree] = try task.allocate(shape)
      TreeBuilder.beginTopDown(task, node: Self.tree, depth: plan.treeDepth)
      stage = .topDown
    case .lastCount:
      task[reference: Self.tree] = task[reference: Self.longLived]
      beginCount(task)
    }
  }

  private func beginCount(_ task: TaskContext) {
    counted = 0
    TreeBuilder.beginCount(task, tree: Self.tree, depth: plan.treeDepth)
    stage = .count
  }

  private func advance(_ task: TaskContext) -> Step? {
    if let wrong = TreeCheck.mistake(counted, depth: plan.treeDepth) {
      return task.wrong("\(plan.work) tree: \(wrong)")
    }
    let tree = task[reference: Self.tree]
    guard task.loadData(tree, word: 2) == 0, task.loadData(tree, word: 3) == 0 else {
      return task.wrong("\(plan.work) tree: data in a node to which none was written")
    }
    let work = plan.work
    if work != .lastCount {
      task[integer: Self.trees] += 1
      task[integer: Self.objects] += counted
    }
    if work == .longLived { task[reference: Self.longLived] = tree }
    task[reference: Self.tree] = .null
    let more = plan.advance(TreeTime(task))
    stage = work == .longLived ? .makeArray : more ? .begin : .checkArray
    return nil
  }

  // MARK: the array

  private func fill(_ task: TaskContext, budget: inout Int) {
    let array = task[reference: Self.array]
    while index < numbers / 2, budget > 0 {
      task.store(data: (1 / Double(index)).bitPattern, to: array, word: index)
      index += 1
      budget -= 2
    }
    guard index >= numbers / 2 else { return }
    index = 1
    stage = .begin
  }

  private func check(_ task: TaskContext, budget: inout Int) -> String? {
    let array = task[reference: Self.array]
    while index < numbers / 2, budget > 0 {
      if let wrong = Self.mistake(task.loadData(array, word: index), at: index) { return wrong }
      index += 1
      budget -= 2
    }
    if index >= numbers / 2 { stage = .report }
    return nil
  }

  private static func mistake(_ bits: UInt64, at index: Int) -> String? {
    let number = Double(bitPattern: bits)
    return number == 1 / Double(index) ? nil : "array[\(index)] is \(number), not 1/\(index)"
  }
}

/// The trees of one node, one after the other.
struct BenchPlan {
  enum Work { case stretch, longLived, topDown, bottomUp, lastCount }
  let depth: Int
  private(set) var work = Work.stretch
  /// Of the trees to come.
  private(set) var treeDepth: Int
  private(set) var treesLeft = 1

  init(depth: Int) {
    self.depth = depth
    treeDepth = depth + 2
  }

  /// Goes on to the next tree; false when the last was counted.
  mutating func advance(_ time: TreeTime) -> Bool {
    treesLeft -= 1
    switch work {
    case .stretch: (work, treeDepth, treesLeft) = (.longLived, depth, 1)
    case .longLived: begin(.topDown, TreePlan.smallest)
    case .topDown, .bottomUp:
      if time == .over {
        (work, treeDepth, treesLeft) = (.lastCount, depth, 1)
      } else if treesLeft == 0 {
        finishDepth(time)
      }
    case .lastCount: return false
    }
    return true
  }

  private mutating func finishDepth(_ time: TreeTime) {
    if work == .topDown {
      begin(.bottomUp, treeDepth)
    } else if treeDepth + 2 <= depth {
      begin(.topDown, treeDepth + 2)
    } else if time == .left {
      begin(.topDown, TreePlan.smallest)
    } else {
      (work, treeDepth, treesLeft) = (.lastCount, depth, 1)
    }
  }

  private mutating func begin(_ work: Work, _ treeDepth: Int) {
    (self.work, self.treeDepth) = (work, treeDepth)
    treesLeft =
      2 * TreeBuilder.nodes(ofDepth: depth + 2) / TreeBuilder.nodes(ofDepth: treeDepth)
  }
}
