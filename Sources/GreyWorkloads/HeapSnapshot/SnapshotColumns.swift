// The two long sections of the file, read number by number into columns.
//
// Nodes come first and say how many edges each has; edges follow in the same order. So `firstEdge`
// holds each object's edge count after the nodes, and the edges' pass replaces it in place by the
// number of strong edges before it. At the peak an object costs 14 bytes (words, firstEdge, the
// provisional type and its final number), an edge 5.

struct SnapshotColumns {
  let layout: SnapshotLayout
  var words: [UInt32] = []
  var firstEdge: [UInt32] = []
  var typeIndex: [UInt16] = []
  var target: [UInt32] = []
  var edgeKind: [UInt8] = []
  var weakEdges = 0
  var names: SnapshotNames
  /// The largest string number met and where it stands: checked once the strings are counted.
  var largestString = (number: 0, offset: 0)

  // Where reading stands between two slices.
  private var isOpen = false
  /// Another record follows.
  private var more = false
  /// Edges that nodes may still claim.
  private var unclaimed = 0
  /// The object whose edges are read, how many of them are left (nil: not begun), and the first.
  private var object = 0
  private var edgesLeft: Int?
  private var first = 0

  init(layout: SnapshotLayout) {
    self.layout = layout
    names = SnapshotNames(kinds: layout.nodeKinds)
  }

  private mutating func openNodes(_ bytes: inout SnapshotBytes) throws(HeapSnapshotError) {
    // What the file claims is not reserved beyond what it can hold: a number and its comma take
    // two bytes.
    let room = min(layout.nodeCount, bytes.size / (2 * layout.nodeFields.count))
    words.reserveCapacity(room)
    firstEdge.reserveCapacity(room + 1)
    names.provisional.reserveCapacity(room)
    unclaimed = layout.edgeCount
    try bytes.openArray("“nodes”")
    more = try !bytes.takeEmpty("]")
    isOpen = true
  }

  /// Reads the value of the key `nodes`, to the offset `end`; true when it is read.
  mutating func readNodes(
    _ bytes: inout SnapshotBytes, typeLimit: Int, until end: Int
  ) throws(HeapSnapshotError) -> Bool {
    if !isOpen { try openNodes(&bytes) }
    while more {
      guard bytes.offset < end else { return false }
      guard words.count < layout.nodeCount else {
        throw .inconsistent(
          offset: bytes.offset, expected: "the end of “nodes” after node_count \(words.count)",
          found: "another node")
      }
      var kind = 0
      var name = 0
      var selfSize = 0
      var edges = 0
      for (index, field) in layout.nodeFields.enumerated() {
        if index > 0 { try nextField(&bytes, "node") }
        switch field {
        case .type:
          kind = try bytes.wholeNumber("a node's type")
          try check(kind, below: layout.nodeKinds.count, "a node type", bytes.numberStart)
        case .name:
          name = try bytes.wholeNumber("a node's name")
          noteString(name, bytes.numberStart)
        case .selfSize:
          selfSize = try bytes.wholeNumber("a node's self_size")
          try check(
            (selfSize + 7) / 8, below: Int(UInt32.max), "a size in words", bytes.numberStart)
        case .edgeCount:
          edges = try bytes.wholeNumber("a node's edge_count")
          try check(edges, below: unclaimed + 1, "an edge count within the rest", bytes.numberStart)
        case nil:
          _ = try bytes.wholeNumber("a node's field")
        }
      }
      unclaimed -= edges
      words.append(UInt32((selfSize + 7) / 8))
      firstEdge.append(UInt32(edges))
      names.add(kind: kind, name: name)
      more = try bytes.takeComma(orEnd: "]")
    }
    guard words.count == layout.nodeCount else {
      throw .inconsistent(
        offset: bytes.offset, expected: "node_count \(layout.nodeCount) nodes",
        found: "\(words.count)")
    }
    guard unclaimed == 0 else {
      throw .inconsistent(
        offset: bytes.offset, expected: "edge counts that add up to edge_count \(layout.edgeCount)",
        found: "\(layout.edgeCount - unclaimed)")
    }
    typeIndex = names.fold(limit: typeLimit)
    isOpen = false
    return true
  }

