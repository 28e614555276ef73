// Text to JSON: a recursive-descent parser of RFC 8259 that never trusts its input.
//
// What comes over the control socket or stands in a log may be cut off or foreign. Every error says
// at which byte; nesting is bounded, so that a hostile line cannot exhaust the stack; a key that
// comes twice is refused, because two readers would disagree on which one counts.

package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  package var offset: Int
  package var problem: String
  package init(offset: Int, problem: String) {
    self.offset = offset
    self.problem = problem
  }
  package var description: String { "not valid JSON at byte \(offset): \(problem)" }
}

extension JSON {
  package init(parsing text: String) throws(JSONError) {
    try self.init(parsing: Array(text.utf8))
  }

  package init(parsing bytes: [UInt8]) throws(JSONError) {
    var parser = JSONParser(bytes: bytes)
    self = try parser.document()
  }
}

private struct JSONParser {
  static let deepest = 64
  let bytes: [UInt8]
  var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONError) -> JSON {
    let value = try value(depth: 0)
    skipSpace()
    if position < bytes.count { throw error("something follows the value") }
    return value
  }

  private func error(_ problem: String) -> JSONError {
    JSONError(offset: position, problem: problem)
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(JSONError) {
    if !accept(character) { throw error("expected '\(character)'") }
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSON {
    skipSpace()
    guard depth < Self.deepest else { throw error("nested deeper than \(Self.deepest)") }
    switch next {
    case nil: throw error("the text ends here")
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
    let expected = Array(word.utf8)
    guard bytes[position...].starts(with: expected) else { throw error("expected a value") }
    position += expected.count
    return value
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSON {
    try expect("{")
    var members: [JSON.Member] = []
    var keys: Set<String> = []
    if accept("}") { return .object([]) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("expected a key") }
      let start = position
      let key = try string()
      guard keys.insert(key).inserted else {
        throw JSONError(offset: start, problem: "the key '\(key)' comes twice")
      }
      try expect(":")
      members.append(JSON.Member(key, try value(depth: depth + 1)))
    } while accept(",")
    try expect("}")
    return .object(members)
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSON {
    try expect("[")
    var elements: [JSON] = []
    if accept("]") { return .array([]) }
    repeat { elements.append(try value(depth: depth + 1)) } while accept(",")
    try expect("]")
    return .array(elements)
  }

  private mutating func number() throws(JSONError) -> JSON {
    let start = position
    while let byte = next, "+-.eE0123456789".utf8.contains(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    let digits = text.drop { $0 == "-" }
    let badZero = digits.count > 1 && digits.hasPrefix("0") && digits.dropFirst().first!.isNumber
    guard let first = digits.first, first.isNumber, !badZero, text.last?.isNumber == true else {
      throw JSONError(offset: start, problem: "expected a value")
    }
    if let whole = Int(text) { return .integer(whole) }
    if let large = UInt64(text) { return .large(large) }
    guard let value = Double(text), value.isFinite else {
      throw JSONError(offset: start, problem: "'\(text)' is no number")
    }
    // 2.0 and 2 are the same number in JSON, and are printed as one: so they are one value here.
    if value.rounded() == value, value.magnitude < 1e15 { return .integer(Int(value)) }
    return .number(value)
  }

  private mutating func string() throws(JSONError) -> String {
    position += 1
    var content: [UInt8] = []
    while true {
      guard let byte = next else { throw error("the string does not end") }
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else {
          throw error("the string is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): try content.append(contentsOf: escape())
      case 0..<0x20:
        position -= 1
        throw error("a raw control character in a string")
      default: content.append(byte)
      }
    }
  }

  private mutating func escape() throws(JSONError) -> [UInt8] {
    guard let byte = next else { throw error("the string does not end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var code = try fourDigits()
      if (0xD800..<0xDC00).contains(code) {
        guard bytes[position...].starts(with: [0x5C, 0x75]) else { throw error("half a surrogate") }
        position += 2
        let low = try fourDigits()
        guard (0xDC00..<0xE000).contains(low) else { throw error("half a surrogate") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("half a surrogate") }
      return Array(String(Character(scalar)).utf8)
    default: throw error("unknown escape")
    }
  }

  private mutating func fourDigits() throws(JSONError) -> UInt32 {
    let end = min(position + 4, bytes.count)
    let text = String(decoding: bytes[position..<end], as: UTF8.self)
    guard text.utf8.count == 4, text.allSatisfy(\.isHexDigit), let code = UInt32(text, radix: 16)
    else { throw error("expected four hexadecimal digits") }
    position = end
    return code
  }
}
