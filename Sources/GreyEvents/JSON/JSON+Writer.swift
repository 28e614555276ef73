// JSON to text, on one line.
//
// Strings are escaped so that the text never holds a raw line break or another control character:
// one value is one line, whatever a run printed. A number that JSON cannot express (infinity, NaN)
// is written as null.

extension JSON {
  package var line: String {
    var out: [UInt8] = []
    out.reserveCapacity(256)
    write(to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  package func write(to out: inout [UInt8]) {
    switch self {
    case .null: out += Array("null".utf8)
    case .bool(let value): out += Array((value ? "true" : "false").utf8)
    case .integer(let value): out += Array(String(value).utf8)
    case .large(let value): out += Array(String(value).utf8)
    case .number(let value): out += Array(Self.text(of: value).utf8)
    case .string(let value): Self.write(value, to: &out)
    case .array(let elements):
      out.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        element.write(to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let members):
      out.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        Self.write(member.key, to: &out)
        out.append(UInt8(ascii: ":"))
        member.value.write(to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  private static func text(of value: Double) -> String {
    guard value.isFinite else { return "null" }
    // A whole number is printed as one: 2.0 and 2 are the same number in JSON.
    if value.rounded() == value, value.magnitude < 1e15 { return String(Int(value)) }
    return "\(value)"
  }

  private static func write(_ string: String, to out: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    let backslash = UInt8(ascii: "\\")
    out.append(quote)
    for byte in string.utf8 {
      switch byte {
      case quote, backslash: out += [backslash, byte]
      case UInt8(ascii: "\n"): out += [backslash, UInt8(ascii: "n")]
      case UInt8(ascii: "\r"): out += [backslash, UInt8(ascii: "r")]
      case UInt8(ascii: "\t"): out += [backslash, UInt8(ascii: "t")]
      case 0..<0x20, 0x7F:
        let digits = Array("0123456789abcdef".utf8)
        out += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: out.append(byte)
      }
    }
    out.append(quote)
  }
}
