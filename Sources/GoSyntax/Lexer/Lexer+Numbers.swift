// Number literals (spec, "Integer literals", "Floating-point literals", "Imaginary literals").
//
// The scan takes every digit that could belong to the literal and complains afterwards, so that
// `0b12` and `1_` are one wrong literal and not two tokens. Of several mistakes the first is told.

extension Lexer {
  /// What a run of digits held.
  private struct Digits {
    var any = false
    var separators = false
    /// Offset of the first digit that the base does not have.
    var invalid: Int?
  }

  private enum Prefix { case none, octal, letterOctal, binary, hexadecimal }

  mutating func scanNumber() -> (kind: LiteralKind, isGood: Bool) {
    let first = at
    var problem: (Int, String)?
    func note(_ offset: Int, _ message: String) {
      if problem == nil { problem = (offset, message) }
    }

    let prefix = scanPrefix()
    let base = Self.base(prefix)
    let baseName = Self.name(ofBase: base)
    var kind = LiteralKind.integer
    var digits = Digits(any: prefix == .octal)
    scanDigits(base, &digits)
    if bytes[at] == 0x2E {
      if prefix == .letterOctal || prefix == .binary {
        note(at, "invalid radix point in \(baseName) literal")
      }
      kind = .float
      at += 1
      scanDigits(base, &digits)
    }
    if !digits.any { note(at, "\(baseName) literal has no digits") }

    let letter = bytes[at] | 0x20
    if letter == 0x65 || letter == 0x70 {
      let shown = Character(Unicode.Scalar(bytes[at]))
      if letter == 0x65, prefix != .none, prefix != .octal {
        note(at, "'\(shown)' exponent requires decimal mantissa")
      } else if letter == 0x70, prefix != .hexadecimal {
        note(at, "'\(shown)' exponent requires hexadecimal mantissa")
      }
      kind = .float
      at += 1
      if bytes[at] == 0x2B || bytes[at] == 0x2D { at += 1 }
      var exponent = Digits()
      scanDigits(10, &exponent)
      if !exponent.any { note(at, "exponent has no digits") }
      digits.separators = digits.separators || exponent.separators
    } else if prefix == .hexadecimal, kind == .float {
      note(at, "hexadecimal mantissa requires a 'p' exponent")
    }
    if bytes[at] == 0x69 {
      kind = .imaginary
      at += 1
    }
    if kind == .integer, let invalid = digits.invalid {
      let digit = Character(Unicode.Scalar(bytes[invalid]))
      note(invalid, "invalid digit '\(digit)' in \(baseName) literal")
    }
    if digits.separators, let stray = straySeparator(first..<at) {
      note(stray, "'_' must separate successive digits")
    }
    if let problem { report(problem.0, problem.1) }
    return (kind, problem == nil)
  }

  private mutating func scanPrefix() -> Prefix {
    guard bytes[at] == 0x30 else { return .none }
    at += 1
    switch bytes[at] | 0x20 {
    case 0x78:
      at += 1
      return .hexadecimal
    case 0x6F:
      at += 1
      return .letterOctal
    case 0x62:
      at += 1
      return .binary
    default: return .octal
    }
  }

  private static func base(_ prefix: Prefix) -> Int {
    switch prefix {
    case .none: 10
    case .octal, .letterOctal: 8
    case .binary: 2
    case .hexadecimal: 16
    }
  }

  static func name(ofBase base: Int) -> String {
    switch base {
    case 2: "binary"
    case 8: "octal"
    case 16: "hexadecimal"
    default: "decimal"
    }
  }

  private mutating func scanDigits(_ base: Int, _ digits: inout Digits) {
    while true {
      let byte = bytes[at]
      if byte == 0x5F {
        digits.separators = true
      } else if base == 16 ? Self.isHex(byte) : Self.isDigit(byte) {
        digits.any = true
        if base < 10, Int(byte) >= 0x30 + base, digits.invalid == nil { digits.invalid = at }
      } else {
        return
      }
      at += 1
    }
  }

  /// The first `_` that does not stand between digits; a base prefix counts as a digit.
  private func straySeparator(_ range: Range<Int>) -> Int? {
    var isHex = false
    var start = range.lowerBound
    var afterDigit = false
    if range.count >= 2, bytes[start] == 0x30 {
      let letter = bytes[start + 1] | 0x20
      if letter == 0x78 || letter == 0x6F || letter == 0x62 {
        isHex = letter == 0x78
        start += 2
        afterDigit = true
      }
    }
    var open: Int?
    for index in start..<range.upperBound {
      let byte = bytes[index]
      if byte == 0x5F {
        if !afterDigit { return index }
        open = index
        afterDigit = false
      } else if Self.isDigit(byte) || isHex && Self.isHex(byte) {
        open = nil
        afterDigit = true
      } else {
        if let open { return open }
        afterDigit = false
      }
    }
    return open
  }
}
