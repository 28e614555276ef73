// Building binary trees in pieces, on the task's own stack of frames.
//
// A tree of some depth takes longer to build than a step may last, so the recursion is written as
// a loop over frames that stay on the stack between steps. What a half-built tree holds so far is
// in those frames, where marking finds it; that is what the stacks of a real program look like.
//
// Subtrees of at most `pieceDepth` edges are plain recursion: 63 nodes take less than a
// microsecond, so they begin and end within a step, and within a step references may be held in
// Swift locals (`TaskStack`). With a frame pushed and popped for every node, building and counting
// one takes 276 instructions, the runtime's included; with pieces 128 (callgrind, depths 9 to 12).
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
  static let cost = 4

  /// Edges of what is built or counted in one piece.
  static let pieceDepth = 5

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
      if depth > pieceDepth, child < 2 {
        frame[integer: Up.child] = child + 1
        task.push(Up.layout)[integer: Up.depth] = depth - 1
        continue
      }
      let node: Reference
      if depth > pieceDepth {
        node = try task.allocate(shape)
        task.store(frame[reference: Up.left], to: node, word: 0)
        task.store(frame[reference: Up.right], to: node, word: 1)
        budget -= cost
      } else {
        node = try piece(task, shape, depth: depth)
        budget -= cost * nodes(ofDepth: depth)
      }
      task.pop()
      if task.depth == base {
        task[reference: result] = node
        return true
      }
      task[reference: task[integer: Up.child] == 1 ? Up.left : Up.right] = node
    }
    return false
  }

  /// What is made before an allocation fails is garbage, and the piece is made anew.
  private static func piece(
    _ task: TaskContext, _ shape: AllocationShape, depth: Int
  ) throws(AllocationFailure) -> Reference {
    if depth == 0 { return try task.allocate(shape) }
    let left = try piece(task, shape, depth: depth - 1)
    let right = try piece(task, shape, depth: depth - 1)
    let node = try task.allocate(shape)
    task.store(left, to: node, word: 0)
    task.store(right, to: node, word: 1)
    return node
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
      if budget <= 0 { return false }
      if depth <= pieceDepth {
        try fill(frame[reference: Down.node], task, shape, depth: depth)
        budget -= cost * nodes(ofDepth: depth)
        task.pop()
        continue
      }
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

  /// After a failed allocation the piece is filled anew.
  private static func fill(
    _ node: Reference, _ task: TaskContext, _ shape: AllocationShape, depth: Int
  ) throws(AllocationFailure) {
    if depth == 0 { return }
    let left = try task.allocate(shape)
    task.store(left, to: node, word: 0)
    let right = try task.allocate(shape)
    task.store(right, to: node, word: 1)
    try fill(left, task, shape, depth: depth - 1)
    try fill(right, task, shape, depth: depth - 1)
  }

  // MARK: counting

  private enum Visit {
    static let node: Slot = 0
    static let depth: Slot = 1
    static let layout = FrameLayout(slots: 2, references: [0])
  }

  /// - Parameter depth: what the tree is to have.
  static func beginCount(_ task: TaskContext, tree: Slot, depth: Int) {
    let root = task[reference: tree]
    let frame = task.push(Visit.layout)
    frame[reference: Visit.node] = root
    frame[integer: Visit.depth] = depth
  }

  /// Adds the nodes of the tree to `count`, every one of which is read; true when all are.
  /// A node has two children or none: half of a pair missing fails the task at the null reference.
  static func count(
    _ task: TaskContext, base: Int, into count: inout Int, budget: inout Int
  ) -> Bool {
    while task.depth > base {
      if budget <= 0 { return false }
      let frame = task.frame
      let node = frame[reference: Visit.node]
      let depth = frame[integer: Visit.depth]
      if depth <= pieceDepth {
        let counted = self.count(node, task, depth: depth)
        count += counted
        budget -= cost / 2 * counted
        task.pop()
        continue
      }
      let left = task.load(node, word: 0)
      let right = task.load(node, word: 1)
      count += 1
      budget -= cost / 2
      if left.isNull, right.isNull {
        task.pop()
      } else {
        frame[reference: Visit.node] = left
        frame[integer: Visit.depth] = depth - 1
        let next = task.push(Visit.layout)
        next[reference: Visit.node] = right
        next[integer: Visit.depth] = depth - 1
      }
    }
    return true
  }

  /// Goes no deeper than the tree is to be: what a damaged one has below counts as one node, which
  /// makes the number wrong and lets the walk end.
  private static func count(_ node: Reference, _ task: TaskContext, depth: Int) -> Int {
    let left = task.load(node, word: 0)
    let right = task.load(node, word: 1)
    if left.isNull, right.isNull { return 1 }
    if depth == 0 { return 2 }
    return 1 + count(left, task, depth: depth - 1) + count(right, task, depth: depth - 1)
  }
}
