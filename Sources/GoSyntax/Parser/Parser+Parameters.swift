// Signatures, parameters and type parameters (spec, "Function types", "Type parameter
// declarations").
//
// `(a, b, c)` are three types until a `d T` behind them makes them names. So entries are collected
// as they come, each a name, a type or both, and sorted out at the list's end: with no entry of
// both all are types; else all must be names, and one without a type takes the next one's.

extension Parser {
  private struct Entry {
    var name: Name?
    var type: Expression?
    var position: Position
  }

  /// `[T any] (parameters) results`; with a context, type parameters are told as an error.
  func functionType(context: String?) -> ([Parameter], FunctionType) {
    let start = position
    var typeParameters: [Parameter] = []
    if got(.leftBracket) {
      if let context { syntaxError("\(context) must have no type parameters", at: start) }
      if token == .rightBracket {
        syntaxError("empty type parameter list")
        next()
      } else {
        typeParameters = parameterList(
          close: .rightBracket, allowsVariadic: false, isTypeParameters: true)
      }
    }
    want(.leftParen)
    let parameters = parameterList(close: .rightParen, allowsVariadic: true)
    let type = FunctionType(position: start, parameters: parameters, results: results())
    return (typeParameters, type)
  }

  private func results() -> [Parameter] {
    if got(.leftParen) { return parameterList(close: .rightParen, allowsVariadic: false) }
    let start = position
    return typeOrNil().map { [Parameter(name: nil, type: $0, position: start)] } ?? []
  }

  /// Behind `type T [` and before a name: type parameters, or the length of an array type.
  ///
  /// An expression is read, and what it looks like decides: `P *C` and `P (C)` are taken for a
  /// parameter and its constraint only where `C` cannot be a value or a comma follows.
  func typeParametersOrLength() -> (parameters: [Parameter], length: Expression?) {
    let first = name()
    var whole = nameExpression(first)
    if token != .leftBracket {
      expressionLevel += 1
      whole = binaryExpression(primaryExpression(whole), 0)
      expressionLevel -= 1
    }
    guard let (_, constraint) = Self.split(whole, force: token == .comma),
      constraint != nil || token != .rightBracket
    else { return ([], whole) }
    let entry = Entry(name: first, type: constraint, position: first.position)
    let parameters = parameterList(
      close: .rightBracket, allowsVariadic: false, isTypeParameters: true, first: entry)
    return (parameters, nil)
  }

  /// `x` as a name and a constraint behind it, where it can be read so.
  private static func split(
    _ x: Expression, force: Bool
  ) -> (name: Expression, constraint: Expression?)? {
    switch x.kind {
    case .name: return (x, nil)
    case .binary(.multiply, let left, let right):
      guard case .name = left.kind, force || isTypeElement(right) else { return nil }
      return (left, Expression(id: x.id, start: x.position, .star(right)))
    case .binary(.or, let left, let right):
      guard let (name, first) = split(left, force: force || isTypeElement(right)), let first
      else { return nil }
      return (
        name,
        Expression(id: x.id, start: first.start, position: x.position, .binary(.or, first, right))
      )
    case .call(let call):
      guard case .name = call.function.kind, call.arguments.count == 1, !call.isSpread,
        force || isTypeElement(call.arguments[0])
      else { return nil }
      return (call.function, call.arguments[0])
    default: return nil
    }
  }

  private static func isTypeElement(_ x: Expression) -> Bool {
    switch x.kind {
    case .arrayType, .sliceType, .structType, .functionType, .interfaceType, .mapType,
      .channelType, .unary(.tilde, _):
      true
    case .binary(_, let left, let right): isTypeElement(left) || isTypeElement(right)
    case .unary(_, let inner), .star(let inner), .parenthesized(let inner): isTypeElement(inner)
    default: false
    }
  }

  /// Behind the opening bracket, and over `close`.
  func parameterList(
    close: Token, allowsVariadic: Bool, isTypeParameters: Bool = false
  ) -> [Parameter] {
    parameterList(
      close: close, allowsVariadic: allowsVariadic, isTypeParameters: isTypeParameters, first: nil)
  }

