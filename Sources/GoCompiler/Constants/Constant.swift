// The value of a constant expression, exact (spec, "Constants", "Constant expressions").
//
// Values know nothing of types: `1` is an integer whether its type is `int8` or untyped. Whether a
// type can represent a value, and what it becomes there, is asked in `Constant+Representation`.

import BigInt

package enum Constant: Hashable, Sendable {
  case bool(Bool)
  /// Bytes: a string constant need not be UTF-8.
  case string([UInt8])
  case integer(BigInt)
  case float(Rational)

  /// As an integer, where the value is one: `2.0` is.
  package var integerValue: BigInt? {
    switch self {
    case .integer(let value): value
    case .float(let value): value.isInteger ? value.numerator : nil
    default: nil
    }
  }

  package var rational: Rational? {
    switch self {
    case .integer(let value): Rational(value)
    case .float(let value): value
    default: nil
    }
  }

  package var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
  package var bytes: [UInt8]? { if case .string(let value) = self { value } else { nil } }

  package var isNegative: Bool {
    switch self {
    case .integer(let value): value.sign == .minus && value != 0
    case .float(let value): value.numerator.sign == .minus && !value.isZero
    default: false
    }
  }

  package var isZero: Bool {
    switch self {
    case .integer(let value): value == 0
    case .float(let value): value.isZero
    default: false
    }
  }

  /// As an `Int`, where it is an integer of that size.
  package var intValue: Int? { integerValue.flatMap { Int(exactly: $0) } }

  /// Beyond what an untyped constant may be: integers have 512 bits in Go.
  var isTooLarge: Bool {
    switch self {
    case .integer(let value): value.magnitude.bitWidth > 512
    case .float(let value): value.isTooLarge
    default: false
    }
  }
}
