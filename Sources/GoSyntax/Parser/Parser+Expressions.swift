// Expressions (spec, "Expressions").

extension Parser {
  func expression() -> Expression { binaryExpression(nil, 0) }

  func expressionList() -> [Expression] {
    var list = [expression()]
    while got(.comma) { list.append(expression()) }
    return list
  }

  /// Precedence climbing: operators of one precedence bind to the left, in a loop.
  func binaryExpression(_ first: Expression?, _ outer: Int) -> Expression {
    var left = first ?? unaryExpression()
    var length = 0
    while let op = token.binary, op.precedence > outer {
      let place = position
      length += 1
      if depth + length > Self.deepest { tooDeep() }
      next()
      let right = nested { binaryExpression(nil, op.precedence) }
      left = make(left.start, place, .binary(op, left, right))
    }
    return left
  }

  private func unaryExpression() -> Expression { nested { unaryAtDepth() } }

  private func unaryAtDepth() -> Expression {
    let start = position
    func prefixed(_ op: Operator) -> Expression {
      next()
      return make(start, .unary(op, unaryExpression()))
    }
    switch token {
    case .star:
      next()
      return make(start, .star(unaryExpression()))
    case .plus: return prefixed(.add)
    case .minus: return prefixed(.subtract)
    case .not: return prefixed(.not)
    case .xor: return prefixed(.xor)
    case .tilde: return prefixed(.tilde)
    case .and:
      next()
      // `&(T{})` is `&T{}`.
      return make(start, .unary(.and, unaryExpression()))
    case .arrow: return receiveOrChannelType(start)
    default: return primaryExpression(nil)
    }
  }

  /// `<-x`; but before a channel type the arrow is the type's: `<-chan T`, and `<-chan <-chan T`
  /// was read as `<-(chan (<-chan T))`.
  private func receiveOrChannelType(_ start: Position) -> Expression {
    next()
    let operand = unaryExpression()
    guard case .channelType = operand.kind else {
      return make(start, .unary(.receive, operand))
    }
    return turned(operand, start)
  }

  /// The channel type `type` with an arrow before it: the arrow makes it receive-only and pushes
  /// the arrow it had into its element.
  private func turned(_ type: Expression, _ start: Position) -> Expression {
    guard case .channelType(let direction, let element) = type.kind else {
      syntaxError("unexpected \(ExpressionText.of(type)), expected chan")
      return type
    }
    switch direction {
    case .both: return make(start, .channelType(.receive, element))
    case .send:
      guard case .channelType = element.kind else {
        syntaxError("unexpected \(ExpressionText.of(element)), expected chan")
        return make(start, .channelType(.receive, element))
      }
      return make(start, .channelType(.receive, turned(element, element.start)))
    case .receive:
      syntaxError("unexpected <-, expected chan")
      return type
    }
  }

  // MARK: Operands

  private func operand() -> Expression {
    let start = position
    switch token {
    case .name: return nameExpression(name())
    case .literal:
      let isBad = lexer.isBad
      let kind = Expression.Kind.literal(lexer.literalKind, lexer.text)
      next()
      return make(start, isBad ? .bad : kind)
    case .leftParen:
      next()
      expressionLevel += 1
      let inner = nested { expression() }
      expressionLevel -= 1
      want(.rightParen)
      return make(start, .parenthesized(inner))
    case .func:
      next()
      let type = functionType(context: "function type").1
      guard token == .leftBrace else { return make(type.position, .functionType(type)) }
      expressionLevel += 1
      let body = functionBody()
      expressionLevel -= 1
      return make(start, .function(FunctionLiteral(type: type, body: body)))
    case .leftBracket, .chan, .map, .struct, .interface: return type()
    default:
      let result = bad()
      syntaxError("expected expression")
      advance(.rightParen, .rightBracket, .rightBrace)
      return result
    }
  }

  /// An operand and what follows it: selectors, indices, calls, assertions, composite literals.
  func primaryExpression(_ first: Expression?) -> Expression {
    var x = first ?? operand()
    var length = 0
    while true {
      length += 1
      if depth + length > Self.deepest { tooDeep() }
      let place = position
      switch token {
      case .dot: x = selectorOrAssertion(x, place)
      case .leftBracket: x = indexOrSlice(x, place)
      case .leftParen: x = call(x, place)
      case .leftBrace:
        guard mayBeLiteralType(x.withoutParentheses) else { return x }
        if case .parenthesized = x.kind {
          syntaxError("cannot parenthesize type in composite literal")
        }
        x = compositeLiteral(type: x)
      default: return x
      }
    }
  }

