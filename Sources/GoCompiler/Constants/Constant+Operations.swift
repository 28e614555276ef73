// Constant arithmetic (spec, "Constant expressions").
//
// The operands have one type, or are untyped of one kind, when they come here, and division by zero
// was told. Integers divide towards zero; a mix of integer and fraction is a fraction.

import BigInt
import GoSyntax

extension Constant {
  /// Nil where the operator is not defined on these values.
  static func binary(_ a: Constant, _ op: Operator, _ b: Constant, dividesIntegers: Bool)
    -> Constant?
  {
    switch (a, b) {
    case (.bool(let x), .bool(let y)):
      return op == .andAnd ? .bool(x && y) : op == .orOr ? .bool(x || y) : nil
    case (.string(let x), .string(let y)): return op == .add ? .string(x + y) : nil
    case (.integer(let x), .integer(let y)):
      if op == .divide, !dividesIntegers { return .float(Rational(x, over: y)) }
      return integers(x, op, y).map { .integer($0) }
    default:
      guard let x = a.rational, let y = b.rational else { return nil }
      switch op {
      case .add: return .float(x + y)
      case .subtract: return .float(x - y)
      case .multiply: return .float(x * y)
      case .divide: return .float(x / y)
      default: return nil
      }
    }
  }

  private static func integers(_ x: BigInt, _ op: Operator, _ y: BigInt) -> BigInt? {
    switch op {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .remainder: x % y
    case .and: x & y
    case .or: x | y
    case .xor: x ^ y
    case .andNot: x & ~y
    default: nil
    }
  }

  static func shift(_ x: BigInt, _ op: Operator, by count: Int) -> BigInt {
    if op == .shiftLeft { return x << count }
    // Towards minus infinity, as in two's complement; the library shifts the magnitude.
    return x.sign == .plus ? x >> count : -1 - ((-1 - x) >> count)
  }

  /// - Parameter unsignedBits: the size of the type, where it is unsigned: `^0` has that many ones.
  static func unary(_ op: Operator, _ x: Constant, unsignedBits: Int?) -> Constant? {
    switch (op, x) {
    case (.add, .integer), (.add, .float): return x
    case (.subtract, .integer(let value)): return .integer(-value)
    case (.subtract, .float(let value)): return .float(-value)
    case (.not, .bool(let value)): return .bool(!value)
    case (.xor, .integer(let value)):
      guard let unsignedBits else { return .integer(-value - 1) }
      return .integer(value ^ ((BigInt(1) << unsignedBits) - 1))
    default: return nil
    }
  }

  static func compare(_ a: Constant, _ op: Operator, _ b: Constant) -> Bool? {
    if case (.bool(let x), .bool(let y)) = (a, b) {
      return op == .equal ? x == y : op == .notEqual ? x != y : nil
    }
    if case (.string(let x), .string(let y)) = (a, b) {
      return ordered(op, isLess: x.lexicographicallyPrecedes(y), isEqual: x == y)
    }
    guard let x = a.rational, let y = b.rational else { return nil }
    return ordered(op, isLess: x < y, isEqual: x == y)
  }

  private static func ordered(_ op: Operator, isLess: Bool, isEqual: Bool) -> Bool? {
    switch op {
    case .equal: isEqual
    case .notEqual: !isEqual
    case .less: isLess
    case .lessOrEqual: isLess || isEqual
    case .greater: !isLess && !isEqual
    case .greaterOrEqual: !isLess
    default: nil
    }
  }
}
