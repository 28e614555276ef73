// Conversions (spec, "Conversions").

import BigInt
import GoSyntax

extension Checker {
  func conversion(_ x: Expression, _ operand: inout Operand, _ type: GoType) -> Operand {
    if type.isInvalid { return .invalid(x) }
    if type.basic?.kind == .complex {
      report(x, "complex numbers are not supported")
      return .invalid(x)
    }
    if let value = operand.constant, type.isConstantType, let basic = type.basic {
      return constantConversion(x, operand, value, type, basic)
    }
    guard isConvertible(operand, to: type) else {
      var cause = ""
      _ = isAssignable(operand, to: type, &cause)
      let isHint = cause == "need type assertion"
      report(
        operand,
        "cannot convert \(operand) to type \(type)"
          + (cause.isEmpty ? "" : isHint ? ": need type assertion" : ": \(cause)"))
      return .invalid(x)
    }
    if operand.type.isUntyped {
      var final = type
      if operand.isNil {
        final = type
      } else if type.isInterface || operand.isConstant && !type.isConstantType,
        case .basic(let untyped) = operand.type
      {
        final = .basic(untyped.defaultType)
      } else if operand.type.isInteger, type.isString, case .basic(let untyped) = operand.type {
        final = .basic(untyped.defaultType)
      }
      setType(&operand, final, nil)
      if operand.isInvalid { return .invalid(x) }
    }
    return Operand(.value, type, x)
  }

  private func constantConversion(
    _ x: Expression, _ operand: Operand, _ value: Constant, _ type: GoType, _ basic: BasicType
  ) -> Operand {
    var result: Constant?
    if case .success(let fitting) = representation(value, operand.type, basic) {
      result = fitting
    } else if operand.type.isInteger, type.isString, let integer = value.integerValue {
      result = Constant.string(ofRune: integer)
    }
    guard let result else {
      if operand.type.isInteger, type.isInteger {
        report(operand, "constant \(value) overflows \(type)")
      } else {
        report(operand, "cannot convert \(operand) to type \(type)")
      }
      return .invalid(x)
    }
    var source = operand
    if operand.type.isUntyped {
      // An integer made a string is a rune of its own type; one that is too large for that stays
      // untyped, and nobody evaluates it.
      let isRune = operand.type.isInteger && type.isString
      let isTooLarge = isRune && value.intValue == nil
      if !isTooLarge, case .basic(let untyped) = operand.type {
        setType(
          &source, isRune ? .basic(untyped.defaultType) : type, isRune ? nil : result)
      }
    }
    return Operand(.constant(result), type, x)
  }

  private func isConvertible(_ x: Operand, to type: GoType) -> Bool {
    if isAssignable(x, to: type) { return true }
    if x.isNil { return false }
    let (from, to) = (x.type.underlying, type.underlying)
    if GoType.identicalIgnoringTags(from, to) { return true }
    if x.type.isPointerLiteral, type.isPointerLiteral, let a = x.type.pointee,
      let b = type.pointee, GoType.identicalIgnoringTags(a.underlying, b.underlying)
    {
      return true
    }
    if (x.type.isInteger || x.type.isFloat) && (type.isInteger || type.isFloat) { return true }
    if type.isString {
      if x.type.isInteger { return true }
      if case .slice(let element) = from { return element.isByteOrRune }
    }
    if x.type.isString, case .slice(let element) = to { return element.isByteOrRune }
    if case .slice(let element) = from {
      if case .array(_, let other) = to { return GoType.identical(element, other) }
      if case .pointer(let pointee) = to, case .array(_, let other) = pointee.underlying {
        return GoType.identical(element, other)
      }
    }
    return false
  }
}

extension GoType {
  fileprivate var isByteOrRune: Bool {
    let basic = self.basic?.canonical
    return basic == .uint8 || basic == .int32
  }
}
