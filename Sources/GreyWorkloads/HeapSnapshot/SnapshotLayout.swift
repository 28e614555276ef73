// What the numbers of this file mean: `snapshot.meta` gives the fields of a node and of an edge and
// the names of their kinds. V8 has changed both over the years (fields were added in the middle and
// at the end), so nothing is assumed but the names of the fields that are needed.

struct SnapshotLayout {
  /// The fields that are used. All others are read as numbers and dropped.
  enum NodeField: String, CaseIterable {
    case type, name
    case selfSize = "self_size"
    case edgeCount = "edge_count"
  }
  enum EdgeField: String, CaseIterable {
    case type
    case nameOrIndex = "name_or_index"
    case toNode = "to_node"
  }

  /// In the order of the file; nil for a field that is not used.
  let nodeFields: [NodeField?]
  let edgeFields: [EdgeField?]
  let nodeKinds: [String]
  let edgeKinds: [String]
  let nodeCount: Int
  let edgeCount: Int

  /// The kind of edge that keeps nothing alive.
  var weakKind: Int? { edgeKinds.firstIndex(of: "weak") }

  /// Kinds of node whose name is that of a class or function. Of all others (strings, numbers,
  /// symbols, regular expressions) it is the contents.
  static let namedKinds: Set<String> = [
    "hidden", "array", "object", "code", "closure", "native", "synthetic", "object shape",
    "wasm object",
  ]
  /// Of each edge kind whether `name_or_index` is an index; otherwise it names a string.
  static let indexedEdgeKinds: Set<String> = ["element", "hidden"]

  /// Reads the value of the key `snapshot`.
  init(_ bytes: inout SnapshotBytes) throws(HeapSnapshotError) {
    var meta: Meta?
    var nodes: Int?
    var edges: Int?
    try bytes.object("“snapshot”") { bytes, key throws(HeapSnapshotError) in
      switch key {
      case "meta": meta = try Meta(&bytes)
      case "node_count": nodes = try Self.count("node_count", &bytes)
      case "edge_count": edges = try Self.count("edge_count", &bytes)
      default: try bytes.skipValue()
      }
    }
    let end = bytes.offset
    guard let meta else { throw Self.missing("snapshot.meta", end) }
    guard let nodes else { throw Self.missing("snapshot.node_count", end) }
    guard let edges else { throw Self.missing("snapshot.edge_count", end) }
    guard nodes > 0 else {
      throw .inconsistent(offset: end, expected: "at least a root", found: "node_count 0")
    }
    nodeCount = nodes
    edgeCount = edges
    nodeFields = try Self.roles(meta.nodeFields, "snapshot.meta.node_fields", end)
    edgeFields = try Self.roles(meta.edgeFields, "snapshot.meta.edge_fields", end)
    nodeKinds = try Self.kinds(meta.nodeTypes, of: nodeFields, .type, "node_types", end)
    edgeKinds = try Self.kinds(meta.edgeTypes, of: edgeFields, .type, "edge_types", end)
  }

  private static func count(
    _ name: StaticString, _ bytes: inout SnapshotBytes
  ) throws(HeapSnapshotError) -> Int {
    let value = try bytes.wholeNumber(name)
    guard value < Int(UInt32.max) else {
      throw .inconsistent(
        offset: bytes.numberStart, expected: "\(name) below 2^32", found: "\(value)")
    }
    return value
  }

  private static func roles<Field: RawRepresentable & CaseIterable & Hashable>(
    _ names: [String]?, _ place: String, _ end: Int
  ) throws(HeapSnapshotError) -> [Field?] where Field.RawValue == String {
    guard let names else { throw missing(place, end) }
    let roles = names.map { Field(rawValue: $0) }
    for field in Field.allCases {
      let count = roles.count { $0 == field }
      guard count == 1 else {
        throw .inconsistent(
          offset: end, expected: "\(place) with “\(field.rawValue)” once",
          found: "it \(count) times")
      }
    }
    return roles
  }

