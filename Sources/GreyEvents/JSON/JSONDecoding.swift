// JSON to any `Decodable` value: the way back from `JSONEncoding`, with its names.
//
// Members that the type does not know are ignored: a newer process may say more. What is missing
// or of another type is an error that names the path.

package struct JSONShapeError: Error, Hashable, Sendable, CustomStringConvertible {
  package var path: String
  package var problem: String
  package var description: String { path.isEmpty ? problem : "\(path): \(problem)" }
}

extension JSON {
  package func decoded<T: Decodable>(as type: T.Type = T.self) throws -> T {
    if let json = self as? T { return json }
    return try T(from: TreeDecoder(json: self, codingPath: []))
  }
}

private func shapeError(_ path: [any CodingKey], _ problem: String) -> JSONShapeError {
  let names = path.map { $0.intValue.map(String.init) ?? JSONNames.snake($0.stringValue) }
  return JSONShapeError(path: names.joined(separator: "."), problem: problem)
}

private struct TreeDecoder: Decoder {
  let json: JSON
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object = json else { throw shapeError(codingPath, "expected an object") }
    return KeyedDecodingContainer(TreeKeyedReader<Key>(json: json, codingPath: codingPath))
  }
  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let elements) = json else {
      throw shapeError(codingPath, "expected an array")
    }
    return TreeUnkeyedReader(elements: elements, codingPath: codingPath)
  }
  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    TreeSingleReader(json: json, codingPath: codingPath)
  }

  func value<T: Decodable>(_ type: T.Type) throws -> T {
    if let json = json as? T { return json }
    if type == [String: JSON].self, let members = json.members {
      let pairs = members.map { ($0.key, $0.value) }
      if let dictionary = Dictionary(pairs, uniquingKeysWith: { first, _ in first }) as? T {
        return dictionary
      }
    }
    return try T(from: self)
  }
}

private struct TreeKeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let json: JSON
  let codingPath: [any CodingKey]

  /// The compiler's keys, matched by the name each has in JSON.
  var allKeys: [Key] {
    (json.members ?? []).compactMap { member in Key(stringValue: camel(member.key)) }
  }
  private func camel(_ name: String) -> String {
    let words = name.split(separator: "_", omittingEmptySubsequences: false)
    return words.dropFirst().reduce(String(words.first ?? "")) {
      $0 + ($1.first?.uppercased() ?? "") + $1.dropFirst()
    }
  }
  private func find(_ key: any CodingKey) -> JSON? { json[JSONNames.snake(key.stringValue)] }
  private func decoder(_ key: any CodingKey) throws -> TreeDecoder {
    guard let value = find(key) else { throw shapeError(codingPath + [key], "is missing") }
    return TreeDecoder(json: value, codingPath: codingPath + [key])
  }

  func contains(_ key: Key) -> Bool { find(key) != nil }
  func decodeNil(forKey key: Key) throws -> Bool { find(key) == .null }
  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try decoder(key).value(type)
  }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { try decoder(key).container(keyedBy: type) }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder(key).unkeyedContainer()
  }
  func superDecoder() throws -> any Decoder { TreeDecoder(json: json, codingPath: codingPath) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
}

private struct TreeUnkeyedReader: UnkeyedDecodingContainer {
  let elements: [JSON]
  let codingPath: [any CodingKey]
  var currentIndex = 0

  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }
  private mutating func next() throws -> TreeDecoder {
    guard !isAtEnd else { throw shapeError(codingPath, "has too few elements") }
    defer { currentIndex += 1 }
    return TreeDecoder(json: elements[currentIndex], codingPath: codingPath)
  }
  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, elements[currentIndex] == .null else { return false }
    currentIndex += 1
    return true
  }
  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().value(type) }
  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }
  mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct TreeSingleReader: SingleValueDecodingContainer {
  let json: JSON
  let codingPath: [any CodingKey]

  private func need<T>(_ value: T?, _ expected: String) throws -> T {
    guard let value else { throw shapeError(codingPath, "expected \(expected)") }
    return value
  }
  private func whole<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
    if case .large(let value) = json { return try need(T(exactly: value), "a smaller number") }
    return try need(json.integer.flatMap { T(exactly: $0) }, "a whole number of its range")
  }
  func decodeNil() -> Bool { json == .null }
  func decode(_ type: Bool.Type) throws -> Bool { try need(json.bool, "true or false") }
  func decode(_ type: String.Type) throws -> String { try need(json.text, "a string") }
  func decode(_ type: Double.Type) throws -> Double { try need(json.double, "a number") }
  func decode(_ type: Float.Type) throws -> Float {
    try need(json.double.map(Float.init), "a number")
  }
  func decode(_ type: Int.Type) throws -> Int { try whole(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try whole(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try whole(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try whole(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try whole(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try whole(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try whole(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try whole(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try whole(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try whole(type) }
  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    try TreeDecoder(json: json, codingPath: codingPath).value(type)
  }
}
