// Rune and string literals (spec, "Rune literals", "String literals"): where they end, and whether
// their escapes are sound. What they mean is `LiteralValue`'s, which trusts this scan.

extension Lexer {
  mutating func scanString() -> Bool {
    let first = at
    var isGood = true
    at += 1
    while true {
      if isAtEnd {
        report(first, "string not terminated")
        return false
      }
      switch bytes[at] {
      case 0x22:
        at += 1
        return isGood
      case 0x5C:
        at += 1
        if !scanEscape(quote: 0x22) { isGood = false }
      case 0x0A:
        report(at, "newline in string")
        return false
      default: at += 1
      }
    }
  }

  mutating func scanRawString() -> Bool {
    let first = at
    at += 1
    while !isAtEnd {
      at += 1
      if bytes[at - 1] == 0x60 { return true }
    }
    report(first, "string not terminated")
    return false
  }

  mutating func scanRune() -> Bool {
    let first = at
    var isGood = true
    var count = 0
    at += 1
    while true {
      if isAtEnd {
        if isGood { report(first, "rune literal not terminated") }
        return false
      }
      switch bytes[at] {
      case 0x27:
        if isGood, count == 0 {
          report(at, "empty rune literal or unescaped '")
        } else if isGood, count > 1 {
          report(first, "more than one character in rune literal")
        }
        at += 1
        return isGood && count == 1
      case 0x5C:
        at += 1
        if !scanEscape(quote: 0x27) { isGood = false }
      case 0x0A:
        if isGood { report(at, "newline in rune literal") }
        return false
      default: at += scalar().1
      }
      count += 1
    }
  }

  /// Behind a backslash. The source's end is left to the caller to tell.
  private mutating func scanEscape(quote: UInt8) -> Bool {
    if isAtEnd { return true }
    let letter = bytes[at]
    let count: Int
    let base: UInt32
    switch Character(Unicode.Scalar(letter)) {
    case "a", "b", "f", "n", "r", "t", "v", "\\":
      at += 1
      return true
    case "0"..."7": (count, base) = (3, 8)
    case "x": (count, base) = (2, 16)
    case "u": (count, base) = (4, 16)
    case "U": (count, base) = (8, 16)
    default:
      if letter == quote {
        at += 1
        return true
      }
      report(at, "unknown escape")
      return false
    }
    if base == 16 { at += 1 }
    var value: UInt32 = 0
    for _ in 0..<count {
      if isAtEnd { return true }
      guard let digit = Self.digit(bytes[at]), digit < base else {
        let name = Self.name(ofBase: Int(base))
        report(at, "invalid character \(Self.quoted(scalar().0)) in \(name) escape")
        return false
      }
      value = value &* base &+ digit
      at += 1
    }
    if base == 8, value > 255 {
      report(at, "octal escape value \(value) > 255")
      return false
    }
    if count > 3, value > 0x10FFFF || (0xD800..<0xE000).contains(value) {
      report(at, "escape is invalid Unicode code point \(Self.describe(value))")
      return false
    }
    return true
  }

  static func digit(_ byte: UInt8) -> UInt32? {
    if isDigit(byte) { return UInt32(byte) - 0x30 }
    return isHex(byte) ? UInt32(byte | 0x20) - 0x61 + 10 : nil
  }

  /// As Go's `%q` shows a character.
  private static func quoted(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": #"'\n'"#
    case "\t": #"'\t'"#
    case "\r": #"'\r'"#
    case "'": #"'\''"#
    case "\\": #"'\\'"#
    default: "'\(scalar)'"
    }
  }
}
