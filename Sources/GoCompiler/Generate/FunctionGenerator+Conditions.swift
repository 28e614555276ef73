// Comparisons and conditions (spec, "Comparison operators", "Logical operators").
//
// A condition is code that branches or falls through; only where a boolean is wanted as a value is
// it made into one.

import GoSyntax
import GreyBytecode

extension FunctionGenerator {
  /// Jumps when the condition is `wanted`, else falls through.
  func condition(_ x: Expression, _ label: Label, when wanted: Bool) {
    let bare = x.withoutParentheses
    if let truth = fact(x).constant?.boolValue {
      if truth == wanted { builder.jump(label) }
      return
    }
    switch bare.kind {
    case .unary(.not, let inner): return condition(inner, label, when: !wanted)
    case .binary(let op, let left, let right) where op.isLogical:
      if (op == .orOr) == wanted {
        condition(left, label, when: wanted)
        condition(right, label, when: wanted)
      } else {
        let past = Label()
        condition(left, past, when: !wanted)
        condition(right, label, when: wanted)
        builder.place(past)
      }
      return
    case .binary(let op, let left, let right) where op.isComparison:
      let type = operandType(left, right)
      if type.isInteger || type.isBoolean {
        let wantedOp = wanted ? op : op.opposite
        if jumpImmediate(label, wantedOp, left, right, type) { return }
        let (a, b) = (value(left), value(right))
        jump(label, when: wanted ? op : op.opposite, a, b, isUnsigned: type.isUnsigned)
        return
      }
    default: break
    }
    builder.jump(label, if: value(x), is: wanted)
  }

  /// Against a constant of 32 bits, on either side.
  private func jumpImmediate(
    _ label: Label, _ op: Operator, _ left: Expression, _ right: Expression, _ type: GoType
  ) -> Bool {
    guard type.isInteger, !type.isUnsigned || op == .equal || op == .notEqual else { return false }
    var (operand, constant, op) = (left, fact(right).constant, op)
    if constant == nil { (operand, constant, op) = (right, fact(left).constant, op.mirrored) }
    guard fact(operand).constant == nil,
      let number = constant?.intValue.flatMap({ Int32(exactly: $0) })
    else { return false }
    let opcode: Opcode =
      switch op {
      case .equal: .jumpEqualImmediate
      case .notEqual: .jumpNotEqualImmediate
      case .less: .jumpLessImmediate
      case .lessOrEqual: .jumpLessOrEqualImmediate
      case .greater: .jumpGreaterImmediate
      default: .jumpGreaterOrEqualImmediate
      }
    builder.jump(label, if: opcode, value(operand), immediate: number)
    return true
  }

  func jump(_ label: Label, when op: Operator, _ a: Int, _ b: Int, isUnsigned: Bool) {
    switch op {
    case .equal: builder.jump(label, if: .jumpEqual, a, b)
    case .notEqual: builder.jump(label, if: .jumpNotEqual, a, b)
    case .less: builder.jump(label, if: isUnsigned ? .jumpLessUnsigned : .jumpLessSigned, a, b)
    case .greater: builder.jump(label, if: isUnsigned ? .jumpLessUnsigned : .jumpLessSigned, b, a)
    case .lessOrEqual:
      builder.jump(label, if: isUnsigned ? .jumpLessOrEqualUnsigned : .jumpLessOrEqualSigned, a, b)
    default:
      builder.jump(label, if: isUnsigned ? .jumpLessOrEqualUnsigned : .jumpLessOrEqualSigned, b, a)
    }
  }

  /// What both sides are compared as.
  func operandType(_ left: Expression, _ right: Expression) -> GoType {
    let (a, b) = (type(left), type(right))
    if fact(left).use == .nilValue || a.isNil { return b }
    if fact(right).use == .nilValue || b.isNil { return a }
    if a.isInterface != b.isInterface { return a.isInterface ? a : b }
    if a.isUntyped { return b.isUntyped ? .basic((a.basic ?? .int).defaultType) : b }
    return a
  }

  /// Nil for integers and booleans: they branch.
  func comparison(
    _ op: Operator, _ left: Expression, _ right: Expression, _ into: Int?
  ) -> Int? {
    let type = operandType(left, right)
    if type.isBoolean { return nil }
    let a = value(left, as: type)
    let b = value(right, as: type)
    return compare(op, a, b, type, into)
  }

  func compare(_ op: Operator, _ a: Int, _ b: Int, _ type: GoType, _ into: Int?) -> Int {
    let slot = into ?? data()
    let (first, second) = op == .greater || op == .greaterOrEqual ? (b, a) : (a, b)
    let isStrict = op == .less || op == .greater
    if type.isInteger || type.isBoolean || type.isFloat {
      let isUnsigned = type.isUnsigned
      let opcode: Opcode =
        switch op {
        case .equal: type.isFloat ? .equalFloat : .equal
        case .notEqual: type.isFloat ? .notEqualFloat : .notEqual
        default:
          type.isFloat
            ? isStrict ? .lessFloat : .lessOrEqualFloat
            : isUnsigned
              ? isStrict ? .lessUnsigned : .lessOrEqualUnsigned
              : isStrict ? .lessSigned : .lessOrEqualSigned
        }
      builder.emit(opcode, slot, first, second)
      return slot
    }
    if type.isString {
      if op == .equal || op == .notEqual {
        builder.emit(.equalString, slot, a, b)
      } else {
        let (order, zero) = (data(), data())
        builder.emit(.compareString, order, first, second)
        builder.constant(0, into: zero)
        builder.emit(isStrict ? .lessSigned : .lessOrEqualSigned, slot, order, zero)
        return slot
      }
    } else if type.memoryKind == .reference {
      builder.emit(.equalReference, slot, a, b)
    } else if case .slice = type.underlying {
      // Only with nil.
      builder.emit(.equalReference, slot, a, b)
    } else if type.isInterface {
      builder.emit(.equalInterface, slot, a, b)
    } else {
      builder.emit(
        .equalInterface, slot, boxed(a, type, isInFrame: true, into: nil),
        boxed(b, type, isInFrame: true, into: nil))
    }
    if op == .notEqual { builder.emit(.logicalNot, slot, slot) }
    return slot
  }
}

extension Operator {
  /// What holds with the sides changed.
  var mirrored: Operator {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    default: self
    }
  }

  /// Of integers: what holds when this does not.
  var opposite: Operator {
    switch self {
    case .equal: .notEqual
    case .notEqual: .equal
    case .less: .greaterOrEqual
    case .lessOrEqual: .greater
    case .greater: .lessOrEqual
    default: .less
    }
  }
}
