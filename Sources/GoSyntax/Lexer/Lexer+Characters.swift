// Classes of characters, and names (spec, "Identifiers").
//
// A letter is `_` or of Unicode's categories Lu, Ll, Lt, Lm, Lo; a digit of Nd. Names are nearly
// always ASCII, so the properties of a scalar are looked up only beyond it.

extension Lexer {
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte == 0x5F }

  static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }

  static func isUnicodeLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  static func isUnicodeDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .decimalNumber
  }

  /// `U+0040 '@'`, as Go's `%#U`.
  package static func describe(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    guard let scalar = Unicode.Scalar(value), isPrintable(scalar) else { return code }
    return "\(code) '\(scalar)'"
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    case .spaceSeparator: scalar == " "
    default: true
    }
  }

  /// The scalar at `at` and its length; a broken byte is the replacement character.
  func scalar() -> (Unicode.Scalar, Int) {
    let step = bytes.withUnsafeBufferPointer { UTF8Step.decode($0, at) }
    guard let step, let scalar = Unicode.Scalar(step.scalar) else { return ("\u{FFFD}", 1) }
    return (scalar, step.length)
  }

  /// Over letters and digits. False, and over one character, where that begins no name.
  mutating func scanName() -> Bool {
    let first = at
    while true {
      while Self.isLetter(bytes[at]) || Self.isDigit(bytes[at]) { at += 1 }
      guard bytes[at] >= 0x80 else { return true }
      let (scalar, length) = scalar()
      let place = at
      at += length
      if Self.isUnicodeLetter(scalar) { continue }
      let name = Self.describe(scalar.value)
      if place > first {
        if Self.isUnicodeDigit(scalar) { continue }
        report(place, "invalid character \(name) in identifier")
      } else if Self.isUnicodeDigit(scalar) {
        report(place, "identifier cannot begin with digit \(name)")
      } else {
        report(place, "invalid character \(name)")
        return false
      }
    }
  }
}
