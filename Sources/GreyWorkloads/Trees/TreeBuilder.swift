// Building binary trees in pieces, on the task's own stack of frames.
//
// A tree of some depth takes longer to build than a step may last, so the recursion is written as
// a loop over frames that stay on the stack between steps. What a half-built tree holds so far is
// in those frames, where marking finds it; that is what the stacks of a real program look like.
//
// Both ways of the classic benchmarks:
//   bottom up   children first, then the node that holds them: a tree is garbage or whole
//   top down    a node first, then its children stored into it: stores to objects that exist,
//               which have to pass the write barrier
//
// Nodes have their left child in word 0 and the right one in word 1.

import GreyBasics
import GreyHeap
import GreyMutator

enum TreeBuilder {
  /// Units of a step's budget for one node: an allocation, two stores, a call.
  static let cost = 12

  /// Nodes of a complete tree whose leaves are `depth` edges below its root.
  static func nodes(ofDepth depth: Int) -> Int { (1 << (depth + 1)) - 1 }

  // MARK: bottom up

  private enum Up {
    static let left: Slot = 0
    static let right: Slot = 1
    static let depth: Slot = 2
    /// Which child the frame is waiting for; 0: none yet.
    static let child: Slot = 3
    static let layout = FrameLayout(slots: 4, references: [0, 1])
  }

  /// Puts the recursion's first frame on top of the caller's.
  static func beginBottomUp(_ task: TaskContext, depth: Int) {
    task.push(Up.layout)[integer: Up.depth] = depth
  }

  /// Goes on until the tree is complete (true: it is in the caller's slot `result`, and the
  /// caller's frame on top again) or the budget is used up. When an allocation fails nothing has
  /// changed: wait for memory and call again.
  static func bottomUp(
    _ task: TaskContext, _ shape: AllocationShape, into result: Slot, base: Int,
    budget: inout Int
  ) throws(AllocationFailure) -> Bool {
    while budget > 0 {
      let frame = task.frame
      let child = frame[integer: Up.child]
      let depth = frame[integer: Up.depth]
      if depth > 0, child < 2 {
        frame[integer: Up.child] = child + 1
        task.push(Up.layout)[integer: Up.depth] = depth - 1
        continue
      }
      let node = try task.allocate(shape)
      task.store(frame[reference: Up.left], to: node, word: 0)
      task.store(frame[reference: Up.right], to: node, word: 1)
      budget -= cost
      task.pop()
      if task.depth == base {
        task[reference: result] = node
        return true
      }
      task[reference: task[integer: Up.child] == 1 ? Up.left : Up.right] = node
    }
    return false
  }

  // MARK: top down

  private enum Down {
    static let node: Slot = 0
    static let depth: Slot = 1
    static let layout = FrameLayout(slots: 2, references: [0])
  }

  /// `node` is the tree's root, in a slot of the caller's frame.
  static func beginTopDown(_ task: TaskContext, node: Slot, depth: Int) {
    let root = task[reference: node]
    let frame = task.push(Down.layout)
    frame[reference: Down.node] = root
    frame[integer: Down.depth] = depth
  }

  /// Gives the root's subtrees; true when it is complete and the caller's frame on top again.
  static func topDown(
    _ task: TaskContext, _ shape: AllocationShape, base: Int, budget: inout Int
  ) throws(AllocationFailure) -> Bool {
    while task.depth > base {
      let frame = task.frame
      let depth = frame[integer: Down.depth]
      if depth == 0 {
        task.pop()
        continue
      }
      if budget <= 0 { return false }
      let left = try task.allocate(shape)
      let right = try task.allocate(shape)
      let node = frame[reference: Down.node]
      task.store(left, to: node, word: 0)
      task.store(right, to: node, word: 1)
      budget -= 2 * cost
      // This frame goes on with the left child, a new one with the right.
      frame[reference: Down.node] = left
      frame[integer: Down.depth] = depth - 1
      let next = task.push(Down.layout)
      next[reference: Down.node] = right
      next[integer: Down.depth] = depth - 1
    }
    return true
  }

  // MARK: counting

  private enum Visit {
    static let node: Slot = 0
    static let layout = FrameLayout(slots: 1, references: [0])
  }

  static func beginCount(_ task: TaskContext, tree: Slot) {
    let root = task[reference: tree]
    task.push(Visit.layout)[reference: Visit.node] = root
  }

  /// Adds the nodes of the tree to `count`, every one of which is read; true when all are.
  /// A node has two children or none: half of a pair missing fails the task at the null reference.
  static func count(
    _ task: TaskContext, base: Int, into count: inout Int, budget: inout Int
  ) -> Bool {
    while task.depth > base {
      if budget <= 0 { return false }
      let node = task[reference: Visit.node]
      let left = task.load(node, word: 0)
      let right = task.load(node, word: 1)
      count += 1
      budget -= cost / 2
      if left.isNull, right.isNull {
        task.pop()
      } else {
        task[reference: Visit.node] = left
        task.push(Visit.layout)[reference: Visit.node] = right
      }
    }
    return true
  }
}
