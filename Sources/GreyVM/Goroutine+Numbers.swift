// Natives of numbers: mathematical functions, floats as bits, floats as text.

import Foundation
import GreyBasics
import GreyBytecode
import GreyMutator

extension Goroutine {
  func numeric(
    _ native: Native, _ block: Int, _ first: Int, _ task: TaskContext, _ r: Registers
  ) -> Int {
    switch native {
    case .unary: r[float: block] = Mathematics.unary(r[first], r[float: first + 1])
    case .binary:
      r[float: block] = Mathematics.binary(r[first], r[float: first + 1], r[float: first + 2])
    // A float in a slot is its bits as a double.
    case .floatBits, .floatFromBits: r[block] = r[first]
    case .float32Bits: r[block] = Int(Mathematics.narrowBits(r[bits: first]))
    case .float32FromBits:
      r[bits: block] = Mathematics.wideBits(UInt32(truncatingIfNeeded: r[first]))
    case .floatText:
      let text = FloatFormat.text(
        r[float: first], form: UInt8(truncatingIfNeeded: r[first + 1]), precision: r[first + 2],
        isNarrow: r[first + 3] == 32)
      return put(task, text.utf8, r, block) ? 2 : 0
    case .parseFloat:
      let text = String(decoding: bytes(at: r.address(first)), as: UTF8.self)
      let isNarrow = r[first + 2] == 32
      let value = isNarrow ? Double(strtof(text, nil)) : strtod(text, nil)
      r[float: block] = value
      r[truth: block + 1] = !value.isInfinite
    case .runeClass: r[block] = Characters.kind(r[first])
    case .runeCase: r[block] = Characters.mapped(r[first], r[first + 1])
    default: return look(native, block, first, task, r)
    }
    return 2
  }
}

enum Mathematics {
  /// By the numbers that package `math` has for them.
  static func unary(_ function: Int, _ x: Double) -> Double {
    switch function {
    case 0: x.rounded(.down)
    case 1: x.rounded(.up)
    case 2: x.rounded(.towardZero)
    case 3: x.squareRoot()
    case 4: sin(x)
    case 5: cos(x)
    case 6: tan(x)
    case 7: asin(x)
    case 8: acos(x)
    case 9: atan(x)
    case 10: exp(x)
    case 11: log(x)
    case 12: log2(x)
    case 13: log10(x)
    case 14: log1p(x)
    case 15: expm1(x)
    case 16: sinh(x)
    case 17: cosh(x)
    case 18: tanh(x)
    case 19: cbrt(x)
    case 20: x.rounded(.toNearestOrAwayFromZero)
    case 21: x.rounded(.toNearestOrEven)
    case 22: exp2(x)
    case 23: asinh(x)
    case 24: acosh(x)
    case 25: atanh(x)
    case 26: tgamma(x)
    case 27: erf(x)
    default: .nan
    }
  }

  static func binary(_ function: Int, _ x: Double, _ y: Double) -> Double {
    switch function {
    case 0: pow(x, y)
    case 1: atan2(x, y)
    case 2: hypot(x, y)
    case 3: fmod(x, y)
    case 4: remainder(x, y)
    case 5: nextafter(x, y)
    default: .nan
    }
  }

  /// Of a `float32`, from the bits of the double in its slot: a NaN keeps its payload.
  static func narrowBits(_ wide: UInt64) -> UInt32 {
    let value = Double(bitPattern: wide)
    if !value.isNaN { return Float(value).bitPattern }
    let sign = UInt32(truncatingIfNeeded: wide >> 32) & 0x8000_0000
    return sign | 0x7F80_0000 | UInt32(truncatingIfNeeded: wide >> 29) & 0x007F_FFFF
  }
  static func wideBits(_ narrow: UInt32) -> UInt64 {
    let value = Float(bitPattern: narrow)
    if !value.isNaN { return Double(value).bitPattern }
    return UInt64(narrow & 0x8000_0000) << 32 | 0x7FF0_0000_0000_0000
      | UInt64(narrow & 0x007F_FFFF) << 29
  }
}

/// A float as `strconv.FormatFloat` has it, in the forms `e`, `f` and `g`.
///
/// With a precision the digits are the system's, which are exact; without one they are the fewest
/// that read back the same, which are Swift's.
enum FloatFormat {
  static func text(_ value: Double, form: UInt8, precision: Int, isNarrow: Bool) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if precision >= 0 {
      let letter = form == 0x65 ? "e" : form == 0x66 ? "f" : "g"
      return String(format: "%.\(precision)\(letter)", value)
    }
    let (digits, exponent) = shortest(value.magnitude, isNarrow: isNarrow)
    let sign = value.sign == .minus ? "-" : ""
    let isScientific =
      form == 0x65
      || form == 0x67 && (exponent < -4 || exponent >= 6)
    return sign + (isScientific ? scientific(digits, exponent) : plain(digits, exponent))
  }

  /// The decimal digits, and the power of ten of the first one.
  private static func shortest(_ value: Double, isNarrow: Bool) -> ([UInt8], Int) {
    if value == 0 { return ([0x30], 0) }
    let text = isNarrow ? "\(Float(value))" : "\(value)"
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    for (index, byte) in text.utf8.enumerated() {
      if byte == 0x65 {
        exponent = Int(String(decoding: text.utf8.dropFirst(index + 1), as: UTF8.self)) ?? 0
        break
      }
      if byte == 0x2E { point = digits.count } else { digits.append(byte) }
    }
    exponent += (point ?? digits.count) - 1
    while digits.count > 1, digits.first == 0x30 {
      digits.removeFirst()
      exponent -= 1
    }
    while digits.count > 1, digits.last == 0x30 { digits.removeLast() }
    return (digits, exponent)
  }

  private static func scientific(_ digits: [UInt8], _ exponent: Int) -> String {
    var text = String(decoding: digits.prefix(1), as: UTF8.self)
    if digits.count > 1 { text += "." + String(decoding: digits.dropFirst(), as: UTF8.self) }
    let size = exponent.magnitude
    return text + "e" + (exponent < 0 ? "-" : "+") + (size < 10 ? "0\(size)" : "\(size)")
  }

  private static func plain(_ digits: [UInt8], _ exponent: Int) -> String {
    let text = String(decoding: digits, as: UTF8.self)
    if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + text }
    if digits.count <= exponent + 1 {
      return text + String(repeating: "0", count: exponent + 1 - digits.count)
    }
    return text.prefix(exponent + 1) + "." + text.dropFirst(exponent + 1)
  }
}
