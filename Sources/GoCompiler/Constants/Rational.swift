// Exact fractions for untyped floating-point constants (spec, "Constants").
//
// The spec wants at least 256 bits of mantissa; Go's compiler keeps fractions exact while they are
// small and 512 bits beyond. So does this: a value is a fraction in lowest terms, and one whose
// parts outgrow `exactBits` is rounded to a mantissa of `mantissaBits` and a power of two, which
// bounds the cost of any chain of operations. A literal with a
// decimal exponent beyond `largestPower` is refused by whoever reads it, and a result of more than
// `mostBits` by whoever computes it: no constant of use lies there.

import BigInt

package struct Rational: Hashable, Sendable {
  package private(set) var numerator: BigInt
  /// Positive, without a factor in common with the numerator.
  package private(set) var denominator: BigInt

  static let exactBits = 4096
  static let mantissaBits = 512
  static let largestPower = 30_000
  /// No part of a value may have more bits: a chain of squarings would double them for ever.
  static let mostBits = 1 << 18

  package init(_ integer: BigInt) {
    numerator = integer
    denominator = 1
  }

  /// - Parameter denominator: not zero.
  package init(_ numerator: BigInt, over denominator: BigInt) {
    let sign: BigInt = denominator.sign == .minus ? -1 : 1
    if numerator.magnitude.bitWidth > Self.exactBits
      || denominator.magnitude.bitWidth > Self.exactBits
    {
      // Rounded without looking for a common factor: that would cost more than it saves.
      self.numerator = numerator * sign
      self.denominator = denominator * sign
      self = rounded()
      return
    }
    let common = numerator.greatestCommonDivisor(with: denominator)
    self.numerator = numerator / common * sign
    self.denominator = denominator / common * sign
  }

  /// The nearest value with `mantissaBits` bits, ties to even.
  private func rounded() -> Rational {
    let (mantissa, exponent) = mantissa(bits: Self.mantissaBits)
    return exponent >= 0
      ? Rational(exactly: mantissa << exponent, 1)
      : Rational(exactly: mantissa, BigInt(1) << -exponent)
  }

  /// Without looking at size; a power of two is taken out of both.
  private init(exactly numerator: BigInt, _ denominator: BigInt) {
    let shift = min(
      numerator.magnitude.trailingZeroBitCount, denominator.magnitude.trailingZeroBitCount)
    self.numerator = numerator == 0 ? 0 : numerator >> shift
    self.denominator = numerator == 0 ? 1 : denominator >> shift
  }

  /// `m × 2^e` with a mantissa of `bits` bits, nearest to the value, ties to even.
  func mantissa(bits: Int) -> (BigInt, exponent: Int) {
    if numerator == 0 { return (0, 0) }
    let top = BigInt(numerator.magnitude)
    var exponent = top.magnitude.bitWidth - denominator.magnitude.bitWidth - bits
    func divided(_ exponent: Int) -> (quotient: BigInt, remainder: BigInt, divisor: BigInt) {
      let over = exponent > 0 ? denominator << exponent : denominator
      let under = exponent < 0 ? top << -exponent : top
      let (quotient, remainder) = under.quotientAndRemainder(dividingBy: over)
      return (quotient, remainder, over)
    }
    var step = divided(exponent)
    if step.quotient.magnitude.bitWidth > bits {
      exponent += 1
      step = divided(exponent)
    }
    let twice = step.remainder * 2
    var mantissa = step.quotient
    if twice > step.divisor || twice == step.divisor && mantissa % 2 != 0 { mantissa += 1 }
    return (numerator.sign == .minus ? -mantissa : mantissa, exponent)
  }

  var isTooLarge: Bool {
    max(numerator.magnitude.bitWidth, denominator.magnitude.bitWidth) > Self.mostBits
  }

  package var isInteger: Bool { denominator == 1 }
  package var isZero: Bool { numerator == 0 }

  package static func + (a: Rational, b: Rational) -> Rational {
    Rational(
      a.numerator * b.denominator + b.numerator * a.denominator,
      over: a.denominator * b.denominator)
  }
  package static func - (a: Rational, b: Rational) -> Rational {
    Rational(
      a.numerator * b.denominator - b.numerator * a.denominator,
      over: a.denominator * b.denominator)
  }
  package static func * (a: Rational, b: Rational) -> Rational {
    Rational(a.numerator * b.numerator, over: a.denominator * b.denominator)
  }
  /// - Parameter b: not zero.
  package static func / (a: Rational, b: Rational) -> Rational {
    Rational(a.numerator * b.denominator, over: a.denominator * b.numerator)
  }
  package static prefix func - (a: Rational) -> Rational {
    Rational(exactly: -a.numerator, a.denominator)
  }
  package static func < (a: Rational, b: Rational) -> Bool {
    a.numerator * b.denominator < b.numerator * a.denominator
  }

  /// The nearest `Double`, ties to even; infinite where it overflows.
  package var double: Double {
    nearest(bits: 53, lowest: -1074) { mantissa, exponent in
      Double(sign: .plus, exponent: exponent, significand: Double(mantissa))
    }
  }

  /// The nearest `Float`, by one rounding.
  package var float: Float {
    nearest(bits: 24, lowest: -149) { mantissa, exponent in
      Float(sign: .plus, exponent: exponent, significand: Float(mantissa))
    }
  }

  private func nearest<Result: BinaryFloatingPoint>(
    bits: Int, lowest: Int, _ make: (Int64, Int) -> Result
  ) -> Result {
    if numerator == 0 { return 0 }
    var (mantissa, exponent) = mantissa(bits: bits)
    if exponent < lowest {
      // Below the normal numbers fewer bits are left; rounded once, from the exact value.
      let kept = bits - (lowest - exponent)
      if kept < 0 { return 0 }
      if kept == 0 {
        let half = Rational(1, over: BigInt(1) << (1 - lowest))
        let above = half < magnitude
        mantissa = above ? 1 : 0
        if numerator.sign == .minus { mantissa = -mantissa }
        exponent = lowest
      } else {
        (mantissa, exponent) = self.mantissa(bits: kept)
      }
    }
    let size = make(Int64(mantissa.magnitude), exponent)
    return numerator.sign == .minus ? -size : size
  }

  private var magnitude: Rational { numerator.sign == .minus ? -self : self }

  /// The exact value of a finite number.
  package init?(exactly value: Double) {
    guard value.isFinite else { return nil }
    if value == 0 {
      self.init(BigInt(0))
      return
    }
    let mantissa = BigInt(Int64(value.significandBitPattern | (1 << 52)))
    let subnormal = value.isSubnormal || value.exponentBitPattern == 0
    let bits = subnormal ? BigInt(Int64(value.significandBitPattern)) : mantissa
    let exponent = (subnormal ? -1022 : Int(value.exponent)) - 52
    let signed = value < 0 ? -bits : bits
    self.init(exponent >= 0 ? signed << exponent : signed, over: exponent < 0 ? 1 << -exponent : 1)
  }
}
