// Statements (spec, "Statements").

extension Parser {
  /// A block; `context` is what it follows, for the message when there is none.
  func block(after context: String) -> Block {
    let start = position
    if !got(.leftBrace) {
      syntaxError("expected { after \(context)")
      advance(.name, .rightBrace)
      let end = position
      if got(.rightBrace) { return Block(leftBrace: start, statements: [], rightBrace: end) }
    }
    let statements = statementList()
    let end = position
    want(.rightBrace)
    return Block(leftBrace: start, statements: statements, rightBrace: end)
  }

  func statementList() -> [Statement] {
    var statements: [Statement] = []
    while token != .eof, token != .rightBrace, token != .case, token != .default {
      guard let one = statementOrNil() else { break }
      statements.append(one)
      if !got(.semicolon), token != .rightBrace {
        syntaxError("at end of statement")
        advance(.semicolon, .rightBrace, .case, .default)
        _ = got(.semicolon)
      }
    }
    return statements
  }

  private func statementOrNil() -> Statement? { nested { statementAtDepth() } }

  private func statementAtDepth() -> Statement? {
    let start = position
    switch token {
    case .name: return labeledOrSimple()
    case .var, .const, .type: return Statement(start, .declarations(group()))
    case .leftBrace: return Statement(start, .block(block(after: "")))
    case .literal, .func, .leftParen, .leftBracket, .struct, .map, .chan, .interface, .arrow, .plus,
      .minus, .star, .and, .xor, .not:
      return simpleStatement(.plain)
    case .for: return forStatement()
    case .switch: return switchStatement()
    case .select: return selectStatement()
    case .if: return ifStatement()
    case .go, .defer: return callStatement()
    case .fallthrough, .break, .continue, .goto: return branch()
    case .return:
      next()
      let isBare = token == .semicolon || token == .rightBrace
      return Statement(start, .return(isBare ? [] : expressionList()))
    case .semicolon: return Statement(start, .empty)
    default: return nil
    }
  }

  private func branch() -> Statement {
    let start = position
    let keyword = token
    next()
    switch keyword {
    case .fallthrough: return Statement(start, .branch(.fallthrough, label: nil))
    case .goto: return Statement(start, .branch(.goto, label: name()))
    default:
      let label = token == .name ? name() : nil
      return Statement(start, .branch(keyword == .break ? .break : .continue, label: label))
    }
  }

  private func callStatement() -> Statement {
    let start = position
    let keyword = token
    next()
    let x = primaryExpression(token == .name ? nameExpression(name()) : nil)
    if case .parenthesized = x.kind {
      report(x.start, "expression in \(keyword.text) must not be parenthesized")
    }
    let operand = x.withoutParentheses
    return Statement(start, keyword == .go ? .go(operand) : .defer(operand))
  }

  private func labeledOrSimple() -> Statement? {
    let start = position
    let first = expressionList()
    guard token == .colon, first.count == 1, case .name(let text) = first[0].kind else {
      return simpleStatement(.plain, first)
    }
    let colon = position
    let label = Name(id: first[0].id, position: start, text: text)
    next()
    if token == .rightBrace {
      return Statement(start, .labeled(label, Statement(position, .empty)))
    }
    if let body = statementOrNil() { return Statement(start, .labeled(label, body)) }
    syntaxError("missing statement after label", at: colon)
    return nil
  }

  // MARK: Simple statements

  /// Where a simple statement stands: `range` may follow `for`, a type switch's guard `switch`.
  enum Place { case plain, `if`, `for`, `switch` }

  /// SimpleStmt = ExpressionStmt | SendStmt | IncDecStmt | Assignment | ShortVarDecl .
  func simpleStatement(_ place: Place, _ read: [Expression]? = nil) -> Statement {
    if place == .for, token == .range { return rangeClause([], defines: false) }
    let left = read ?? expressionList()
    let operation = position
    switch token {
    case .assign, .define:
      let defines = token == .define
      next()
      if place == .for, token == .range { return rangeClause(left, defines: defines) }
      let right = expressionList()
      if place == .switch, defines, left.count == 1, right.count == 1,
        case .name(let text) = left[0].kind, case .typeSwitchGuard = right[0].kind
      {
        binding = Name(id: left[0].id, position: left[0].start, text: text)
        return Statement(right[0].position, .expression(right[0]))
      }
      return Statement(operation, defines ? .define(left, right) : .assign(left, right))
    case .operatorAssign where left.count == 1:
      let op = lexer.assignOperator
      next()
      return Statement(operation, .operatorAssign(left[0], op, expression()))
    case .increment where left.count == 1, .decrement where left.count == 1:
      let op: Operator = token == .increment ? .add : .subtract
      next()
      return Statement(operation, .increment(left[0], op))
    case .arrow where left.count == 1:
      next()
      return Statement(operation, .send(channel: left[0], value: expression()))
    default: if left.count == 1 { return Statement(left[0].start, .expression(left[0])) }
    }
    syntaxError("expected := or = or comma")
    advance(.semicolon, .rightBrace)
    return Statement(left[0].start, .expression(left[0]))
  }

  /// Behind the targets; its body is filled in by `forStatement`.
  private func rangeClause(_ targets: [Expression], defines: Bool) -> Statement {
    let start = position
    next()
    let subject = expression()
    let empty = Block(leftBrace: start, statements: [], rightBrace: start)
    return Statement(
      start,
      .range(
        RangeStatement(
          targets: targets, defines: defines, position: start, subject: subject, body: empty)))
  }
}
