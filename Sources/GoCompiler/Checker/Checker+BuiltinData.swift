// Built-in functions that make and move data: `make new append copy clear close delete` (spec,
// "Making slices, maps and channels", "Appending to and copying slices", …).

import GoSyntax

extension Checker {
  func new(_ x: Expression, _ call: Call) -> Operand {
    guard call.arguments.count == 1 else {
      let few = call.arguments.isEmpty
      report(
        x,
        "invalid operation: \(few ? "not enough" : "too many") arguments for "
          + "\(ExpressionText.of(x)) (expected 1, found \(call.arguments.count))")
      return .invalid(x)
    }
    var operand = expressionOrType(call.arguments[0])
    if operand.isInvalid { return .invalid(x) }
    // Since Go 1.26 `new` takes a value too.
    if case .type = operand.mode { return Operand(.value, .pointer(operand.type), x) }
    assignment(&operand, nil, "argument to new")
    return operand.isInvalid ? .invalid(x) : Operand(.value, .pointer(operand.type), x)
  }

  func make(_ x: Expression, _ call: Call) -> Operand {
    guard let first = call.arguments.first else {
      report(
        x,
        "invalid operation: not enough arguments for \(ExpressionText.of(x)) "
          + "(expected 1, found 0)")
      return .invalid(x)
    }
    let type = typeExpression(first)
    let least: Int
    switch type.underlying {
    case .invalid:
      use(Array(call.arguments.dropFirst()))
      return .invalid(x)
    case .slice: least = 2
    case .map, .channel: least = 1
    default:
      report(
        first,
        "invalid argument: cannot make \(ExpressionText.of(first)): "
          + "type must be slice, map, or channel")
      use(Array(call.arguments.dropFirst()))
      return .invalid(x)
    }
    let count = call.arguments.count
    guard (least...least + 1).contains(count) else {
      report(
        x,
        "invalid operation: \(ExpressionText.of(x)) expects \(least) or \(least + 1) arguments; "
          + "found \(count)")
      return .invalid(x)
    }
    var sizes: [Int] = []
    for argument in call.arguments.dropFirst() {
      var size = expression(argument)
      if let value = size.constant, value.integerValue != nil, size.type.isUntyped {
        convertUntyped(&size, .basic(.int))
      }
      if let value = checkedIndex(&size, "index") { sizes.append(value) }
    }
    if sizes.count == 2, sizes[0] > sizes[1] {
      report(call.arguments[1], "invalid argument: length and capacity swapped")
    }
    return Operand(.value, type, x)
  }

  func append(_ x: Expression, _ call: Call, _ arguments: inout [Operand]) -> Operand {
    let slice = arguments[0]
    guard case .slice(let element) = slice.type.underlying else {
      let what = slice.isNil ? "untyped nil" : "\(slice)"
      report(slice, "invalid append: argument must be a slice; have \(what)")
      return .invalid(x)
    }
    let name = ExpressionText.of(call.function)
    if call.isSpread {
      guard arguments.count == 2 else {
        report(call.rightParen, "can only use ... with final argument in list")
        return .invalid(x)
      }
      // The bytes of a string.
      if element.basic?.canonical == .uint8, arguments[1].type.isString {
        useDefault(&arguments[1])
      } else {
        assignment(&arguments[1], .slice(element), "argument to \(name)")
      }
      return Operand(.value, slice.type, x)
    }
    for index in arguments.indices.dropFirst() {
      assignment(&arguments[index], element, "argument to \(name)")
    }
    return Operand(.value, slice.type, x)
  }

  func copy(_ x: Expression, _ arguments: [Operand]) -> Operand {
    let to = arguments[0]
    var from = arguments[1]
    guard case .slice(let element) = to.type.underlying else {
      report(
        to,
        "invalid copy: argument must be a slice; have "
          + (to.isNil ? "untyped nil" : "\(to)"))
      return .invalid(x)
    }
    let isBytes = element.basic?.canonical == .uint8
    var other = GoType.basic(.byte)
    if case .slice(let inner) = from.type.underlying {
      other = inner
    } else if !from.type.isString {
      report(
        from,
        "invalid copy: argument must be a slice; have "
          + (from.isNil ? "untyped nil" : "\(from)"))
      return .invalid(x)
    }
    guard GoType.identical(element, other) else {
      report(
        to,
        "invalid copy: arguments \(to) and \(from) have different element types "
          + "\(element) and \(other)")
      return .invalid(x)
    }
    if isBytes { useDefault(&from) }
    return Operand(.value, .basic(.int), x)
  }

  func clear(_ x: Expression, _ argument: Operand) -> Operand {
    switch argument.type.underlying {
    case .map, .slice: return Operand(.noValue, .tuple([]), x)
    default:
      report(
        argument,
        "invalid argument: cannot clear \(argument): argument must be (or constrained "
          + "by) map or slice")
      return .invalid(x)
    }
  }

  func close(_ x: Expression, _ argument: Operand) -> Operand {
    guard case .channel(let direction, _) = argument.type.underlying else {
      report(argument, "invalid operation: cannot close non-channel \(argument)")
      return .invalid(x)
    }
    if direction == .receive {
      report(argument, "invalid operation: cannot close receive-only channel \(argument)")
      return .invalid(x)
    }
    return Operand(.noValue, .tuple([]), x)
  }

  func delete(_ x: Expression, _ arguments: inout [Operand]) -> Operand {
    guard case .map(let key, _) = arguments[0].type.underlying else {
      report(arguments[0], "invalid argument: \(arguments[0]) is not a map")
      return .invalid(x)
    }
    assignment(&arguments[1], key, "argument to delete")
    return arguments[1].isInvalid ? .invalid(x) : Operand(.noValue, .tuple([]), x)
  }
}
