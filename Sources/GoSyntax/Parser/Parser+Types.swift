// Types (spec, "Types").

extension Parser {
  func type() -> Expression {
    if let type = typeOrNil() { return type }
    let result = bad()
    syntaxError("expected type")
    advance(.comma, .colon, .semicolon, .rightParen, .rightBracket, .rightBrace)
    return result
  }

  /// A type where one begins; nothing is said where none does.
  func typeOrNil() -> Expression? { nested { typeAtDepth() } }

  private func typeAtDepth() -> Expression? {
    let start = position
    switch token {
    case .name: return qualifiedName(nil)
    case .star:
      next()
      return make(start, .star(type()))
    case .arrow:
      next()
      want(.chan)
      return make(start, .channelType(.receive, channelElement()))
    case .chan:
      next()
      let direction: ChannelDirection = got(.arrow) ? .send : .both
      return make(start, .channelType(direction, channelElement()))
    case .func:
      next()
      // Go places it behind `func`.
      let type = functionType(context: "function type").1
      return make(type.position, .functionType(type))
    case .leftBracket:
      next()
      return got(.rightBracket)
        ? make(start, .sliceType(type())) : arrayType(start, length: nil)
    case .map:
      next()
      want(.leftBracket)
      let key = type()
      want(.rightBracket)
      return make(start, .mapType(key: key, value: type()))
    case .struct: return structType()
    case .interface: return interfaceType()
    case .leftParen:
      next()
      let inner = type()
      want(.rightParen)
      return make(start, .parenthesized(inner))
    default: return nil
    }
  }

  private func channelElement() -> Expression {
    if let type = typeOrNil() { return type }
    syntaxError("missing channel element type")
    return bad()
  }

  /// Behind `[`; `length` where it was read already.
  func arrayType(_ start: Position, length: Expression?) -> Expression {
    var length = length
    if length == nil, !got(.ellipsis) {
      expressionLevel += 1
      length = expression()
      expressionLevel -= 1
    }
    if token == .comma {
      syntaxError("unexpected comma; expected ]")
      next()
    }
    want(.rightBracket)
    return make(start, .arrayType(length: length, type()))
  }

  /// `[` of an instance, a slice or an array, behind a name that may be a field's or a type's.
  func arrayOrInstance(of name: Name) -> (type: Expression, isInstance: Bool) {
    let start = position
    next()
    if got(.rightBracket) { return (make(start, .sliceType(type())), false) }
    let (arguments, hasComma) = typeList(strict: false)
    want(.rightBracket)
    if !hasComma, let length = arguments.first, let element = typeOrNil() {
      return (make(start, .arrayType(length: length, element)), false)
    }
    return (make(name.position, start, .index(nameExpression(name), arguments)), true)
  }

  /// TypeName = identifier | PackageName "." identifier, with type arguments.
  func qualifiedName(_ first: Name?) -> Expression {
    let name = first ?? self.name()
    var result = nameExpression(name)
    if token == .dot {
      let dot = position
      next()
      result = make(name.position, dot, .selector(result, self.name()))
    }
    if token == .leftBracket { result = instance(result) }
    return result
  }

  private func instance(_ generic: Expression) -> Expression {
    let bracket = position
    next()
    var arguments: [Expression] = []
    if token == .rightBracket {
      syntaxError("expected type argument list")
      arguments = [bad()]
    } else {
      arguments = typeList(strict: true).types
    }
    want(.rightBracket)
    return make(generic.start, bracket, .index(generic, arguments))
  }

  /// Types, or expressions too where not `strict`; whether there was a comma.
  func typeList(strict: Bool) -> (types: [Expression], hasComma: Bool) {
    expressionLevel += 1
    defer { expressionLevel -= 1 }
    var types = [strict ? type() : expression()]
    var hasComma = false
    while got(.comma) {
      hasComma = true
      guard let next = typeOrNil() else { break }
      types.append(next)
    }
    return (types, hasComma)
  }

  // MARK: Structs

