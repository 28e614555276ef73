// Calls and conversions as calls (spec, "Calls", "Passing arguments to ... parameters").

import GoSyntax

extension Checker {
  func call(_ x: Expression, _ call: Call) -> Operand {
    let function = calledOperand(call.function)
    switch function.mode {
    case .invalid:
      use(call.arguments)
      return .invalid(x)
    case .type: return conversionCall(x, call, function.type)
    case .builtin(let builtin): return builtinCall(x, call, builtin)
    default: break
    }
    guard let signature = function.type.signature else {
      report(function, "invalid operation: cannot call non-function \(function)")
      use(call.arguments)
      return .invalid(x)
    }
    arguments(x, call, signature)
    hasCallOrReceive = true
    switch signature.results.count {
    case 0: return Operand(.noValue, .tuple([]), x)
    default: return Operand(.value, signature.result, x)
    }
  }

  private func calledOperand(_ x: Expression) -> Operand {
    let operand = rawExpression(x)
    switch operand.mode {
    case .type, .builtin, .invalid: return operand
    case .noValue:
      report(operand, "\(operand) used as value")
      return operand.invalidated
    default: return single(operand)
    }
  }

  private func conversionCall(_ x: Expression, _ call: Call, _ type: GoType) -> Operand {
    guard let first = call.arguments.first else {
      report(x, "missing argument in conversion to \(type)")
      return .invalid(x)
    }
    if call.arguments.count > 1 {
      use(call.arguments)
      report(
        call.arguments[call.arguments.count - 1], "too many arguments in conversion to \(type)")
      return .invalid(x)
    }
    if call.isSpread {
      report(first, "invalid use of ... in conversion to \(type)")
      use(call.arguments)
      return .invalid(x)
    }
    var operand = expression(first, hint: type)
    if operand.isInvalid { return .invalid(x) }
    return conversion(x, &operand, type)
  }

  // MARK: Arguments

  /// The values of a list: several expressions, or one call with several results.
  func values(_ list: [Expression]) -> [Operand] {
    if list.count == 1 {
      let operand = multiExpression(list[0])
      guard !operand.isInvalid, case .tuple(let types) = operand.type else { return [operand] }
      return types.map { Operand(.value, $0, list[0]) }
    }
    return list.map { expression($0) }
  }

  private func arguments(_ x: Expression, _ call: Call, _ signature: Signature) {
    var values = values(call.arguments)
    let name = ExpressionText.of(call.function)
    let count = signature.parameters.count
    if call.isSpread {
      guard signature.isVariadic else {
        return report(
          call.arguments.last ?? x, "cannot use ... in call to non-variadic \(name)")
      }
      if call.arguments.count == 1, values.count > 1 {
        report(
          x, "cannot use ... with \(values.count)-valued \(ExpressionText.of(call.arguments[0]))")
        return
      }
    }
    let isVariadic = signature.isVariadic && !call.isSpread
    let fits = isVariadic ? values.count >= count - 1 : values.count == count
    guard fits else {
      return wrongCount(x, call, values, signature, name)
    }
    for index in values.indices {
      let parameter = signature.parameters[min(index, count - 1)].type
      var target = parameter
      if isVariadic, index >= count - 1, case .slice(let element) = parameter { target = element }
      assignment(&values[index], target, "argument to \(name)")
    }
  }

  private func wrongCount(
    _ x: Expression, _ call: Call, _ values: [Operand], _ signature: Signature, _ name: String
  ) {
    let isFew = values.count < signature.parameters.count
    let place: Position
    if isFew {
      place = (call.arguments.last ?? x).start
    } else if call.arguments.count == values.count {
      place = call.arguments[signature.parameters.count].start
    } else {
      place = call.arguments[0].start
    }
    let have = typesSummary(values.map(\.type), isSpread: call.isSpread)
    let want = typesSummary(
      signature.parameters.map(\.type), isVariadic: signature.isVariadic)
    report(
      place, "\(isFew ? "not enough" : "too many") arguments in call to \(name)",
      details: ["have \(have)", "want \(want)"])
  }

  /// `(int, number, ...string)`: types in brief, untyped numbers as `number`.
  func typesSummary(_ types: [GoType], isVariadic: Bool = false, isSpread: Bool = false) -> String {
    let parts = types.enumerated().map { index, type in
      let isLast = index == types.count - 1
      if case .basic(let basic) = type, basic.isUntyped {
        if type.isNumeric { return "number" }
        return basic == .untypedNil ? "nil" : basic.defaultType.name
      }
      if isLast, isVariadic, case .slice(let element) = type { return "...\(element)" }
      if isLast, isSpread { return "\(type)..." }
      return type.isInvalid ? "unknown type" : "\(type)"
    }
    return "(\(parts.joined(separator: ", ")))"
  }
}
