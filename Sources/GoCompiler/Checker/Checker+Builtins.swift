// Built-in functions (spec, "Built-in functions"), but those that make and move data, which are in
// `Checker+BuiltinData`.

import BigInt
import GoSyntax

extension Checker {
  func builtinCall(_ x: Expression, _ call: Call, _ builtin: Builtin) -> Operand {
    if call.isSpread, builtin != .append {
      report(
        call.arguments.last ?? x,
        "invalid operation: invalid use of ... with built-in "
          + builtin.rawValue)
      use(call.arguments)
      return .invalid(x)
    }
    switch builtin {
    case .complex, .real, .imag:
      report(x, "complex numbers are not supported")
      use(call.arguments)
      return .invalid(x)
    case .make: return make(x, call)
    case .new: return new(x, call)
    default: break
    }
    let outer = hasCallOrReceive
    hasCallOrReceive = false
    var arguments = values(call.arguments)
    let argumentsCall = hasCallOrReceive
    hasCallOrReceive = outer || argumentsCall
    if call.arguments.isEmpty { arguments = [] }
    if arguments.contains(where: \.isInvalid) {
      // A literal of the type that is being declared is silent: its declaration may be sound.
      if Builtin.ofUnsafe.contains(builtin), problems.isEmpty {
        report(call.arguments[0], "invalid recursive type: it has no size while it is declared")
      }
      return .invalid(x)
    }
    guard checkCount(x, builtin, arguments.count) else { return .invalid(x) }

    switch builtin {
    case .sizeof, .alignof, .offsetof:
      hasCallOrReceive = outer
      return layout(x, call, builtin, arguments[0])
    case .len, .cap:
      let isConstant = !argumentsCall
      if isConstant { hasCallOrReceive = outer }
      return length(x, builtin, arguments[0], mayBeConstant: isConstant)
    case .append: return append(x, call, &arguments)
    case .copy: return copy(x, arguments)
    case .clear: return clear(x, arguments[0])
    case .close: return close(x, arguments[0])
    case .delete: return delete(x, &arguments)
    case .min, .max: return extreme(x, builtin, &arguments)
    case .panic:
      assignment(&arguments[0], Universe.any, "argument to panic")
      return arguments[0].isInvalid ? .invalid(x) : Operand(.noValue, .tuple([]), x)
    case .print, .println:
      for index in arguments.indices {
        assignment(&arguments[index], nil, "argument to built-in \(builtin.rawValue)")
      }
      return Operand(.noValue, .tuple([]), x)
    case .recover:
      function?.callsRecover = true
      return Operand(.value, Universe.any, x)
    default: return .invalid(x)
    }
  }

  private func checkCount(
    _ x: Expression, _ builtin: Builtin, _ found: Int
  ) -> Bool {
    let (least, most): (Int, Int) =
      switch builtin {
      case .append, .min, .max: (1, .max)
      case .print, .println: (0, .max)
      case .copy, .delete: (2, 2)
      case .recover: (0, 0)
      default: (1, 1)
      }
    if (least...most).contains(found) { return true }
    let what = found < least ? "not enough" : "too many"
    report(
      x,
      "invalid operation: \(what) arguments for \(ExpressionText.of(x)) "
        + "(expected \(least), found \(found))")
    return false
  }

  /// Of package `unsafe`: numbers of the layout that the machine has, which is Go's.
  private func layout(
    _ x: Expression, _ call: Call, _ builtin: Builtin, _ argument: Operand
  ) -> Operand {
    var operand = argument
    useDefault(&operand)
    guard Self.hasLayout(operand.type, []) else {
      report(operand, "invalid recursive type: it has no size while it is declared")
      return .invalid(x)
    }
    let whole = TypeLayout.of(operand.type)
    var number = builtin == .sizeof ? whole.size : whole.alignment
    if builtin == .offsetof {
      let bare = call.arguments[0].withoutParentheses
      guard case .selector(let inner, _) = bare.kind, let selection = package.selections[bare.id],
        selection.kind == .field, var type = package[inner]?.type
      else {
        report(operand, "invalid argument: \(operand) is not a selector expression")
        return .invalid(x)
      }
      number = 0
      for index in selection.path {
        guard let structure = (type.pointee ?? type).structure else { return .invalid(x) }
        number = (type.pointee == nil ? number : 0) + TypeLayout.fields(structure).offsets[index]
        type = structure.fields[index].type
      }
    }
    return Operand(.constant(.integer(BigInt(number))), .basic(.uintptr), x)
  }

  /// False for a type that is still being declared, and for one that contains itself.
  private static func hasLayout(_ type: GoType, _ around: [NamedType]) -> Bool {
    if let named = type.namedType {
      if !named.isComplete || around.contains(where: { $0 === named }) { return false }
      return hasLayout(named.underlying, around + [named])
    }
    switch type {
    case .array(_, let element): return hasLayout(element, around)
    case .structure(let structure):
      return structure.fields.allSatisfy { hasLayout($0.type, around) }
    default: return true
    }
  }

  private func length(
    _ x: Expression, _ builtin: Builtin, _ argument: Operand, mayBeConstant: Bool
  ) -> Operand {
    var operand = argument
    if builtin == .len, operand.type.isString {
      if let bytes = operand.constant?.bytes {
        useDefault(&operand)
        return Operand(.constant(.integer(BigInt(bytes.count))), .basic(.int), x)
      }
      return Operand(.value, .basic(.int), x)
    }
    var type = operand.type.underlying
    if let pointee = type.pointee, case .array = pointee.underlying { type = pointee.underlying }
    switch type {
    case .array(let count, _):
      return mayBeConstant
        ? Operand(.constant(.integer(BigInt(count))), .basic(.int), x)
        : Operand(.value, .basic(.int), x)
    case .slice, .channel: return Operand(.value, .basic(.int), x)
    case .map where builtin == .len: return Operand(.value, .basic(.int), x)
    default:
      report(operand, "invalid argument: \(operand) for built-in \(builtin.rawValue)")
      return .invalid(x)
    }
  }

  private func extreme(
    _ x: Expression, _ builtin: Builtin, _ arguments: inout [Operand]
  ) -> Operand {
    for one in arguments where !one.type.isOrdered {
      report(one, "invalid argument: \(one) cannot be ordered")
      return .invalid(x)
    }
    var result = arguments[0]
    for index in arguments.indices.dropFirst() {
      let previous = result.type
      guard match(&result, &arguments[index]),
        GoType.identical(result.type, arguments[index].type)
      else {
        report(
          arguments[index],
          "invalid argument: mismatched types \(previous) (previous argument) "
            + "and \(arguments[index].type) (type of "
            + "\(ExpressionText.of(arguments[index].expression)))")
        return .invalid(x)
      }
      if result.isInvalid || arguments[index].isInvalid { return .invalid(x) }
      guard let a = result.constant, let b = arguments[index].constant,
        let isLess = Constant.compare(b, .less, a)
      else {
        result.mode = .value
        continue
      }
      if isLess == (builtin == .min) { result.mode = .constant(b) }
    }
    // All of them have the result's type, also those seen before it was known.
    if !result.isConstant {
      useDefault(&result)
      for index in arguments.indices where arguments[index].type.isUntyped {
        convertUntyped(&arguments[index], result.type)
      }
    }
    return Operand(result.isConstant ? result.mode : .value, result.type, x)
  }
}
