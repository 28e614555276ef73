// binary-trees: the allocation benchmark of the Computer Language Benchmarks Game, on every node.
//
// Each node of the run does the whole benchmark in its own heap, all at the same time:
//   1. one tree of depth + 1, built, counted and dropped, to stretch the heap;
//   2. one tree of the full depth, which lives until the end;
//   3. for each depth from 4 in steps of two up to the full one, 2^(depth - d + 4) trees of depth
//      d, each built bottom up, counted and dropped: about the same number of objects a depth;
//   4. the long-lived tree, counted.
//
// Why the check is right. A complete tree of depth d has 2^(d+1) - 1 nodes, and counting reads
// every one of them through the references that were stored. If the collector frees a node that is
// still in use, its slot is given to another one and the count of some tree comes out different,
// or the walk meets a null reference or never ends within the count; so the formula holds for
// every tree only if none of them lost a node. The long-lived tree was there through all cycles.

import GreyBasics
import GreyHeap
import GreyMutator

package struct BinaryTrees: Workload {
  package static let name = "binary-trees"
  package static let summary =
    "The benchmarks game's: many short-lived trees beside a long-lived one, on every node"
  package static let parameters: [ParameterDescription] = [
    .integer(
      "depth", default: 16, in: 6...24,
      help: "Edges from root to leaf of the long-lived tree; one more doubles the work.")
  ]
  package static let typeLimit = 1

  let depth: Int

  package init(parameters: ParameterValues) throws(ParameterError) {
    depth = parameters.integer("depth")
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    [try .of("binary-trees.node", words: 2, references: [0, 1])]
  }

  package var globals: Int { 0 }

  package var functions: [FunctionDescription] {
    [
      FunctionDescription(name: "main", layout: TreeMain.layout) {
        TreeMain("binary-trees", runs: Self.trees)
      },
      FunctionDescription(name: "trees", layout: Trees.layout, arguments: 1) {
        [depth] in Trees(depth: depth)
      },
    ]
  }

  static let trees: FunctionIndex = 1
}

/// The trees of one node, one after the other.
struct TreePlan {
  enum Purpose { case stretch, longLived, temporary, lastCount }
  let depth: Int
  private(set) var purpose = Purpose.stretch
  /// Of the trees to come.
  private(set) var treeDepth: Int
  /// Of this depth.
  private(set) var treesLeft = 1

  static let smallest = 4

  init(depth: Int) {
    self.depth = depth
    treeDepth = depth + 1
  }

  /// Goes on to the next tree; false when the last was counted.
  mutating func advance(_ time: TreeTime) -> Bool {
    treesLeft -= 1
    switch purpose {
    case .stretch: (purpose, treeDepth, treesLeft) = (.longLived, depth, 1)
    case .longLived: beginTemporary(Self.smallest)
    case .temporary:
      if treesLeft > 0, time != .over { return true }
      if treeDepth + 2 <= depth, time != .over {
        beginTemporary(treeDepth + 2)
      } else if time == .left {
        beginTemporary(Self.smallest)
      } else {
        (purpose, treeDepth, treesLeft) = (.lastCount, depth, 1)
      }
    case .lastCount: return false
    }
    return true
  }

  private mutating func beginTemporary(_ depth: Int) {
    (purpose, treeDepth) = (.temporary, depth)
    treesLeft = 1 << (self.depth - depth + Self.smallest)
  }
}

/// The benchmark on one node.
private final class Trees: TaskBody {
  static let home: Slot = 0
  static let tree: Slot = 1
  static let longLived: Slot = 2
  static let trees: Slot = 3
  static let objects: Slot = 4
  static let layout = FrameLayout(slots: 5, references: [1, 2])

  private enum Stage { case begin, build, count, advance, report, end }
  private var stage = Stage.begin
  private var plan: TreePlan
  private var counted = 0

  init(depth: Int) { plan = TreePlan(depth: depth) }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "binary-trees") { return failure }
    var left = budget
    do throws(AllocationFailure) {
      let shape = try task.shape(task.type(0))
      repeat {
        switch stage {
        case .begin:
          counted = 0
          if plan.purpose == .lastCount {
            task[reference: Self.tree] = task[reference: Self.longLived]
            TreeBuilder.beginCount(task, tree: Self.tree, depth: plan.treeDepth)
            stage = .count
          } else {
            TreeBuilder.beginBottomUp(task, depth: plan.treeDepth)
            stage = .build
          }
        case .build:
          if try TreeBuilder.bottomUp(task, shape, into: Self.tree, base: 1, budget: &left) {
            task[integer: Self.trees] += 1
            task[integer: Self.objects] += TreeBuilder.nodes(ofDepth: plan.treeDepth)
            TreeBuilder.beginCount(task, tree: Self.tree, depth: plan.treeDepth)
            stage = .count
          }
        case .count:
          if TreeBuilder.count(task, base: 1, into: &counted, budget: &left) { stage = .advance }
        case .advance:
          if let wrong = TreeCheck.mistake(counted, depth: plan.treeDepth) {
            return task.wrong("\(plan.purpose) tree: \(wrong)")
          }
          if plan.purpose == .longLived {
            task[reference: Self.longLived] = task[reference: Self.tree]
          }
          task[reference: Self.tree] = .null
          stage = plan.advance(TreeTime(task)) ? .begin : .report
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
}
