// `if`, `for`, `switch`, `select` and their heads (spec, "If statements" and following).
//
// In a head `{` begins the body, so composite literals need parentheses there: `expressionLevel` is
// −1 until a bracket raises it.

extension Parser {
  /// What stands between the keyword and the body.
  private struct Head {
    var initial: Statement?
    var condition: Expression?
    var post: Statement?
    /// The whole head of a `for … range`.
    var range: RangeStatement?
  }

  private func head(_ keyword: Token, _ place: Place) -> Head {
    next()
    var head = Head()
    if token == .leftBrace {
      if keyword == .if {
        syntaxError("missing condition in if statement")
        head.condition = bad()
      }
      return head
    }
    let outer = expressionLevel
    expressionLevel = -1
    defer { expressionLevel = outer }
    binding = nil

    if token != .semicolon {
      if got(.var) {
        syntaxError("var declaration not allowed in \(keyword.text) initializer")
      }
      let first = simpleStatement(place)
      if case .range(let clause) = first.kind {
        head.range = clause
        return head
      }
      if token == .leftBrace {
        head.condition = condition(first)
        return head
      }
      head.initial = first
    }
    afterInitial(keyword, place, &head)
    return head
  }

  /// From the first semicolon on.
  private func afterInitial(_ keyword: Token, _ place: Place, _ head: inout Head) {
    var semicolon: (position: Position, text: String)?
    if token == .semicolon {
      semicolon = (position, lexer.text)
      next()
    } else {
      want(.leftBrace)
      if token != .leftBrace { advance(.leftBrace, .rightBrace) }
    }
    if keyword == .for {
      if token != .semicolon {
        if token == .leftBrace {
          syntaxError("expected for loop condition")
          return
        }
        head.condition = condition(simpleStatement(.plain))
      }
      want(.semicolon)
      if token != .leftBrace {
        let post = simpleStatement(.plain)
        if case .define = post.kind {
          syntaxError("cannot declare in post statement of for loop", at: post.position)
        }
        head.post = post
      }
    } else if token != .leftBrace {
      head.condition = condition(simpleStatement(place))
    } else if keyword == .if, let semicolon {
      syntaxError(
        semicolon.text == "semicolon"
          ? "missing condition in if statement"
          : "unexpected \(semicolon.text), expected { after if clause",
        at: semicolon.position)
      head.condition = bad()
    }
  }

  /// The expression of a statement that stands where a condition is wanted.
  private func condition(_ statement: Statement) -> Expression {
    if case .expression(let x) = statement.kind { return x }
    let text: String
    if case .assign(let left, let right) = statement.kind {
      text = "assignment \(emphasized(left)) = \(emphasized(right))"
    } else {
      text = ExpressionText.of(statement)
    }
    syntaxError("cannot use \(text) as value", at: statement.position)
    return bad()
  }

  /// A binary expression in parentheses, so that the `=` between two stands out.
  private func emphasized(_ list: [Expression]) -> String {
    let text = ExpressionText.of(list)
    if list.count == 1, case .binary = list[0].kind { return "(\(text))" }
    return text
  }

  func ifStatement() -> Statement {
    let start = position
    let head = head(.if, .if)
    let then = block(after: "if clause")
    var otherwise: Statement?
    if got(.else) {
      switch token {
      case .if: otherwise = nested { ifStatement() }
      case .leftBrace: otherwise = Statement(position, .block(block(after: "")))
      default:
        syntaxError("else must be followed by if or statement block")
        advance(.name, .rightBrace)
      }
    }
    return Statement(
      start,
      .if(
        IfStatement(
          initial: head.initial, condition: head.condition ?? bad(), then: then,
          otherwise: otherwise)))
  }

  func forStatement() -> Statement {
    let start = position
    let head = head(.for, .for)
    let body = block(after: "for clause")
    if let range = head.range {
      return Statement(
        start,
        .range(
          RangeStatement(
            targets: range.targets, defines: range.defines, position: range.position,
            subject: range.subject, body: body)))
    }
    return Statement(
      start,
      .for(
        ForStatement(
          initial: head.initial, condition: head.condition, post: head.post, body: body)))
  }

  func switchStatement() -> Statement {
    let start = position
    let head = head(.switch, .switch)
    let bound = binding
    binding = nil
    if !got(.leftBrace) {
      syntaxError("missing { after switch clause")
      advance(.case, .default, .rightBrace)
    }
    var clauses: [SwitchStatement.Clause] = []
    while token != .eof, token != .rightBrace { clauses.append(caseClause()) }
    let end = position
    want(.rightBrace)
    if case .typeSwitchGuard(let subject)? = head.condition?.kind {
      return Statement(
        start,
        .typeSwitch(
          TypeSwitchStatement(
            initial: head.initial, binding: bound, subject: subject,
            clauses: clauses.map { .init(id: freshID(), clause: $0) }, rightBrace: end)))
    }
    return Statement(
      start,
      .switch(
        SwitchStatement(
          initial: head.initial, tag: head.condition, clauses: clauses, rightBrace: end)))
  }

  private func caseClause() -> SwitchStatement.Clause {
    let start = position
    var values: [Expression]?
    switch token {
    case .case:
      next()
      values = expressionList()
    case .default: next()
    default:
      syntaxError("expected case or default or }")
      advance(.colon, .case, .default, .rightBrace)
    }
    let colon = position
    want(.colon)
    return .init(position: start, values: values, body: statementList(), colon: colon)
  }

  func selectStatement() -> Statement {
    let start = position
    next()
    if !got(.leftBrace) {
      syntaxError("missing { after select clause")
      advance(.case, .default, .rightBrace)
    }
    var clauses: [SelectStatement.Clause] = []
    while token != .eof, token != .rightBrace { clauses.append(communicationClause()) }
    let end = position
    want(.rightBrace)
    return Statement(start, .select(SelectStatement(clauses: clauses, rightBrace: end)))
  }

  private func communicationClause() -> SelectStatement.Clause {
    let start = position
    var communication: Statement?
    switch token {
    case .case:
      next()
      communication = simpleStatement(.plain)
    case .default: next()
    default:
      syntaxError("expected case or default or }")
      advance(.colon, .case, .default, .rightBrace)
    }
    let colon = position
    want(.colon)
    return .init(
      position: start, communication: communication, body: statementList(), colon: colon)
  }
}
