// The tokens of JSON that a snapshot is made of: punctuation, whole numbers, strings.
//
// Written by hand for this one schema, because a general JSON library builds a value per number:
// tens of bytes for each of the millions of fields that end up in five bytes an edge here.

extension SnapshotBytes {
  mutating func skipSpace() throws(HeapSnapshotError) {
    while let byte = try peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      advance()
    }
  }

  /// The next byte that is not space, which stays.
  @inline(__always)
  mutating func peekToken(
    _ expected: @autoclosure () -> String
  ) throws(HeapSnapshotError) -> UInt8 {
    if let byte = try peek(), byte > 0x20 { return byte }
    try skipSpace()
    guard let byte = try peek() else { throw .truncated(offset: offset, expected: expected()) }
    return byte
  }

  /// Takes `byte`, after any space.
  mutating func take(_ wanted: Character) throws(HeapSnapshotError) {
    let byte = try peekToken("“\(wanted)”")
    guard byte == wanted.asciiValue else { throw malformed("“\(wanted)”", byte) }
    advance()
  }

  /// After an element: true if a comma follows (taken), false if `end` does (taken).
  @inline(__always)
  mutating func takeComma(orEnd end: Character) throws(HeapSnapshotError) -> Bool {
    let byte = try peekToken("“,” or “\(end)”")
    if byte == Ascii.comma {
      advance()
      return true
    }
    guard byte == end.asciiValue else { throw malformed("“,” or “\(end)”", byte) }
    advance()
    return false
  }

  /// After an opening bracket: true if `end` follows at once (taken).
  mutating func takeEmpty(_ end: Character) throws(HeapSnapshotError) -> Bool {
    guard try peekToken("a value or “\(end)”") == end.asciiValue else { return false }
    advance()
    return true
  }

  /// A number without sign, fraction or exponent, below 2⁵³ (what JavaScript counts exactly).
  @inline(__always)
  mutating func wholeNumber(_ what: StaticString) throws(HeapSnapshotError) -> Int {
    let first = try peekToken("\(what)")
    numberStart = offset
    guard Ascii.isDigit(first) else { throw malformed("\(what), a whole number", first) }
    advance()
    var value = Int(first &- Ascii.zero)
    while true {
      // No snapshot ends with a number: one that does was cut off, perhaps in the number's middle.
      guard let byte = try peek() else {
        throw .truncated(offset: offset, expected: "the rest of \(what)")
      }
      guard Ascii.isDigit(byte) else { return value }
      guard value != 0 else {
        throw .malformed(
          offset: numberStart, expected: "\(what)",
          found: "a number with a leading zero")
      }
      value = value &* 10 &+ Int(byte &- Ascii.zero)
      guard value < 1 << 53 else {
        throw .malformed(
          offset: numberStart, expected: "\(what), below 2^53", found: "a number that is too large")
      }
      advance()
    }
  }

  /// A string, decoded; what exceeds `keep` bytes of UTF-8 is checked and left out.
  mutating func string(_ what: String, keep: Int = 1024) throws(HeapSnapshotError) -> String {
    try openString(what)
    var text: [UInt8] = []
    var pendingHigh: UInt16?
    func append(_ scalar: Unicode.Scalar) {
      if text.count + UTF8.width(scalar) <= keep { text.append(contentsOf: UTF8.encode(scalar)!) }
    }
    while true {
      let byte = try next("the end of \(what)")
      var unit: UInt16?
      if byte == Ascii.backslash { unit = try escapedUnit() }
      if let high = pendingHigh {
        pendingHigh = nil
        if let low = unit, UTF16.isTrailSurrogate(low) {
          append(UTF16.decode(UTF16.EncodedScalar([high, low])))
          continue
        }
        append("\u{FFFD}")
      }
      if let unit {
        if UTF16.isLeadSurrogate(unit) {
          pendingHigh = unit
        } else {
          append(Unicode.Scalar(unit) ?? "\u{FFFD}")
        }
      } else if byte == Ascii.quote {
        return String(decoding: text, as: UTF8.self)
      } else {
        try refuseControl(byte)
        if text.count < keep { text.append(byte) }
      }
    }
  }

  /// A string whose contents nobody needs: checked only.
  mutating func skipString(_ what: String) throws(HeapSnapshotError) {
    try openString(what)
    while true {
      let byte = try next("the end of \(what)")
      if byte == Ascii.quote { return }
      if byte == Ascii.backslash {
        _ = try escapedUnit()
      } else {
        try refuseControl(byte)
      }
    }
  }

  private mutating func openString(_ what: String) throws(HeapSnapshotError) {
    let byte = try peekToken(what)
    guard byte == Ascii.quote else { throw malformed("\(what), a string", byte) }
    advance()
  }

  @inline(__always)
  private func refuseControl(_ byte: UInt8) throws(HeapSnapshotError) {
    guard byte < 0x20 else { return }
    throw .malformed(
      offset: offset - 1, expected: "a character of a string", found: Ascii.describe(byte))
  }

  /// What stands after a backslash, as a UTF-16 unit.
  private mutating func escapedUnit() throws(HeapSnapshotError) -> UInt16 {
    let byte = try next("an escaped character")
    switch Character(Unicode.Scalar(byte)) {
    case "\"", "\\", "/": return UInt16(byte)
    case "b": return 0x08
    case "f": return 0x0C
    case "n": return 0x0A
    case "r": return 0x0D
    case "t": return 0x09
    case "u":
      var unit: UInt16 = 0
      for _ in 0..<4 {
        let digit = try next("four hexadecimal digits")
        guard let value = Character(Unicode.Scalar(digit)).hexDigitValue, digit < 0x80 else {
          throw .malformed(
            offset: offset - 1, expected: "a hexadecimal digit", found: Ascii.describe(digit))
        }
        unit = unit << 4 | UInt16(value)
      }
      return unit
    default:
      throw .malformed(
        offset: offset - 1, expected: "an escaped character", found: Ascii.describe(byte))
    }
  }

  /// The error for `byte`, which is the next one.
  func malformed(_ expected: String, _ byte: UInt8) -> HeapSnapshotError {
    .malformed(offset: offset, expected: expected, found: Ascii.describe(byte))
  }
}

/// The bytes that JSON is made of.
enum Ascii {
  static let quote: UInt8 = 0x22
  static let comma: UInt8 = 0x2C
  static let backslash: UInt8 = 0x5C
  static let zero: UInt8 = 0x30

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }

  static func describe(_ byte: UInt8) -> String {
    let hex = String(byte, radix: 16)
    let code = "0x" + (hex.count == 1 ? "0" : "") + hex
    return (0x21..<0x7F).contains(byte) ? "“\(Character(Unicode.Scalar(byte)))” (\(code))" : code
  }
}
