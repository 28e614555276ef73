// Nodes and objects by other names, so that nothing else changes: the symmetries of a scope.
//
// All nodes run the same program and all cells are empty at the start, so whatever can happen to
// node 1 and the objects on it can happen to node 2 and those on it, if it may have as many. A
// permutation of nodes with one of cells that keeps "lies on" maps every run of the cluster to a
// run of the cluster. Nodes that are not there at the start stay where they are: they join in the
// order of their places. So do all where the coordinator leaves one out of its counts, which is
// always the last (`count-members` off).

import GreyBasics

struct Permutation: Hashable {
  /// The place of each node's image.
  var nodes: [Int]
  /// The place of each cell's image.
  var cells: [Int]

  var isIdentity: Bool {
    nodes == Array(nodes.indices) && cells == Array(cells.indices)
  }

  /// More than this would take longer to compare than they save.
  private static let limit = 48

  /// A group: the identity first, then the others. Where there are too many, cells of one node keep
  /// their order, which leaves a group, too.
  static func group(of scope: Scope) -> [Permutation] {
    let all = permutations(scope, movesCells: true)
    return all.count <= limit ? all : permutations(scope, movesCells: false)
  }

  private static func permutations(_ scope: Scope, movesCells: Bool) -> [Permutation] {
    let cells = (0..<scope.nodes).map { node in
      scope.owners.indices.filter { scope.owners[$0] == node }
    }
    var found: [Permutation] = []
    let places = Array(0..<scope.nodes)
    for nodes in scope.rules.contains(.countMembers) ? orders(of: places) : [places] {
      let isAllowed = nodes.indices.allSatisfy {
        cells[$0].count == cells[nodes[$0]].count
          && ($0 < scope.nodes - scope.joins || nodes[$0] == $0)
      }
      if !isAllowed { continue }
      var maps = [Array(repeating: 0, count: scope.owners.count)]
      for (node, image) in nodes.enumerated() {
        let images = movesCells ? orders(of: cells[image]) : [cells[image]]
        maps = maps.flatMap { map in
          images.map { image in
            var longer = map
            for (cell, place) in zip(cells[node], image) { longer[cell] = place }
            return longer
          }
        }
      }
      found += maps.map { Permutation(nodes: nodes, cells: $0) }
    }
    return found.filter(\.isIdentity) + found.filter { !$0.isIdentity }
  }

  private static func orders(of items: [Int]) -> [[Int]] {
    if items.count < 2 { return [items] }
    return items.indices.flatMap { index in
      var rest = items
      let first = rest.remove(at: index)
      return orders(of: rest).map { [first] + $0 }
    }
  }

  /// A reference of a row.
  @inline(__always)
  func reference(_ value: UInt8) -> UInt8 {
    value == 0 || value == reserved ? value : UInt8(cells[Int(value) - 1] + 1)
  }
}