  private mutating func openEdges(_ bytes: inout SnapshotBytes) throws(HeapSnapshotError) {
    let room = min(layout.edgeCount, bytes.size / (2 * layout.edgeFields.count))
    target.reserveCapacity(room)
    edgeKind.reserveCapacity(room)
    try bytes.openArray("“edges”")
    more = try !bytes.takeEmpty("]")
    isOpen = true
  }

  /// Reads the value of the key `edges`, to the offset `end`; true when it is read.
  mutating func readEdges(
    _ bytes: inout SnapshotBytes, until end: Int
  ) throws(HeapSnapshotError) -> Bool {
    if !isOpen { try openEdges(&bytes) }
    // Objects without edges take no bytes.
    var objectsLeft = max(1, end - bytes.offset)
    let weak = layout.weakKind
    let indexed = layout.edgeKinds.map { SnapshotLayout.indexedEdgeKinds.contains($0) }
    while object < layout.nodeCount {
      objectsLeft -= 1
      guard objectsLeft >= 0 else { return false }
      var left = edgesLeft ?? beginObject()
      while left > 0 {
        guard bytes.offset < end else {
          edgesLeft = left
          return false
        }
        guard more else {
          throw .inconsistent(
            offset: bytes.offset, expected: "edge_count \(layout.edgeCount) edges",
            found: "\(target.count + weakEdges)")
        }
        let edge = try readEdge(&bytes, indexed)
        if edge.kind == weak {
          weakEdges += 1
        } else {
          target.append(UInt32(edge.target))
          edgeKind.append(UInt8(edge.kind))
        }
        more = try bytes.takeComma(orEnd: "]")
        left -= 1
      }
      words[object] = max(words[object], UInt32(target.count - first))
      edgesLeft = nil
      object += 1
    }
    firstEdge.append(UInt32(target.count))
    guard !more else {
      throw .inconsistent(
        offset: bytes.offset, expected: "the end of “edges” after edge_count \(layout.edgeCount)",
        found: "another edge")
    }
    return true
  }

  /// Its edge count, in place of which from now on stands the number of its first strong edge.
  private mutating func beginObject() -> Int {
    let declared = Int(firstEdge[object])
    first = target.count
    firstEdge[object] = UInt32(first)
    return declared
  }

  @inline(__always)
  private mutating func readEdge(
    _ bytes: inout SnapshotBytes, _ indexed: [Bool]
  ) throws(HeapSnapshotError) -> (kind: Int, target: Int) {
    var kind = 0
    var name = (number: 0, offset: 0)
    var target = 0
    let stride = layout.nodeFields.count
    for (index, field) in layout.edgeFields.enumerated() {
      if index > 0 { try nextField(&bytes, "edge") }
      switch field {
      case .type:
        kind = try bytes.wholeNumber("an edge's type")
        try check(kind, below: layout.edgeKinds.count, "an edge type", bytes.numberStart)
      case .nameOrIndex:
        name = (try bytes.wholeNumber("an edge's name_or_index"), bytes.numberStart)
      case .toNode:
        let raw = try bytes.wholeNumber("an edge's to_node")
        let (number, rest) = raw.quotientAndRemainder(dividingBy: stride)
        guard rest == 0 else {
          throw .inconsistent(
            offset: bytes.numberStart, expected: "a to_node that is a multiple of \(stride)",
            found: "\(raw)")
        }
        try check(number, below: layout.nodeCount, "the number of a node", bytes.numberStart)
        target = number
      case nil:
        _ = try bytes.wholeNumber("an edge's field")
      }
    }
    if !indexed[kind] { noteString(name.number, name.offset) }
    return (kind, target)
  }

  /// Between two fields of one record: the array must not end here.
  @inline(__always)
  private func nextField(
    _ bytes: inout SnapshotBytes, _ what: StaticString
  ) throws(HeapSnapshotError) {
    guard try bytes.takeComma(orEnd: "]") else {
      throw .inconsistent(
        offset: bytes.offset, expected: "all fields of \(what)", found: "the end of the array")
    }
  }

  @inline(__always)
  private func check(
    _ value: Int, below limit: Int, _ what: StaticString, _ offset: Int
  ) throws(HeapSnapshotError) {
    guard value < limit else {
      throw .inconsistent(offset: offset, expected: "\(what), below \(limit)", found: "\(value)")
    }
  }

  @inline(__always)
  private mutating func noteString(_ number: Int, _ offset: Int) {
    if number > largestString.number || largestString.offset == 0 {
      largestString = (number, offset)
    }
  }
}
