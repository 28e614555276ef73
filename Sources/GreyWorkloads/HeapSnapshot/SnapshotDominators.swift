// What each object keeps alive: the dominator tree of a snapshot.
//
// Object a dominates b when every path from the root to b passes a. If nothing leads to a any more,
// exactly the objects that it dominates become garbage; heap tools call their number its retained
// count. A program that is to lose a large subgraph by clearing one slot needs an object with one
// holder and a large retained count, and a random edge of a real heap hardly ever leads to one.
//
// The tree is built with the Semi-NCA algorithm (Georgiadis, Tarjan, Werneck: "Finding dominators
// in practice", 2006): number the objects in depth-first preorder, compute semidominators from the
// last to the first with path compression, then the immediate dominator of w is the nearest
// ancestor of w's parent that is not below w's semidominator. Everything is indexed by preorder
// number and costs 28 bytes an object and 4 an edge while it lives.

package struct SnapshotDominators: Sendable {
  /// The objects that the root reaches, in depth-first preorder. The indices below are into it.
  package let order: [UInt32]
  /// The immediate dominator of each, always a smaller index; of the root itself.
  package let dominator: [UInt32]
  /// How many objects each dominates, itself included.
  package let retained: [UInt32]
  /// Of each the index of its only holder, or nil if it has several or none.
  package func soleHolder(_ index: Int) -> Int? {
    let sources = firstSource[index]..<firstSource[index + 1]
    guard sources.count == 1, let only = sources.first else { return nil }
    return Int(source[Int(only)])
  }

  /// The holders of each, by index: those of i lie in `firstSource[i]..<firstSource[i + 1]`.
  private let firstSource: [UInt32]
  private let source: [UInt32]

  package init(_ heap: HeapSnapshot) {
    let walk = DepthFirstWalk(heap)
    order = walk.order
    (firstSource, source) = walk.holders(in: heap)
    var semi = (0..<UInt32(order.count)).map { $0 }
    var label = semi
    // Compressed on the way: the ancestor up to which `label` speaks.
    var ancestor = walk.parent
    var path: [Int] = []

    /// The object with the smallest semidominator on the path from v up to the objects that are
    /// not processed yet (numbers below `last`).
    func evaluate(_ v: Int, _ last: Int) -> Int {
      if Int(ancestor[v]) < last { return Int(label[v]) }
      var top = v
      repeat {
        path.append(top)
        top = Int(ancestor[top])
      } while Int(ancestor[top]) >= last
      while let below = path.popLast() {
        ancestor[below] = ancestor[top]
        if semi[Int(label[top])] < semi[Int(label[below])] { label[below] = label[top] }
        top = below
      }
      return Int(label[v])
    }

    for w in (1..<max(1, order.count)).reversed() {
      semi[w] = walk.parent[w]
      for index in firstSource[w]..<firstSource[w + 1] {
        semi[w] = min(semi[w], semi[evaluate(Int(source[Int(index)]), w + 1)])
      }
    }
    var immediate = walk.parent
    for w in 1..<max(1, order.count) {
      while immediate[w] > semi[w] { immediate[w] = immediate[Int(immediate[w])] }
    }
    var sizes = [UInt32](repeating: 1, count: order.count)
    for w in (1..<max(1, order.count)).reversed() { sizes[Int(immediate[w])] += sizes[w] }
    dominator = immediate
    retained = sizes
  }
}

/// Depth first from the root with an explicit stack: real heaps hold lists of a million links.
private struct DepthFirstWalk {
  var order: [UInt32] = []
  /// The index from which each was discovered.
  var parent: [UInt32] = []
  /// Of each object its index in `order`; `unreached` for the others.
  private var index: [UInt32]
  private static var unreached: UInt32 { .max }

  init(_ heap: HeapSnapshot) {
    index = Array(repeating: Self.unreached, count: heap.objectCount)
    var stack: [(index: UInt32, edges: Range<Int>)] = []
    discover(HeapSnapshot.root, from: 0, heap, &stack)
    while !stack.isEmpty {
      let top = stack.count - 1
      guard let edge = stack[top].edges.popFirst() else {
        stack.removeLast()
        continue
      }
      let object = Int(heap.target[edge])
      if index[object] == Self.unreached { discover(object, from: stack[top].index, heap, &stack) }
    }
  }

  private mutating func discover(
    _ object: Int, from holder: UInt32, _ heap: HeapSnapshot,
    _ stack: inout [(index: UInt32, edges: Range<Int>)]
  ) {
    index[object] = UInt32(order.count)
    stack.append((UInt32(order.count), heap.edges(of: object)))
    order.append(UInt32(object))
    parent.append(holder)
  }

  /// The edges turned round. The root is held from outside too; an object does not hold itself.
  func holders(in heap: HeapSnapshot) -> (first: [UInt32], source: [UInt32]) {
    var first = [UInt32](repeating: 0, count: order.count + 1)
    forEachEdge(heap) { _, to in first[to + 1] += 1 }
    for to in 0..<order.count { first[to + 1] += first[to] }
    var next = first
    var source = [UInt32](repeating: 0, count: Int(first[order.count]))
    forEachEdge(heap) { from, to in
      source[Int(next[to])] = UInt32(from)
      next[to] += 1
    }
    return (first, source)
  }

  private func forEachEdge(_ heap: HeapSnapshot, _ body: (Int, Int) -> Void) {
    for (from, object) in order.enumerated() {
      for edge in heap.edges(of: Int(object)) {
        let to = Int(index[Int(heap.target[edge])])
        if to != from, to != 0 { body(from, to) }
      }
    }
  }
}
