// What the file itself says is alive: a naive walk from the root, and from the root when some
// edges are cut. The collector is measured against it: after a program has cleared the slots of
// the cut edges, exactly the objects that are missing here must be freed.
//
// Deliberately simple (one bit an object, one stack, no cleverness), because it is the judge.

import GreyBasics

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

  /// Edges whose loss makes garbage: each is the only edge into its target from a reachable object.
  ///
  /// A random edge of a real program is hardly ever one, since most objects are held twice. Of
  /// those edges the `count` are chosen, out of a sample drawn with `seed`, that free most objects
  /// while leaving at least half of the heap: dropping the whole program would show little. No
  /// chosen edge is inside what another one frees, so each can be cut and mended on its own.
  package func edgesToDrop(count: Int, seed: UInt64) -> [Int] {
    let alive = reachable()
    let sole = soleEdges(alive)
    var random = SplitMix(seed: seed)
    let wanted = max(0, count)
    // Each candidate costs a walk of the heap: fewer of them where walks are long.
    let walks = max(wanted, min(wanted * 16, (1 << 26) / objectCount))
    var sample: [Int] = []
    if sole.count <= walks {
      sample = sole
    } else {
      var seen = Set<Int>()
      while sample.count < walks {
        let edge = sole[random.below(sole.count)]
        if seen.insert(edge).inserted { sample.append(edge) }
      }
    }
    let ranked =
      sample
      .map { edge in (edge, freed: alive.count - reachable(without: [edge]).count) }
      .filter { $0.freed <= alive.count / 2 }
      .sorted { ($1.freed, $0.0) < ($0.freed, $1.0) }
    var chosen: [Int] = []
    for (edge, _) in ranked where chosen.count < wanted {
      let rest = reachable(without: chosen)
      let isAlone = chosen.allSatisfy { other in
        // Neither frees the holder of the other.
        reachable(without: [edge]).contains(source(ofEdge: other))
      }
      if isAlone, rest.contains(source(ofEdge: edge)) { chosen.append(edge) }
    }
    return chosen
  }

  /// Ascending. The root is held from outside, so no edge into it counts.
  private func soleEdges(_ alive: SnapshotObjects) -> [Int] {
    var holders = [UInt8](repeating: 0, count: objectCount)
    alive.forEach { object in
      for edge in edges(of: object) where holders[Int(target[edge])] < 2 {
        holders[Int(target[edge])] += 1
      }
    }
    var all: [Int] = []
    alive.forEach { object in
      for edge in edges(of: object) {
        let held = Int(target[edge])
        if held != Self.root, held != object, holders[held] == 1 { all.append(edge) }
      }
    }
    return all
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
