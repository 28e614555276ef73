// Operators (spec, "Operators", "Arithmetic operators", "Comparison operators", "Receive operator",
// "Address operators").

import BigInt
import GoSyntax

extension Checker {
  // MARK: One operand

  func unary(_ x: Expression, _ op: Operator, _ inner: Expression, _ hint: GoType?) -> Operand {
    if op == .and { return addressOf(x, inner, hint) }
    let operand = expression(inner)
    if operand.isInvalid { return .invalid(x) }
    if op == .receive { return receive(x, operand) }
    if op == .tilde {
      report(
        x,
        operand.type.isInteger
          ? "cannot use ~ outside of interface or type constraint (use ^ for bitwise complement)"
          : "cannot use ~ outside of interface or type constraint")
      return .invalid(x)
    }
    let isDefined =
      switch op {
      case .add, .subtract: operand.type.isNumeric
      case .xor: operand.type.isInteger
      default: operand.type.isBoolean
      }
    guard isDefined else {
      report(operand, "invalid operation: operator \(op.text) not defined on \(operand)")
      return .invalid(x)
    }
    guard let value = operand.constant else { return Operand(.value, operand.type, x) }
    let bits = operand.type.isUnsigned ? operand.type.basic?.bits : nil
    guard let result = Constant.unary(op, value, unsignedBits: bits) else { return .invalid(x) }
    return overflowChecked(Operand(.constant(result), operand.type, x), at: x.position)
  }

  private func addressOf(_ x: Expression, _ inner: Expression, _ hint: GoType?) -> Operand {
    let bare = inner.withoutParentheses
    if case .composite = bare.kind {
      let operand = expression(inner, hint: hint?.pointee)
      return operand.isInvalid ? .invalid(x) : Operand(.value, .pointer(operand.type), x)
    }
    let operand = expression(inner)
    if operand.isInvalid { return .invalid(x) }
    guard operand.isAddressable else {
      report(operand, "invalid operation: cannot take address of \(operand)")
      return .invalid(x)
    }
    takeAddress(inner)
    return Operand(.value, .pointer(operand.type), x)
  }

  private func receive(_ x: Expression, _ operand: Operand) -> Operand {
    guard case .channel(let direction, let element) = operand.type.underlying else {
      report(
        operand, "invalid operation: cannot receive from non-channel \(operand.type) \(operand)")
      return .invalid(x)
    }
    if direction == .send {
      report(
        operand,
        "invalid operation: cannot receive from send-only channel \(operand.type) \(operand)")
      return .invalid(x)
    }
    hasCallOrReceive = true
    return Operand(.commaOK, element, x)
  }

  // MARK: Two operands

  func binary(_ x: Expression, _ op: Operator, _ left: Expression, _ right: Expression)
    -> Operand
  {
    var a = expression(left)
    var b = expression(right)
    return binary(x, op, &a, &b, assigning: false)
  }

  /// - Parameter assigning: `x op= y`: the message shows it so.
  func binary(
    _ x: Expression, _ op: Operator, _ a: inout Operand, _ b: inout Operand, assigning: Bool
  ) -> Operand {
    if a.isInvalid || b.isInvalid { return .invalid(x) }
    if op.isShift { return shift(x, op, &a, &b) }
    let isMixed = a.type.isInterface != b.type.isInterface
    guard op.isComparison || !isMixed, match(&a, &b) else {
      if op.isComparison, let (at, cause) = incomparable(op, a, b) {
        report(at, "invalid operation: \(ExpressionText.of(x)) (\(cause))")
        return .invalid(x)
      }
      mismatched(x, op, a, b, assigning)
      return .invalid(x)
    }
    if a.isInvalid || b.isInvalid { return .invalid(x) }
    if op.isComparison { return comparison(x, op, &a, &b) }
    guard GoType.identical(a.type, b.type) else {
      mismatched(x, op, a, b, assigning)
      return .invalid(x)
    }
    guard isDefined(op, a) else {
      report(a, "invalid operation: operator \(op.text) not defined on \(a)")
      return .invalid(x)
    }
    if op == .divide || op == .remainder, a.type.isInteger || a.isConstant,
      let divisor = b.constant, divisor.isZero
    {
      report(b, "invalid operation: division by zero")
      return .invalid(x)
    }
    guard let left = a.constant, let right = b.constant else {
      return Operand(.value, a.type, x)
    }
    guard
      let value = Constant.binary(left, op, right, dividesIntegers: a.type.isInteger)
    else { return .invalid(x) }
    return overflowChecked(Operand(.constant(value), a.type, x), at: x.position)
  }

