// A JSON value that keeps the order of its members.
//
// Every line that people read, and every reply that a script compares, comes from one of these:
// the order in which a struct declares its fields is the order in which they are printed, the same
// in every run. (A dictionary's order is not, and sorting puts `bytes_freed` before `cycle`.)

package enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// Above `Int.max` only, so that equal numbers are equal values.
  case large(UInt64)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  package struct Member: Hashable, Sendable {
    package var key: String
    package var value: JSON
    package init(_ key: String, _ value: JSON) {
      self.key = key
      self.value = value
    }
  }
}

extension JSON {
  /// The member's value; nil when there is none, or when this is no object.
  package subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  package static func unsigned(_ value: UInt64) -> JSON {
    Int(exactly: value).map(JSON.integer) ?? .large(value)
  }

  package var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  package var integer: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  package var unsigned: UInt64? {
    if case .large(let value) = self { return value }
    return integer.flatMap { UInt64(exactly: $0) }
  }

  package var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .large(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  package var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  package var elements: [JSON]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  package var members: [Member]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// With this member in front of the others, replacing one of the same name.
  package func leading(with key: String, _ value: JSON) -> JSON {
    .object([Member(key, value)] + (members ?? []).filter { $0.key != key })
  }
}
