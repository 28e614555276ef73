// Number literals to values.

import BigInt
import GoSyntax

extension Constant {
  /// Longer literals are refused, as Go's compiler does.
  static let longestLiteral = 10_000

  /// Nil: the literal is beyond what constants can hold.
  static func literal(_ kind: LiteralKind, _ text: String) -> Constant? {
    switch kind {
    case .string: return .string(LiteralValue.bytes(ofString: text))
    case .rune: return .integer(BigInt(LiteralValue.value(ofRune: text)))
    case .integer: return integer(text).map { .integer($0) }
    case .float: return float(text).map { .float($0) }
    case .imaginary: return nil
    }
  }

  private static func integer(_ text: String) -> BigInt? {
    let digits = text.replacing("_", with: "").lowercased()
    for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] where digits.hasPrefix(prefix) {
      return BigInt(digits.dropFirst(2), radix: radix)
    }
    let isOctal = digits.count > 1 && digits.hasPrefix("0")
    return BigInt(digits, radix: isOctal ? 8 : 10)
  }

  private static func float(_ text: String) -> Rational? {
    let digits = text.replacing("_", with: "").lowercased()
    let isHex = digits.hasPrefix("0x")
    let body = isHex ? digits.dropFirst(2) : digits[...]
    let parts = body.split(separator: isHex ? "p" : "e", omittingEmptySubsequences: false)
    let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = halves[0]
    let fraction = halves.count > 1 ? halves[1] : ""
    guard let mantissa = BigInt(whole + fraction, radix: isHex ? 16 : 10) else { return nil }
    var exponent = 0
    if parts.count > 1 {
      guard let written = Int(parts[1]) else { return mantissa == 0 ? Rational(0) : nil }
      exponent = written
    }
    if mantissa == 0 { return Rational(0) }
    let power = isHex ? exponent - 4 * fraction.count : exponent - fraction.count
    guard abs(power) <= Rational.largestPower else { return nil }
    let scale = BigInt(isHex ? 2 : 10).power(abs(power))
    return power < 0 ? Rational(mantissa, over: scale) : Rational(mantissa * scale, over: 1)
  }
}