  private func selectorOrAssertion(_ x: Expression, _ place: Position) -> Expression {
    next()
    switch token {
    case .name: return make(x.start, place, .selector(x, name()))
    case .leftParen:
      next()
      let isGuard = got(.type)
      let result = make(
        x.start, place, isGuard ? .typeSwitchGuard(x) : .assertion(x, type: type()))
      want(.rightParen)
      return result
    default:
      syntaxError("expected name or (")
      advance(.semicolon, .rightParen)
      return x
    }
  }

  private func indexOrSlice(_ x: Expression, _ place: Position) -> Expression {
    next()
    var low: Expression?
    if token != .colon {
      if token == .rightBracket {
        syntaxError("expected operand")
        let wrong = bad()
        next()
        return make(x.start, place, .index(x, [wrong]))
      }
      let (indices, hasComma) = typeList(strict: false)
      if hasComma || token == .rightBracket {
        want(.rightBracket)
        return make(x.start, place, .index(x, indices))
      }
      low = indices[0]
    }
    return slice(x, place, low)
  }

  private func slice(_ x: Expression, _ place: Position, _ low: Expression?) -> Expression {
    if !got(.colon) {
      syntaxError("expected comma, : or ]")
      advance(.comma, .colon, .rightBracket)
    }
    expressionLevel += 1
    var high: Expression?
    var max: Expression?
    var isFull = false
    if token != .colon, token != .rightBracket { high = expression() }
    if token == .colon {
      isFull = true
      if high == nil {
        report(position, "middle index required in 3-index slice")
        high = bad()
      }
      next()
      if token == .rightBracket {
        report(position, "final index required in 3-index slice")
        max = bad()
      } else {
        max = expression()
      }
    }
    expressionLevel -= 1
    want(.rightBracket)
    return make(x.start, place, .slice(x, low: low, high: high, max: max, isFull: isFull))
  }

  private func call(_ function: Expression, _ place: Position) -> Expression {
    next()
    var arguments: [Expression] = []
    var isSpread = false
    expressionLevel += 1
    let end = list("argument list", .comma, .rightParen) {
      arguments.append(expression())
      isSpread = got(.ellipsis)
      return isSpread
    }
    expressionLevel -= 1
    let call = Call(
      function: function, arguments: arguments, isSpread: isSpread, rightParen: end)
    return make(function.start, place, .call(call))
  }

  // MARK: Composite literals

  /// Whether `{` behind `x` begins a literal of type `x`, and no block.
  private func mayBeLiteralType(_ x: Expression) -> Bool {
    switch x.kind {
    case .name, .selector: expressionLevel >= 0
    case .index: expressionLevel >= 0 && !Self.isValue(x)
    case .arrayType, .sliceType, .structType, .mapType: true
    default: false
    }
  }

  /// Whether `x` can be no type.
  private static func isValue(_ x: Expression) -> Bool {
    switch x.kind {
    case .literal, .composite, .function, .slice, .assertion, .typeSwitchGuard, .call, .unary,
      .binary:
      true
    case .parenthesized(let inner): isValue(inner)
    case .index(let inner, let arguments): isValue(inner) || arguments.contains(where: isValue)
    default: false
    }
  }

  private func compositeLiteral(type: Expression?) -> Expression {
    nested {
      let start = position
      expressionLevel += 1
      defer { expressionLevel -= 1 }
      want(.leftBrace)
      var elements: [Expression] = []
      let end = list("composite literal", .comma, .rightBrace) {
        let first = element()
        if token == .colon {
          let colon = position
          next()
          elements.append(make(first.start, colon, .keyValue(first, element())))
        } else {
          elements.append(first)
        }
        return false
      }
      let literal = CompositeLiteral(type: type, elements: elements, rightBrace: end)
      return make(type?.start ?? start, start, .composite(literal))
    }
  }

  private func element() -> Expression {
    token == .leftBrace ? compositeLiteral(type: nil) : expression()
  }
}