  private func mismatched(
    _ x: Expression, _ op: Operator, _ a: Operand, _ b: Operand, _ assigning: Bool
  ) {
    let shown =
      assigning
      ? "\(ExpressionText.of(a.expression)) \(op.text)= \(ExpressionText.of(b.expression))"
      : ExpressionText.of(x)
    report(a, "invalid operation: \(shown) (mismatched types \(a.type) and \(b.type))")
  }

  private func isDefined(_ op: Operator, _ x: Operand) -> Bool {
    switch op {
    case .add: x.type.isNumeric || x.type.isString
    case .subtract, .multiply, .divide: x.type.isNumeric
    case .andAnd, .orOr: x.type.isBoolean
    default: x.type.isInteger
    }
  }

  /// Gives an untyped operand the other's type. False where they cannot meet.
  func match(_ a: inout Operand, _ b: inout Operand) -> Bool {
    guard a.type.isUntyped || b.type.isUntyped else { return true }
    guard mayMatch(a, b) else { return true }
    guard case .success(let (typeA, valueA)) = implicitType(a, b.type) else { return misfit(&a, b) }
    guard case .success(let (typeB, valueB)) = implicitType(b, a.type) else { return misfit(&b, a) }
    setType(&a, typeA, valueA)
    setType(&b, typeB, valueB)
    return true
  }

  /// A constant that does not fit says so; anything else is a mismatch.
  private func misfit(_ x: inout Operand, _ other: Operand) -> Bool {
    guard x.isConstant, case .failure(let error) = implicitType(x, other.type),
      error.misfit != .mismatch
    else { return false }
    invalidConversion(x, other.type.underlying, error.misfit)
    x = x.invalidated
    return true
  }

  private func mayMatch(_ a: Operand, _ b: Operand) -> Bool {
    if a.isNil { return b.type.hasNil }
    if b.isNil { return a.type.hasNil }
    if a.type.isInterface || b.type.isInterface { return true }
    if a.type.isBoolean != b.type.isBoolean || a.type.isString != b.type.isString { return false }
    if case .pointer = a.type.underlying { return false }
    if case .pointer = b.type.underlying { return false }
    return true
  }

  // MARK: Comparisons

  private func comparison(
    _ x: Expression, _ op: Operator, _ a: inout Operand, _ b: inout Operand
  ) -> Operand {
    if let (at, cause) = incomparable(op, a, b) {
      report(
        at,
        "invalid operation: \(ExpressionText.of(a.expression)) \(op.text) "
          + "\(ExpressionText.of(b.expression)) (\(cause))")
      return .invalid(x)
    }
    if let left = a.constant, let right = b.constant,
      let result = Constant.compare(left, op, right)
    {
      return Operand(.constant(.bool(result)), .basic(.untypedBool), x)
    }
    // The operands will never get a type from the comparison: they take their own.
    useDefault(&a)
    useDefault(&b)
    return Operand(.value, .basic(.untypedBool), x)
  }

