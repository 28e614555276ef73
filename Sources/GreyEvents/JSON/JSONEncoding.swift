// Any `Encodable` value to JSON, members in the order of declaration, names in snake case.
//
// The compiler writes the `Encodable` conformance of every event and result, so a field cannot be
// forgotten. Swift's `stop1Us` becomes `stop1_us` here and nowhere else. An absent optional is left
// out. Types that speak JSON themselves (`JSON`) are taken as they are.

package enum JSONNames {
  /// `heapLiveBytes` → `heap_live_bytes`. A digit stays with the word before it.
  package static func snake(_ name: String) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(name.utf8.count + 8)
    // Names of declarations here are ASCII; other bytes are kept as they are.
    for byte in name.utf8 {
      if byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") {
        if !out.isEmpty { out.append(UInt8(ascii: "_")) }
        out.append(byte | 0x20)
      } else {
        out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}

extension JSON {
  package init(encoding value: some Encodable) throws {
    if let json = value as? JSON {
      self = json
      return
    }
    let node = EncodingNode()
    try value.encode(to: TreeEncoder(node: node, codingPath: []))
    self = node.json
  }
}

/// A place in the tree that is being built: a leaf until somebody asks for a container.
private final class EncodingNode {
  enum Content {
    case leaf(JSON)
    case array([EncodingNode])
    case object([(key: String, node: EncodingNode)])
  }
  var content = Content.object([])

  var json: JSON {
    switch content {
    case .leaf(let json): json
    case .array(let nodes): .array(nodes.map(\.json))
    case .object(let members): .object(members.map { JSON.Member($0.key, $0.node.json) })
    }
  }

  func member(_ key: String) -> EncodingNode {
    let node = EncodingNode()
    var members: [(key: String, node: EncodingNode)] = []
    if case .object(let present) = content { members = present }
    content = .leaf(.null)
    members.append((key, node))
    content = .object(members)
    return node
  }

  func element() -> EncodingNode {
    let node = EncodingNode()
    var elements: [EncodingNode] = []
    if case .array(let present) = content { elements = present }
    content = .leaf(.null)
    elements.append(node)
    content = .array(elements)
    return node
  }

  func fill(_ value: some Encodable, _ path: [any CodingKey]) throws {
    if let json = value as? JSON {
      content = .leaf(json)
    } else if let members = value as? [String: JSON] {
      content = .leaf(
        .object(members.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }))
    } else {
      try value.encode(to: TreeEncoder(node: self, codingPath: path))
    }
  }
}

private struct TreeEncoder: Encoder {
  let node: EncodingNode
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(TreeKeyed<Key>(node: node, codingPath: codingPath))
  }
  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.content = .array([])
    return TreeUnkeyed(node: node, codingPath: codingPath)
  }
  func singleValueContainer() -> any SingleValueEncodingContainer {
    TreeSingle(node: node, codingPath: codingPath)
  }
}

private struct TreeKeyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: EncodingNode
  let codingPath: [any CodingKey]

  private func member(_ key: any CodingKey) -> EncodingNode {
    node.member(JSONNames.snake(key.stringValue))
  }
  func encodeNil(forKey key: Key) throws { member(key).content = .leaf(.null) }
  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    try member(key).fill(value, codingPath + [key])
  }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    KeyedEncodingContainer(TreeKeyed<Nested>(node: member(key), codingPath: codingPath + [key]))
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    TreeEncoder(node: member(key), codingPath: codingPath + [key]).unkeyedContainer()
  }
  func superEncoder() -> any Encoder { TreeEncoder(node: node, codingPath: codingPath) }
  func superEncoder(forKey key: Key) -> any Encoder {
    TreeEncoder(node: member(key), codingPath: codingPath + [key])
  }
}

private struct TreeUnkeyed: UnkeyedEncodingContainer {
  let node: EncodingNode
  let codingPath: [any CodingKey]
  var count = 0

  mutating func encodeNil() throws { element().content = .leaf(.null) }
  mutating func encode<T: Encodable>(_ value: T) throws { try element().fill(value, codingPath) }
  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    KeyedEncodingContainer(TreeKeyed<Nested>(node: element(), codingPath: codingPath))
  }
  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    TreeEncoder(node: element(), codingPath: codingPath).unkeyedContainer()
  }
  mutating func superEncoder() -> any Encoder {
    TreeEncoder(node: element(), codingPath: codingPath)
  }
  private mutating func element() -> EncodingNode {
    count += 1
    return node.element()
  }
}

private struct TreeSingle: SingleValueEncodingContainer {
  let node: EncodingNode
  let codingPath: [any CodingKey]

  private func leaf(_ json: JSON) { node.content = .leaf(json) }
  func encodeNil() throws { leaf(.null) }
  func encode(_ value: Bool) throws { leaf(.bool(value)) }
  func encode(_ value: String) throws { leaf(.string(value)) }
  func encode(_ value: Double) throws { leaf(.number(value)) }
  func encode(_ value: Float) throws { leaf(.number(Double(value))) }
  func encode(_ value: Int) throws { leaf(.integer(value)) }
  func encode(_ value: Int8) throws { leaf(.integer(Int(value))) }
  func encode(_ value: Int16) throws { leaf(.integer(Int(value))) }
  func encode(_ value: Int32) throws { leaf(.integer(Int(value))) }
  func encode(_ value: Int64) throws { leaf(.integer(Int(value))) }
  func encode(_ value: UInt) throws { leaf(.unsigned(UInt64(value))) }
  func encode(_ value: UInt8) throws { leaf(.integer(Int(value))) }
  func encode(_ value: UInt16) throws { leaf(.integer(Int(value))) }
  func encode(_ value: UInt32) throws { leaf(.integer(Int(value))) }
  func encode(_ value: UInt64) throws { leaf(.unsigned(value)) }
  func encode<T: Encodable>(_ value: T) throws { try node.fill(value, codingPath) }
}
