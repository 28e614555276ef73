// Reading a whole file: the order of the sections, and what must hold between them.
//
// V8 writes `snapshot`, `nodes`, `edges`, sections that are skipped, and `strings` last. What is
// required is only that the numbers' meaning comes before the numbers and the nodes before the
// edges; `strings` may stand anywhere and is passed twice: counted and checked where it stands,
// and once more from there for the names that became types.

extension HeapSnapshot {
  /// Types at most, unless told otherwise: what a heap can number, less room for other programs.
  package static var defaultTypeLimit: Int { 50_000 }

  /// Reads a `.heapsnapshot` file.
  /// - Parameter typeLimit: distinct types at most; rarer names are folded into their kind.
  package init(path: String, typeLimit: Int = defaultTypeLimit) throws(HeapSnapshotError) {
    var bytes = try SnapshotBytes(path: path)
    try self.init(&bytes, typeLimit: typeLimit)
  }

  /// Reads one that lies in memory.
  /// - Parameter chunk: bytes looked at at a time.
  package init(
    bytes: [UInt8], typeLimit: Int = defaultTypeLimit, chunk: Int = 1 << 16
  ) throws(HeapSnapshotError) {
    var bytes = SnapshotBytes(bytes: bytes, chunk: chunk)
    try self.init(&bytes, typeLimit: typeLimit)
  }

  private init(_ bytes: inout SnapshotBytes, typeLimit: Int) throws(HeapSnapshotError) {
    var reader = SnapshotReader(typeLimit: typeLimit)
    try bytes.object("the snapshot") { bytes, key throws(HeapSnapshotError) in
      try reader.section(key, &bytes)
    }
    self = try reader.finish(&bytes)
  }
}

private struct SnapshotReader {
  let typeLimit: Int
  var columns: SnapshotColumns?
  var hasNodes = false
  var hasEdges = false
  /// Where the strings begin, and how many they are.
  var strings: (start: Int, count: Int)?

  mutating func section(
    _ key: String, _ bytes: inout SnapshotBytes
  ) throws(HeapSnapshotError) {
    switch key {
    case "snapshot":
      columns = SnapshotColumns(layout: try SnapshotLayout(&bytes))
    case "nodes":
      guard columns != nil else { throw order("“snapshot” before “nodes”", bytes.offset) }
      try columns?.readNodes(&bytes, typeLimit: typeLimit)
      hasNodes = true
    case "edges":
      guard hasNodes else { throw order("“nodes” before “edges”", bytes.offset) }
      try columns?.readEdges(&bytes)
      hasEdges = true
    case "strings":
      let start = bytes.offset
      strings = (start, try Self.countStrings(&bytes))
    default:
      try bytes.skipValue()
    }
  }

  /// After the closing brace.
  mutating func finish(_ bytes: inout SnapshotBytes) throws(HeapSnapshotError) -> HeapSnapshot {
    let end = bytes.offset
    try bytes.skipSpace()
    if let byte = try bytes.peek() { throw bytes.malformed("the end of the file", byte) }
    guard var columns else { throw order("a section “snapshot”", end) }
    guard hasNodes else { throw order("a section “nodes”", end) }
    guard hasEdges else { throw order("a section “edges”", end) }
    guard let strings else { throw order("a section “strings”", end) }
    let largest = columns.largestString
    guard largest.number < strings.count else {
      throw .inconsistent(
        offset: largest.offset, expected: "the number of one of \(strings.count) strings",
        found: "\(largest.number)")
    }
    bytes.move(to: strings.start)
    try columns.names.resolve(&bytes)
    return HeapSnapshot(
      words: columns.words, firstEdge: columns.firstEdge, typeIndex: columns.typeIndex,
      target: columns.target, edgeKind: columns.edgeKind, types: columns.names.types,
      edgeKinds: columns.layout.edgeKinds, weakEdges: columns.weakEdges)
  }

  private static func countStrings(
    _ bytes: inout SnapshotBytes
  ) throws(HeapSnapshotError) -> Int {
    try bytes.openArray("“strings”")
    if try bytes.takeEmpty("]") { return 0 }
    var count = 0
    repeat {
      try bytes.skipString("a string")
      count += 1
    } while try bytes.takeComma(orEnd: "]")
    return count
  }

  private func order(_ expected: String, _ offset: Int) -> HeapSnapshotError {
    .inconsistent(offset: offset, expected: expected, found: "none")
  }
}
