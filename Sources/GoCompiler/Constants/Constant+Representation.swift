// Whether a type can hold a constant, and what the constant is there (spec, "Representability").
//
// An integer type holds what lies in its range, also when written `1.0`. A floating-point type
// holds what rounds to a finite number, and the constant becomes that number. An untyped type holds
// what is of its kind.

import BigInt

extension Constant {
  /// The value as one of `type`, or nil.
  func represented(as type: BasicType) -> Constant? {
    switch type.kind {
    case .integer:
      guard let value = integerValue else { return nil }
      if let bits = type.bits {
        let range = Self.range(bits: bits, isSigned: type.isSigned)
        guard range.contains(value) else { return nil }
      }
      return .integer(value)
    case .float: return representedAsFloat(type)
    case .string: if case .string = self { return self } else { return nil }
    case .boolean: if case .bool = self { return self } else { return nil }
    case .complex, .other: return nil
    }
  }

  private func representedAsFloat(_ type: BasicType) -> Constant? {
    guard let value = rational else { return nil }
    switch type {
    case .float32:
      let rounded = value.float
      return Rational(exactly: Double(rounded)).map { .float($0) }
    case .float64: return Rational(exactly: value.double).map { .float($0) }
    default: return .float(value)
    }
  }

  static func range(bits: Int, isSigned: Bool) -> ClosedRange<BigInt> {
    isSigned
      ? -(BigInt(1) << (bits - 1))...(BigInt(1) << (bits - 1)) - 1 : 0...(BigInt(1) << bits) - 1
  }

  /// The conversion `T(c)` between numeric types truncates nothing; integers to strings are runes.
  static func string(ofRune value: BigInt) -> Constant {
    let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}"
    return .string(Array(String(Character(scalar)).utf8))
  }
}