  private func structType() -> Expression {
    let start = position
    next()
    want(.leftBrace)
    var fields: [StructType.Field] = []
    list("struct type", .semicolon, .rightBrace) {
      fieldDeclaration(&fields)
      return false
    }
    return make(start, .structType(StructType(fields: fields)))
  }

  private func fieldDeclaration(_ fields: inout [StructType.Field]) {
    let start = position
    func add(_ names: [Name], _ type: Expression) {
      let tag = tag()
      if names.isEmpty {
        fields.append(.init(name: nil, type: type, position: start, tag: tag))
      }
      for name in names {
        fields.append(.init(name: name, type: type, position: name.position, tag: tag))
      }
    }
    switch token {
    case .name:
      let first = name()
      switch token {
      case .dot, .literal, .semicolon, .rightBrace: add([], qualifiedName(first))
      default:
        let names = nameList(first)
        if names.count == 1, token == .leftBracket {
          let (type, isInstance) = arrayOrInstance(of: first)
          add(isInstance ? [] : names, type)
        } else {
          add(names, type())
        }
      }
    case .star:
      next()
      let inParentheses = token == .leftParen
      if inParentheses {
        syntaxError("cannot parenthesize embedded type")
        next()
      }
      let type = qualifiedName(nil)
      if inParentheses { _ = got(.rightParen) }
      add([], make(start, .star(type)))
    case .leftParen:
      syntaxError("cannot parenthesize embedded type")
      next()
      let inner = position
      let type = got(.star) ? make(inner, .star(qualifiedName(nil))) : qualifiedName(nil)
      _ = got(.rightParen)
      add([], type)
    default:
      syntaxError("expected field name or embedded type")
      advance(.semicolon, .rightBrace)
    }
  }

  private func tag() -> String? {
    guard token == .literal else { return nil }
    let text = lexer.text
    if lexer.literalKind != .string {
      syntaxError("struct field tag must be a string")
      next()
      return nil
    }
    next()
    return text
  }

  // MARK: Interfaces

  private func interfaceType() -> Expression {
    let start = position
    next()
    want(.leftBrace)
    var elements: [InterfaceElement] = []
    list("interface type", .semicolon, .rightBrace) {
      elements.append(interfaceElement())
      return false
    }
    return make(start, .interfaceType(elements))
  }

  private func interfaceElement() -> InterfaceElement {
    guard token == .name else { return .embedded(union(nil)) }
    let first = name()
    if token == .leftParen {
      return .method(first, functionType(context: "interface method").1)
    }
    guard token == .leftBracket else { return .embedded(union(qualifiedName(first))) }
    return bracketedElement(first)
  }

  /// `T[A, B]` embedded, or a method with type parameters, which interfaces do not have.
  private func bracketedElement(_ first: Name) -> InterfaceElement {
    let bracket = position
    next()
    if token == .rightBracket {
      let place = position
      next()
      guard token == .leftParen else {
        report(place, "empty type argument list")
        return .embedded(union(nameExpression(first)))
      }
      report(place, "empty type parameter list")
      return .method(first, functionType(context: "interface method").1)
    }
    let list = parameterList(close: .rightBracket, allowsVariadic: false)
    if list.isEmpty || list[0].name != nil {
      if !list.isEmpty { report(bracket, "interface method must have no type parameters") }
      return token == .leftParen
        ? .method(first, functionType(context: "interface method").1)
        : .embedded(nameExpression(first))
    }
    let type = make(
      first.position, bracket, .index(nameExpression(first), list.map(\.type)))
    return .embedded(union(type))
  }

  /// Term { "|" Term } .
  func union(_ first: Expression?) -> Expression {
    var result = first ?? term()
    var length = 0
    while token == .or {
      let bar = position
      next()
      length += 1
      if depth + length > Self.deepest { tooDeep() }
      result = make(result.start, bar, .binary(.or, result, term()))
    }
    return result
  }

  private func term() -> Expression {
    let start = position
    if got(.tilde) { return make(start, .unary(.tilde, type())) }
    if let type = typeOrNil() { return type }
    syntaxError("expected ~ term or type")
    let result = bad()
    advance(.or, .semicolon, .rightParen, .rightBracket, .rightBrace)
    return result
  }
}
