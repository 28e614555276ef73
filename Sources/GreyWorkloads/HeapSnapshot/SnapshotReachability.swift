// What the file itself says is alive: a naive walk from the root, and from the root when some
// edges are cut. The collector is measured against it: after a program has cleared the slots of
// the cut edges, exactly the objects that are missing here must be freed.
//
// Deliberately simple (one bit an object, one stack, no cleverness), because it is the judge.

extension HeapSnapshot {
  /// The objects that can be reached from `start` without passing an edge of `cut`.
  package func reachable(
    from start: Int = root, without cut: [Int] = []
  ) -> SnapshotObjects {
    var reached = SnapshotObjects(count: objectCount)
    let isCut = Set(cut)
    var stack = [UInt32(start)]
    reached.insert(start)
    while let object = stack.popLast() {
      for edge in edges(of: Int(object)) where isCut.isEmpty || !isCut.contains(edge) {
        if reached.insert(Int(target[edge])) { stack.append(target[edge]) }
      }
    }
    return reached
  }

  /// Words of the objects in `set`.
  package func words(of set: SnapshotObjects) -> Int {
    var sum = 0
    set.forEach { sum += Int(words[$0]) }
    return sum
  }
}

/// A set of a snapshot's objects: one bit each.
package struct SnapshotObjects: Hashable, Sendable {
  private var bits: [UInt64]
  package private(set) var count = 0

  package init(count: Int) { bits = Array(repeating: 0, count: (count + 63) / 64) }

  package func contains(_ object: Int) -> Bool {
    bits[object >> 6] & 1 << UInt64(object & 63) != 0
  }

  /// False if it was in already.
  @discardableResult
  package mutating func insert(_ object: Int) -> Bool {
    if contains(object) { return false }
    bits[object >> 6] |= 1 << UInt64(object & 63)
    count += 1
    return true
  }

  /// Ascending.
  package func forEach(_ body: (Int) -> Void) {
    for (index, word) in bits.enumerated() {
      var rest = word
      while rest != 0 {
        body(index << 6 | rest.trailingZeroBitCount)
        rest &= rest &- 1
      }
    }
  }
}
