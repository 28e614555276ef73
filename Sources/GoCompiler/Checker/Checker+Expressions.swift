// Expressions (spec, "Expressions"): the entrances, names, and the dispatch over kinds.

import BigInt
import GoSyntax

extension Checker {
  /// One value.
  func expression(_ x: Expression, hint: GoType? = nil) -> Operand {
    let operand = rawExpression(x, hint: hint)
    return single(exclude(operand))
  }

  /// One value, or the values of a call.
  func multiExpression(_ x: Expression) -> Operand {
    exclude(rawExpression(x), allowsNoValue: false)
  }

  /// A value or a type.
  func expressionOrType(_ x: Expression) -> Operand {
    let operand = rawExpression(x)
    if case .type = operand.mode { return operand }
    return single(exclude(operand))
  }

  private func exclude(_ x: Operand, allowsNoValue: Bool = false) -> Operand {
    switch x.mode {
    case .noValue where !allowsNoValue: report(x, "\(x) used as value")
    case .builtin: report(x, "\(x) must be called")
    case .type: report(x, "\(x) is not an expression")
    default: return x
    }
    return x.invalidated
  }

  func single(_ x: Operand) -> Operand {
    guard !x.isInvalid, case .tuple(let types) = x.type else { return x }
    report(
      x,
      "multiple-value \(ExpressionText.of(x.expression)) (value of type "
        + "\(GoType.tuple(types))) in single-value context")
    return x.invalidated
  }

  /// Evaluates for errors and uses only, after something else was wrong.
  func use(_ list: [Expression]) {
    for x in list { _ = rawExpression(x) }
  }

  func rawExpression(_ x: Expression, hint: GoType? = nil) -> Operand {
    var operand = kind(x, hint)
    operand.expression = x
    record(operand)
    return operand
  }

  private func kind(_ x: Expression, _ hint: GoType?) -> Operand {
    switch x.kind {
    case .bad: return .invalid(x)
    case .name(let name): return self.name(x, name)
    case .literal(let kind, let text): return literal(x, kind, text)
    case .parenthesized(let inner): return rawExpression(inner, hint: hint)
    case .function(let literal): return functionLiteral(x, literal)
    case .composite(let literal): return compositeLiteral(x, literal, hint)
    case .selector(let inner, let name): return selector(x, inner, name)
    case .index(let inner, let arguments): return index(x, inner, arguments)
    case .slice: return slice(x)
    case .assertion(let inner, let type): return assertion(x, inner, type)
    case .call(let call): return self.call(x, call)
    case .star(let inner): return star(x, inner)
    case .unary(let op, let inner): return unary(x, op, inner, hint)
    case .binary(let op, let left, let right): return binary(x, op, left, right)
    case .typeSwitchGuard(let inner):
      report(x, "invalid syntax tree: use of .(type) outside type switch")
      use([inner])
      return .invalid(x)
    case .keyValue:
      report(x, "no key:value expected")
      return .invalid(x)
    case .arrayType, .sliceType, .structType, .functionType, .interfaceType, .mapType,
      .channelType, .variadicType:
      let type = typeExpression(x)
      return type.isInvalid ? .invalid(x) : Operand(.type, type, x)
    }
  }

  // MARK: Names

  private func name(_ x: Expression, _ name: String) -> Operand {
    guard name != "_" else {
      report(x, "cannot use _ as value or type")
      return .invalid(x)
    }
    guard let object = scope.find(name) else {
      report(x, "undefined: \(name)")
      return .invalid(x)
    }
    return useName(x, object)
  }

  @discardableResult
  func useName(_ x: Expression, _ object: Object) -> Operand {
    record(x.id, object)
    mention(object)

    switch object.kind {
    case .package:
      report(x, "use of package \(object.name) not in selector")
      return .invalid(x)
    case .constant:
      if object.position == nil, object.name == "iota" {
        guard let iota else {
          report(x, "cannot use iota outside constant declaration")
          return .invalid(x)
        }
        return Operand(.constant(.integer(BigInt(iota))), object.type, x)
      }
      guard let value = object.constant, !object.type.isInvalid else { return .invalid(x) }
      return Operand(.constant(value), object.type, x)
    case .type, .alias:
      return object.type.isInvalid ? .invalid(x) : Operand(.type, object.type, x)
    case .variable:
      object.isUsed = true
      capture(object)
      return object.type.isInvalid ? .invalid(x) : Operand(.variable, object.type, x)
    case .function:
      return object.type.isInvalid ? .invalid(x) : Operand(.value, object.type, x)
    case .builtin:
      guard let builtin = object.builtin else { return .invalid(x) }
      return Operand(.builtin(builtin), .invalid, x)
    case .nilValue: return Operand(.nilValue, object.type, x)
    }
  }

