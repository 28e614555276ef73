// What a rune or string literal denotes (spec, "Rune literals", "String literals").
//
// A string is bytes: `\xFF` and `\377` are one byte each, `\u00FF` is the two of its UTF-8. Strings
// are therefore decoded to bytes, never to a Swift `String`, which could not hold the former.
// The text comes from a literal that the lexer found sound.

package enum LiteralValue {
  /// The bytes of a string literal with its quotes.
  package static func bytes(ofString text: String) -> [UInt8] {
    let source = Array(text.utf8)
    guard source.count >= 2 else { return [] }
    let inner = source[1..<(source.count - 1)]
    // Carriage returns are discarded from raw strings.
    if source[0] == 0x60 { return inner.filter { $0 != 0x0D } }
    var reader = EscapeReader(source: inner)
    return reader.allBytes()
  }

  /// The value of a rune literal with its quotes.
  package static func value(ofRune text: String) -> UInt32 {
    let source = Array(text.utf8)
    guard source.count >= 3 else { return 0xFFFD }
    if source[1] == 0x5C {
      var reader = EscapeReader(source: source[2..<(source.count - 1)])
      return reader.escape().value
    }
    return text.unicodeScalars.dropFirst().first?.value ?? 0xFFFD
  }
}

private struct EscapeReader {
  var source: ArraySlice<UInt8>

  mutating func allBytes() -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(source.count)
    while let byte = source.popFirst() {
      guard byte == 0x5C else {
        result.append(byte)
        continue
      }
      let (value, isByte) = escape()
      if isByte {
        result.append(UInt8(truncatingIfNeeded: value))
      } else if let scalar = Unicode.Scalar(value) {
        result += Array(String(Character(scalar)).utf8)
      }
    }
    return result
  }

  /// Behind the backslash: the value, and whether it is a byte rather than a character.
  mutating func escape() -> (value: UInt32, isByte: Bool) {
    guard let letter = source.popFirst() else { return (0xFFFD, false) }
    switch Character(Unicode.Scalar(letter)) {
    case "a": return (7, true)
    case "b": return (8, true)
    case "f": return (12, true)
    case "n": return (10, true)
    case "r": return (13, true)
    case "t": return (9, true)
    case "v": return (11, true)
    case "x": return (number(2, 16), true)
    case "u": return (number(4, 16), false)
    case "U": return (number(8, 16), false)
    case "0"..."7":
      let first = UInt32(letter) - 0x30
      return (first * 64 + number(2, 8), true)
    default: return (UInt32(letter), true)
    }
  }

  private mutating func number(_ count: Int, _ base: UInt32) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let byte = source.popFirst(), let digit = Lexer.digit(byte) else { break }
      value = value &* base &+ digit
    }
    return value
  }
}