  private static func kinds<Field: Equatable>(
    _ types: [[String]?]?, of fields: [Field?], _ field: Field, _ name: String, _ end: Int
  ) throws(HeapSnapshotError) -> [String] {
    guard let types else { throw missing("snapshot.meta.\(name)", end) }
    // `roles` has made sure that the field is there.
    let position = fields.firstIndex(of: field) ?? 0
    guard position < types.count, let kinds = types[position], (1...255).contains(kinds.count)
    else {
      throw .inconsistent(
        offset: end, expected: "snapshot.meta.\(name)[\(position)] with 1 to 255 names",
        found: "none or more")
    }
    guard kinds.allSatisfy({ !$0.isEmpty }) else {
      throw .inconsistent(
        offset: end, expected: "snapshot.meta.\(name)[\(position)] with names",
        found: "an empty one")
    }
    return kinds.map { SnapshotNames.withoutControls($0) }
  }

  private static func missing(_ name: String, _ end: Int) -> HeapSnapshotError {
    .inconsistent(offset: end, expected: "\(name) before the end of “snapshot”", found: "none")
  }

  /// The parts of `snapshot.meta` as they stand in the file.
  private struct Meta {
    var nodeFields: [String]?
    var edgeFields: [String]?
    /// Of each field: a list of names, or nil where the file has the word for a plain type.
    var nodeTypes: [[String]?]?
    var edgeTypes: [[String]?]?

    init(_ bytes: inout SnapshotBytes) throws(HeapSnapshotError) {
      var meta = Meta()
      try bytes.object("“meta”") { bytes, key throws(HeapSnapshotError) in
        switch key {
        case "node_fields": meta.nodeFields = try bytes.strings("node_fields")
        case "edge_fields": meta.edgeFields = try bytes.strings("edge_fields")
        case "node_types": meta.nodeTypes = try bytes.typeLists("node_types")
        case "edge_types": meta.edgeTypes = try bytes.typeLists("edge_types")
        default: try bytes.skipValue()
        }
      }
      self = meta
    }

    private init() {}
  }
}

extension SnapshotBytes {
  /// An object: `member` reads the value of each key.
  mutating func object(
    _ what: String,
    member: (inout SnapshotBytes, String) throws(HeapSnapshotError) -> Void
  ) throws(HeapSnapshotError) {
    try openObject(what)
    if try takeEmpty("}") { return }
    var seen: [String] = []
    repeat {
      let key = try key(of: what, seen: &seen)
      try member(&self, key)
    } while try takeComma(orEnd: "}")
  }

  mutating func openObject(_ what: String) throws(HeapSnapshotError) {
    let byte = try peekToken(what)
    guard byte == UInt8(ascii: "{") else { throw malformed("\(what), an object", byte) }
    advance()
  }

  /// A key and its colon. The first 64 keys must differ.
  mutating func key(
    of what: String, seen: inout [String]
  ) throws(HeapSnapshotError) -> String {
    let key = try string("a key of \(what)")
    let end = offset
    guard !seen.contains(key) else {
      throw .inconsistent(
        offset: end, expected: "each key of \(what) once", found: "“\(key)” twice")
    }
    if seen.count < 64 { seen.append(key) }
    try take(":")
    return key
  }

  fileprivate mutating func strings(_ what: String) throws(HeapSnapshotError) -> [String] {
    try openArray(what)
    if try takeEmpty("]") { return [] }
    var all: [String] = []
    repeat {
      let next = try string("a name in \(what)")
      if all.count < 1024 { all.append(next) }
    } while try takeComma(orEnd: "]")
    return all
  }

  fileprivate mutating func typeLists(_ what: String) throws(HeapSnapshotError) -> [[String]?] {
    try openArray(what)
    if try takeEmpty("]") { return [] }
    var all: [[String]?] = []
    repeat {
      if try peekToken("a type") == UInt8(ascii: "[") {
        all.append(try strings(what))
      } else {
        try skipString("a type in \(what)")
        all.append(nil)
      }
    } while try takeComma(orEnd: "]")
    return all
  }

  mutating func openArray(_ what: String) throws(HeapSnapshotError) {
    let byte = try peekToken(what)
    guard byte == UInt8(ascii: "[") else { throw malformed("\(what), an array", byte) }
    advance()
  }
}