  /// Makes sure that the object is declared, and notes who needs it.
  func mention(_ object: Object) {
    guard object.source != nil else { return }
    if let declaration, object.kind != .type, object.kind != .alias {
      declaration.depend(on: object)
    }
    if object.state != .done { resolve(object) }
  }

  /// A local variable of an enclosing function must be in the closures down to here.
  private func capture(_ object: Object) {
    guard let owner = object.owner, let function, owner !== function else { return }
    object.isCaptured = true
    var inner: FunctionInfo? = function
    while let literal = inner, literal !== owner {
      if !literal.captures.contains(where: { $0 === object }) { literal.captures.append(object) }
      inner = literal.parent
    }
  }

  // MARK: Literals

  private func literal(_ x: Expression, _ kind: LiteralKind, _ text: String) -> Operand {
    if kind != .string, text.utf8.count > Constant.longestLiteral {
      report(
        x, "excessively long constant: \(text.prefix(10))... (\(text.utf8.count) chars)")
      return .invalid(x)
    }
    if kind == .imaginary {
      report(x, "complex numbers are not supported")
      return .invalid(x)
    }
    guard let value = Constant.literal(kind, text) else {
      report(x, "excessively large exponent in constant: \(text)")
      return .invalid(x)
    }
    let type: BasicType =
      switch kind {
      case .integer: .untypedInt
      case .float: .untypedFloat
      case .rune: .untypedRune
      default: .untypedString
      }
    let result = Operand(.constant(value), .basic(type), x)
    return overflowChecked(result, at: x.start)
  }

  private func functionLiteral(_ x: Expression, _ literal: FunctionLiteral) -> Operand {
    let signature = signature(literal.type)
    let info = FunctionInfo(
      name: "func literal", signature: signature, body: literal.body, position: x.start,
      parent: function)
    info.declaration = declaration
    function?.literals.append(info)
    package.literals[x.id] = info
    let saved = (scope, iota, declaration)
    let check = { [self] in
      let before = (scope, iota, declaration)
      (scope, iota, declaration) = (saved.0, nil, saved.2)
      body(info, receiver: nil, type: literal.type)
      (scope, iota, declaration) = before
    }
    // A literal at package level may use the variable that it is the value of.
    if function == nil { delayed.append(check) } else { check() }
    return Operand(.value, .function(signature), x)
  }

  // MARK: Pointers

  private func star(_ x: Expression, _ inner: Expression) -> Operand {
    let operand = expressionOrType(inner)
    switch operand.mode {
    case .invalid: return .invalid(x)
    case .type: return Operand(.type, .pointer(operand.type), x)
    case .nilValue:
      report(operand, "invalid operation: cannot indirect \(operand)")
      return .invalid(x)
    default:
      guard let pointee = operand.type.pointee else {
        report(operand, "invalid operation: cannot indirect \(operand)")
        return .invalid(x)
      }
      return Operand(.variable, pointee, x)
    }
  }

  /// The variable that an addressable operand is part of: `x` of `x.f[1]`.
  func root(_ x: Expression) -> Object? {
    switch x.withoutParentheses.kind {
    case .name: return package.objects[x.withoutParentheses.id]
    case .selector(let inner, _):
      guard let selection = package.selections[x.withoutParentheses.id],
        selection.kind == .field, !selection.isIndirect
      else { return nil }
      return root(inner)
    case .index(let inner, _):
      if let type = package[inner]?.type, case .array = type.underlying { return root(inner) }
      return nil
    default: return nil
    }
  }

  func takeAddress(_ x: Expression) {
    if let object = root(x), object.kind == .variable { object.isAddressTaken = true }
  }

  // MARK: Assertions

  private func assertion(_ x: Expression, _ inner: Expression, _ type: Expression) -> Operand {
    let operand = expression(inner)
    let target = typeExpression(type)
    if operand.isInvalid || target.isInvalid { return .invalid(x) }
    guard operand.type.isInterface, !operand.isNil else {
      report(operand, "invalid operation: \(operand) is not an interface")
      return .invalid(x)
    }
    checkAssertion(x, operand, target, isSwitch: false)
    return Operand(.commaOK, target, x)
  }

  func checkAssertion(_ x: Expression, _ operand: Operand, _ target: GoType, isSwitch: Bool) {
    guard !target.isInterface, let interface = operand.type.interface,
      let cause = missingMethod(target, interface)
    else { return }
    let text = ExpressionText.of(x)
    if isSwitch {
      report(
        x, "impossible type switch case: \(text)",
        details: ["\(operand) cannot have dynamic type \(target) \(cause)"])
    } else {
      report(
        x, "impossible type assertion: \(text)",
        details: ["\(target) does not implement \(operand.type) \(cause)"])
    }
  }
}