  private func parameterList(
    close: Token, allowsVariadic: Bool, isTypeParameters: Bool, first: Entry?
  ) -> [Parameter] {
    var entries: [Entry] = []
    var pending = first
    let end: Position
    if let first, first.type != nil, token == close {
      entries = [first]
      end = position
      next()
    } else {
      end = list("parameter list", .comma, close) {
        if let first = pending, first.type != nil {
          entries.append(first)
        } else if let entry = entry(pending?.name, close: close) {
          entries.append(entry)
        }
        pending = nil
        return false
      }
    }
    if entries.isEmpty { return [] }
    distribute(&entries, end: end, isTypeParameters: isTypeParameters)
    return checkedVariadic(entries, allowsVariadic: allowsVariadic)
  }

  private func entry(_ read: Name?, close: Token) -> Entry? {
    // Type sets may stand in brackets only.
    let allowsUnion = close == .rightBracket
    let start = read?.position ?? position
    func finished(_ name: Name?, _ type: Expression?) -> Entry {
      let whole = allowsUnion && token == .or ? type.map { union($0) } : type
      return Entry(name: name, type: whole, position: start)
    }
    if read == nil, allowsUnion, token == .tilde { return finished(nil, union(nil)) }
    var name = read
    if name == nil, token == .name { name = self.name() }
    if let name {
      if token == .leftBracket {
        let (type, isInstance) = arrayOrInstance(of: name)
        return finished(isInstance ? nil : name, type)
      }
      if token == .dot { return finished(nil, qualifiedName(name)) }
      if allowsUnion, token == .or { return finished(nil, nameExpression(name)) }
    }
    if token == .ellipsis {
      let dots = position
      next()
      guard let type = typeOrNil() else {
        let result = bad()
        syntaxError("... is missing type")
        return Entry(name: name, type: result, position: start)
      }
      return Entry(name: name, type: make(dots, .variadicType(type)), position: start)
    }
    if allowsUnion, token == .tilde { return finished(name, union(nil)) }
    let result = finished(name, typeOrNil())
    if result.name != nil || result.type != nil { return result }
    syntaxError("expected \(close.inMessages)")
    advance(.comma, close)
    return nil
  }

  /// Decides what is a name and what a type.
  private func distribute(_ entries: inout [Entry], end: Position, isTypeParameters: Bool) {
    let named = entries.count { $0.name != nil && $0.type != nil }
    let typed = entries.count { $0.type != nil }
    if named == 0, !isTypeParameters {
      for index in entries.indices {
        guard let name = entries[index].name else { continue }
        entries[index].type = nameExpression(name)
        entries[index].name = nil
      }
      return
    }
    if named == entries.count { return }
    var wrong: Position?
    var type: Expression?
    for index in entries.indices.reversed() {
      let place = entries[index].position
      if let own = entries[index].type {
        type = own
        if entries[index].name == nil {
          wrong = own.start
          entries[index].name = Name(id: freshID(), position: own.start, text: "_")
        }
      } else if let type {
        entries[index].type = type
      } else {
        wrong = place
        entries[index].type = make(place, .bad)
      }
    }
    guard let wrong else { return }
    if named == typed {
      syntaxError(
        isTypeParameters ? "missing type constraint" : "missing parameter type", at: end)
    } else if isTypeParameters {
      let more = entries.count == 1 ? " or invalid array length" : ""
      syntaxError("missing type parameter name" + more, at: wrong)
    } else {
      syntaxError("missing parameter name", at: wrong)
    }
  }

  private func checkedVariadic(_ entries: [Entry], allowsVariadic: Bool) -> [Parameter] {
    var isFirst = true
    return entries.enumerated().map { index, entry in
      var type = entry.type ?? make(entry.position, .bad)
      if case .variadicType(let element) = type.kind,
        !allowsVariadic || index + 1 < entries.count
      {
        if isFirst {
          report(
            type.start,
            allowsVariadic
              ? "can only use ... with final parameter" : "invalid use of ...")
        }
        isFirst = false
        type = element
      }
      return Parameter(name: entry.name, type: type, position: entry.position)
    }
  }
}
