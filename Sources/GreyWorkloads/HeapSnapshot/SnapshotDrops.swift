// Which slots a program clears to lose large parts of its heap, and mends to have them again.
//
// An edge is worth cutting when its target has no other holder and dominates much. The chosen ones
// free disjoint subgraphs, and every holder stays reachable when all of them are cut (hence when
// any of them are), so they can be cut and mended in any order.
//
// Several cuts together may free MORE than the sum of each: what only two of the subgraphs share
// dies with the second. What is garbage at a moment is therefore asked of `reachable(without:)`
// with the edges that are cut at that moment, never added up.

import GreyBasics

/// An edge whose loss frees a subgraph.
package struct SnapshotDrop: Hashable, Sendable {
  package let edge: Int
  package let holder: Int
  /// Of the holder's slots, the one to clear.
  package let slot: Int
  package let target: Int
  /// Objects that become garbage if this edge alone is cut, `target` included.
  package let freedObjects: Int
}

extension HeapSnapshot {
  /// At most `count` drops, drawn with `seed` from the four times as many that free most. Together
  /// they free at most half of the heap: losing the whole program would show little.
  package func drops(count: Int, seed: UInt64) -> [SnapshotDrop] {
    let tree = SnapshotDominators(self)
    let most = tree.order.count / 2
    let candidates = (1..<max(1, tree.order.count))
      .filter { tree.soleHolder($0) != nil && tree.retained[$0] <= most }
      .sorted { (tree.retained[$1], $0) < (tree.retained[$0], $1) }
    var disjoint: [Int] = []
    /// Chosen ones and all that dominate them.
    var above = Set<Int>()
    for index in candidates where disjoint.count < 4 * max(0, count) {
      if above.contains(index) || isDominated(index, byAnyOf: disjoint, tree) { continue }
      disjoint.append(index)
      var up = index
      while above.insert(up).inserted { up = Int(tree.dominator[up]) }
    }
    var random = SplitMix(seed: seed)
    disjoint.shuffle(using: &random)
    var chosen: [SnapshotDrop] = []
    for index in disjoint where chosen.count < count {
      guard let drop = drop(index, tree) else { continue }
      let rest = reachable(without: chosen.map(\.edge) + [drop.edge])
      guard rest.count >= most, rest.contains(drop.holder),
        chosen.allSatisfy({ rest.contains($0.holder) })
      else { continue }
      chosen.append(drop)
    }
    return chosen
  }

  private func drop(_ index: Int, _ tree: SnapshotDominators) -> SnapshotDrop? {
    guard let holder = tree.soleHolder(index).map({ Int(tree.order[$0]) }) else { return nil }
    let target = tree.order[index]
    return edges(of: holder).first { self.target[$0] == target }.map { edge in
      SnapshotDrop(
        edge: edge, holder: holder, slot: edge - Int(firstEdge[holder]), target: Int(target),
        freedObjects: Int(tree.retained[index]))
    }
  }

  private func isDominated(
    _ index: Int, byAnyOf chosen: [Int], _ tree: SnapshotDominators
  ) -> Bool {
    guard let highest = chosen.min() else { return false }
    // Dominators have smaller indices, so the way up ends at the first of the chosen.
    var up = index
    while up >= highest {
      if chosen.contains(up) { return true }
      if up == 0 { return false }
      up = Int(tree.dominator[up])
    }
    return false
  }
}
