// Constants as Go's messages show them.
//
// Strings are quoted and cut at 72 characters, fractions have six digits (`%.6g`), integers all of
// theirs.

import BigInt
import Foundation

extension Constant: CustomStringConvertible {
  package var description: String {
    switch self {
    case .bool(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .float(let value): return Self.text(value)
    case .string(let bytes): return Self.quoted(bytes)
    }
  }

  private static func text(_ value: Rational) -> String {
    if value.isInteger, value.numerator.magnitude.bitWidth <= 64 {
      // `%.6g` of a small whole number is the number.
      if value.numerator.magnitude < 1_000_000 { return String(value.numerator) }
    }
    let nearest = value.double
    if nearest.isFinite, nearest != 0 || value.isZero { return String(format: "%.6g", nearest) }
    // Outside the range of Double: mantissa and decimal exponent by logarithms.
    let (mantissa, exponent) = value.mantissa(bits: 53)
    let log =
      Foundation.log10(Double(Int64(mantissa.magnitude))) + Double(exponent) * 0.30102999566398
    let power = Foundation.floor(log)
    let digits = Foundation.pow(10, log - power)
    let sign = value.numerator.sign == .minus ? "-" : ""
    let text = String(format: "%.6g", digits)
    // 9.9999996 is shown as 10.
    return text == "10"
      ? "\(sign)1e+\(Int(power) + 1)" : sign + text + String(format: "e%+d", Int(power))
  }

  private static func quoted(_ bytes: [UInt8]) -> String {
    let whole = "\"" + escaped(bytes) + "\""
    let most = 72
    guard whole.unicodeScalars.count > most else { return whole }
    let kept = whole.unicodeScalars.prefix(most - 3)
    return String(String.UnicodeScalarView(kept)) + "..."
  }

  private static func escaped(_ bytes: [UInt8]) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case "\0"..<" ":
        let hex = String(scalar.value, radix: 16)
        text += "\\x" + (hex.count < 2 ? "0" : "") + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
