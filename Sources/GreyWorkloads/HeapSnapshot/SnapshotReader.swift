// Reading a whole file: the order of the sections, and what must hold between them.
//
// V8 writes `snapshot`, `nodes`, `edges`, sections that are skipped, and `strings` last. What is
// required is only that the numbers' meaning comes before the numbers and the nodes before the
// edges; `strings` may stand anywhere and is passed twice: counted and checked where it stands,
// and once more from there for the names that became types.
//
// A task must not keep its worker from a safepoint for as long as a large file takes. So the reader
// keeps its place between two calls: each reads on for about so many bytes, record by record, and
// holds nothing but the columns, so reading in slices costs no more memory than reading at once.

extension HeapSnapshot {
  /// Types at most, unless told otherwise: what a heap can number, less room for other programs.
  package static var defaultTypeLimit: Int { 50_000 }

  /// Reads a `.heapsnapshot` file.
  /// - Parameter typeLimit: distinct types at most; rarer names are folded into their kind.
  package init(path: String, typeLimit: Int = defaultTypeLimit) throws(HeapSnapshotError) {
    self = try SnapshotReader(path: path, typeLimit: typeLimit).readAll(slice: 1 << 20)
  }

  /// Reads one that lies in memory.
  /// - Parameters:
  ///   - chunk: bytes looked at at a time.
  ///   - slice: bytes read at a time.
  package init(
    bytes: [UInt8], typeLimit: Int = defaultTypeLimit, chunk: Int = 1 << 16, slice: Int = 1 << 20
  ) throws(HeapSnapshotError) {
    let bytes = SnapshotBytes(bytes: bytes, chunk: chunk)
    self = try SnapshotReader(bytes, typeLimit: typeLimit).readAll(slice: slice)
  }
}

/// A file that is being read.
final class SnapshotReader {
  private enum Stage {
    case opening, key, nodes, edges, strings, skipping, afterValue, closing, names
  }

  private var bytes: SnapshotBytes
  private let typeLimit: Int
  private var stage = Stage.opening
  private var keys: [String] = []
  private var columns: SnapshotColumns?
  private var hasNodes = false
  private var hasEdges = false
  /// Where the strings begin, and how many they are.
  private var strings: (start: Int, count: Int)?
  private var skip = SnapshotSkip()

  init(_ bytes: consuming SnapshotBytes, typeLimit: Int) {
    self.bytes = bytes
    self.typeLimit = typeLimit
  }

  convenience init(path: String, typeLimit: Int) throws(HeapSnapshotError) {
    self.init(try SnapshotBytes(path: path), typeLimit: typeLimit)
  }

  /// Reads on for about `budget` bytes. Nil: there is more; the snapshot comes once.
  func read(about budget: Int) throws(HeapSnapshotError) -> HeapSnapshot? {
    var left = budget
    while left > 0 {
      // Going back to the strings moves the offset against the direction of reading.
      let start = stage == .closing ? nil : bytes.offset
      if try advance(until: bytes.offset + left) { return try finish() }
      left -= max(1, start.map { bytes.offset - $0 } ?? 1)
    }
    return nil
  }

  fileprivate func readAll(slice: Int) throws(HeapSnapshotError) -> HeapSnapshot {
    while true {
      if let snapshot = try read(about: slice) { return snapshot }
    }
  }

  /// Does the next thing, as far as to the offset `end`; true when everything is read.
  private func advance(until end: Int) throws(HeapSnapshotError) -> Bool {
    switch stage {
    case .opening:
      try bytes.openObject("the snapshot")
      stage = try bytes.takeEmpty("}") ? .closing : .key
    case .key: try begin(try bytes.key(of: "the snapshot", seen: &keys))
    case .nodes:
      guard try columns?.readNodes(&bytes, typeLimit: typeLimit, until: end) == true else { break }
      hasNodes = true
      stage = .afterValue
    case .edges:
      guard try columns?.readEdges(&bytes, until: end) == true else { break }
      hasEdges = true
      stage = .afterValue
    case .strings: if try countStrings(until: end) { stage = .afterValue }
    case .skipping: if try skip.go(&bytes, until: end) { stage = .afterValue }
    case .afterValue: stage = try bytes.takeComma(orEnd: "}") ? .key : .closing
    case .closing:
      try check()
      bytes.move(to: strings?.start ?? 0)
      stage = .names
    case .names: return try columns?.names.resolve(&bytes, until: end) ?? true
    }
    return false
  }

  /// The value of `key` follows.
  private func begin(_ key: String) throws(HeapSnapshotError) {
    switch key {
    case "snapshot":
      columns = SnapshotColumns(layout: try SnapshotLayout(&bytes))
      stage = .afterValue
    case "nodes":
      guard columns != nil else { throw order("“snapshot” before “nodes”", bytes.offset) }
      stage = .nodes
    case "edges":
      guard hasNodes else { throw order("“nodes” before “edges”", bytes.offset) }
      stage = .edges
    case "strings":
      strings = (bytes.offset, 0)
      try bytes.openArray("“strings”")
      stage = try bytes.takeEmpty("]") ? .afterValue : .strings
    default:
      skip = SnapshotSkip()
      stage = .skipping
    }
  }

  /// True after the closing bracket.
  private func countStrings(until end: Int) throws(HeapSnapshotError) -> Bool {
    repeat {
      guard bytes.offset < end else { return false }
      try bytes.skipString("a string")
      strings?.count += 1
    } while try bytes.takeComma(orEnd: "]")
    return true
  }

  /// After the closing brace: is everything there?
  private func check() throws(HeapSnapshotError) {
    let end = bytes.offset
    try bytes.skipSpace()
    if let byte = try bytes.peek() { throw bytes.malformed("the end of the file", byte) }
    guard let largest = columns?.largestString else {
      throw order("a section “snapshot”", end)
    }
    guard hasNodes else { throw order("a section “nodes”", end) }
    guard hasEdges else { throw order("a section “edges”", end) }
    guard let strings else { throw order("a section “strings”", end) }
    guard largest.number < strings.count else {
      throw .inconsistent(
        offset: largest.offset, expected: "the number of one of \(strings.count) strings",
        found: "\(largest.number)")
    }
  }

  private func finish() throws(HeapSnapshotError) -> HeapSnapshot {
    // Moved out, so that nothing is kept twice.
    guard let columns else { throw order("a section “snapshot”", bytes.offset) }
    self.columns = nil
    return HeapSnapshot(
      words: columns.words, firstEdge: columns.firstEdge, typeIndex: columns.typeIndex,
      target: columns.target, edgeKind: columns.edgeKind, types: columns.names.types,
      edgeKinds: columns.layout.edgeKinds, weakEdges: columns.weakEdges)
  }

  private func order(_ expected: String, _ offset: Int) -> HeapSnapshotError {
    .inconsistent(offset: offset, expected: expected, found: "none")
  }
}
