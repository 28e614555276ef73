// Untyped values and the types that contexts give them (spec, "Constants", "Representability").
//
// An untyped operand keeps its kind until something demands a type: then the whole expression below
// it gets that type too, except where a comparison or a shift cuts it off. So `x := 1<<s + 2` makes
// the shift an `int` only once the assignment has decided, and the shift's rule (its operand must
// be an integer) is checked there.

import BigInt
import GoSyntax

extension Checker {
  enum Misfit { case mismatch, truncated, overflow }

  /// Gives an untyped operand the type `target`, or its default for an interface.
  func convertUntyped(_ x: inout Operand, _ target: GoType) {
    switch implicitType(x, target) {
    case .success(let (type, value)):
      setType(&x, type, value)
    case .failure(let misfit):
      invalidConversion(x, target.underlying, misfit.misfit)
      x = x.invalidated
    }
  }

  func setType(_ x: inout Operand, _ type: GoType, _ value: Constant?) {
    let wasUntyped = x.type.isUntyped
    if let value, x.isConstant { x.mode = .constant(value) }
    guard wasUntyped, !GoType.identical(x.type, type) else { return }
    x.type = type
    if !finalize(x.expression, type, value) { x = x.invalidated }
  }

  func invalidConversion(_ x: Operand, _ target: GoType, _ misfit: Misfit) {
    switch misfit {
    case .truncated: report(x, "\(x) truncated to \(target)")
    case .overflow: report(x, "\(x) overflows \(target)")
    case .mismatch: report(x, "cannot convert \(x) to type \(target)")
    }
  }

  struct MisfitError: Error { let misfit: Misfit }

  /// What `x` becomes as a `target`; for what is typed already, what it is.
  func implicitType(_ x: Operand, _ target: GoType) -> Result<(GoType, Constant?), MisfitError> {
    if x.isInvalid || !x.type.isUntyped || target.isInvalid { return .success((x.type, nil)) }
    let mismatch = Result<(GoType, Constant?), MisfitError>.failure(.init(misfit: .mismatch))
    guard case .basic(let untyped) = x.type else { return mismatch }

    if case .basic(let other) = target, other.isUntyped {
      if x.isNil || other == .untypedNil {
        return x.isNil && other == .untypedNil ? .success((x.type, nil)) : mismatch
      }
      if x.type.isNumeric, target.isNumeric {
        return .success((untyped.untypedRank < other.untypedRank ? target : x.type, nil))
      }
      return untyped.kind == other.kind ? .success((x.type, nil)) : mismatch
    }

    switch target.underlying {
    case .basic(let basic):
      if let value = x.constant {
        switch representation(value, x.type, basic) {
        case .success(let value): return .success((target, value))
        case .failure(let error): return .failure(error)
        }
      }
      // Not constant: a comparison or a shift.
      let fits: Bool =
        switch untyped.kind {
        case .boolean: basic.kind == .boolean
        case .integer, .float: target.isNumeric
        case .string: basic.kind == .string
        default: false
        }
      return fits ? .success((target, nil)) : mismatch
    case .interface(let interface):
      if x.isNil { return .success((target, nil)) }
      if !interface.isEmpty { return mismatch }
      return defaulted(x, untyped)
    case .pointer, .function, .slice, .map, .channel:
      return x.isNil ? .success((target, nil)) : mismatch
    default: return mismatch
    }
  }

  private func defaulted(
    _ x: Operand, _ untyped: BasicType
  ) -> Result<(GoType, Constant?), MisfitError> {
    let type = untyped.defaultType
    guard let value = x.constant else { return .success((.basic(type), nil)) }
    switch representation(value, x.type, type) {
    case .success(let value): return .success((.basic(type), value))
    case .failure(let error): return .failure(error)
    }
  }

  func representation(
    _ value: Constant, _ from: GoType, _ to: BasicType
  ) -> Result<Constant, MisfitError> {
    if let result = value.represented(as: to) { return .success(result) }
    let target = GoType.basic(to)
    guard from.isNumeric, target.isNumeric else { return .failure(.init(misfit: .mismatch)) }
    let isTruncated = !from.isInteger && target.isInteger && value.integerValue == nil
    let isFloat = !from.isInteger && target.isInteger
    return .failure(.init(misfit: isTruncated || isFloat ? .truncated : .overflow))
  }

  /// Gives the untyped expressions below `x` their final type. False after an error.
  private func finalize(_ x: Expression, _ type: GoType, _ value: Constant?) -> Bool {
    guard let old = package[x], old.type.isUntyped else { return true }
    switch x.kind {
    case .parenthesized(let inner):
      if !finalize(inner, type, value) { return false }
    case .unary(let op, let inner):
      // A constant's operands were needed for its value only.
      if old.constant == nil, op != .and, !finalize(inner, type, nil) { return false }
    case .binary(let op, let left, let right) where old.constant == nil:
      if op.isComparison {
      } else if op.isShift {
        if !finalize(left, type, nil) { return false }
      } else if !finalize(left, type, nil) || !finalize(right, type, nil) {
        return false
      }
    default: break
    }
    if !type.isUntyped, old.constant == nil, isShift(x), !type.isInteger {
      if case .binary(_, let left, _) = x.withoutParentheses.kind {
        report(
          x,
          "invalid operation: shifted operand \(ExpressionText.of(left)) (type \(type)) "
            + "must be integer")
      }
      return false
    }
    var constant = old.constant
    if let value { constant = value }
    if value == nil, let known = constant, let basic = type.basic {
      switch representation(known, old.type, basic) {
      case .success(let fitting): constant = fitting
      case .failure(let error):
        let operand = Operand(.constant(known), old.type, x)
        invalidConversion(operand, type, error.misfit)
        return false
      }
    }
    package.facts[x.id] = Fact(type: type, use: old.use, constant: constant)
    return true
  }

  private func isShift(_ x: Expression) -> Bool {
    if case .binary(let op, _, _) = x.withoutParentheses.kind { return op.isShift }
    return false
  }

  /// The type that an untyped operand has where nothing demands another.
  func useDefault(_ x: inout Operand) {
    guard case .basic(let type) = x.type, type.isUntyped, !x.isInvalid else { return }
    convertUntyped(&x, .basic(type.defaultType))
  }

  // MARK: Overflow

  /// A constant that was just made must fit its type, or 512 bits.
  func overflowChecked(_ x: Operand, at position: Position) -> Operand {
    guard let value = x.constant else { return x }
    if !x.type.isUntyped {
      guard let basic = x.type.basic else { return x }
      var result = x
      switch representation(value, x.type, basic) {
      case .success(let fitting): result.mode = .constant(fitting)
      case .failure(let error):
        invalidConversion(x, x.type, error.misfit)
        return x.invalidated
      }
      return result
    }
    if value.isTooLarge {
      let name = Self.operationName(x.expression)
      report(position, "constant \(name.isEmpty ? "" : name + " ")overflow")
      return x.invalidated
    }
    return x
  }

  private static func operationName(_ x: Expression) -> String {
    switch x.kind {
    case .binary(.add, _, _): "addition"
    case .binary(.subtract, _, _): "subtraction"
    case .binary(.xor, _, _): "bitwise XOR"
    case .binary(.multiply, _, _): "multiplication"
    case .binary(.shiftLeft, _, _): "shift"
    case .unary(.xor, _): "bitwise complement"
    default: ""
    }
  }
}