  /// Where and why `a op b` is not defined.
  func incomparable(_ op: Operator, _ a: Operand, _ b: Operand) -> (at: Operand, cause: String)? {
    guard isAssignable(a, to: b.type) || isAssignable(b, to: a.type) else {
      return (b, "mismatched types \(a.type) and \(b.type)")
    }
    if op == .equal || op == .notEqual {
      if a.isNil || b.isNil {
        if a.isNil, b.isNil { return (b, "operator \(op.text) not defined on \(b.type)") }
        return (a.isNil ? b : a).type.hasNil
          ? nil : (b, "operator \(op.text) not defined on \(b.type.compositeKind ?? "\(b.type)")")
      }
      for (one, isFirst) in [(a, true), (b, false)] where !one.type.isComparable {
        let cause = one.type.incomparableCause
        return (
          isFirst ? a : b,
          cause.isEmpty
            ? "operator \(op.text) not defined on \(one.type.compositeKind ?? "\(one.type)")"
            : cause
        )
      }
      return nil
    }
    for one in [a, b] where !one.type.isOrdered {
      let what = one.type.compositeKind ?? "\(one.type)"
      return (one, "operator \(op.text) not defined on \(what)")
    }
    return nil
  }

  // MARK: Shifts

  private func shift(
    _ x: Expression, _ op: Operator, _ a: inout Operand, _ b: inout Operand
  ) -> Operand {
    let isIntegral =
      a.type.isUntyped
      ? a.constant?.integerValue != nil || a.type.isInteger
      : a.type.isInteger
    guard isIntegral, !a.isNil else {
      report(a, "invalid operation: shifted operand \(a) must be integer")
      return .invalid(x)
    }
    guard shiftCount(&b) else { return .invalid(x) }

    if let value = a.constant?.integerValue {
      if let count = b.constant?.integerValue {
        return constantShift(x, op, a, value, b, count)
      }
      if a.type.isUntyped {
        // What it is, the context decides: until then an integer of the left operand's kind.
        if case .basic(.untypedFloat) = a.type {
          package.facts[a.expression.id]?.constant = .integer(value)
        }
        return Operand(.value, a.type, x)
      }
    }
    guard a.type.isInteger else {
      report(a, "invalid operation: shifted operand \(a) must be integer")
      return .invalid(x)
    }
    return Operand(.value, a.type, x)
  }

  private func shiftCount(_ b: inout Operand) -> Bool {
    if let value = b.constant {
      if value.isNegative {
        report(b, "invalid operation: negative shift count \(b)")
        return false
      }
      if b.type.isUntyped {
        guard value.integerValue != nil, b.type.isNumeric else {
          if b.type.isNumeric {
            convertUntyped(&b, .basic(.uint))
            return false
          }
          report(b, "invalid operation: shift count \(b) must be integer")
          return false
        }
        let isLarge = value.represented(as: .uint) == nil
        if isLarge {
          report(b, "invalid operation: invalid shift count \(b)")
          return false
        }
        if case .basic(.untypedFloat) = b.type { convertUntyped(&b, .basic(.uint)) }
        return !b.isInvalid
      }
    }
    if b.isConstant || b.type.isInteger {
      guard b.type.isInteger else {
        report(b, "invalid operation: shift count \(b) must be integer")
        return false
      }
      if b.type.isUntyped, !b.isConstant { convertUntyped(&b, .basic(.uint)) }
      return !b.isInvalid
    }
    if b.type.isUntyped, b.type.isNumeric {
      convertUntyped(&b, .basic(.uint))
      return !b.isInvalid
    }
    report(b, "invalid operation: shift count \(b) must be integer")
    return false
  }

  private func constantShift(
    _ x: Expression, _ op: Operator, _ a: Operand, _ value: BigInt, _ b: Operand, _ count: BigInt
  ) -> Operand {
    // Beyond this every result overflows or is nothing; Go's bound.
    let most = 1023 - 1 + 52
    guard count <= most else {
      report(b, "invalid operation: invalid shift count \(b)")
      return .invalid(x)
    }
    var type = a.type
    if type.isUntyped, !type.isInteger { type = .basic(.untypedInt) }
    let result = Constant.shift(value, op, by: Int(count))
    return overflowChecked(Operand(.constant(.integer(result)), type, x), at: x.position)
  }
}
