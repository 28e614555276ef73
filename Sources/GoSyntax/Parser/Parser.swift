// Tokens to a tree, by recursive descent with one token of look-ahead (spec, "Syntax").
//
// The grammar is decidable by one token but at three places, which are resolved as Go's compiler
// resolves them: `{` after a name in the head of a statement begins a block and no composite
// literal (`expressionLevel` < 0 there); a type's `[` begins type parameters or an array length;
// parameters are a list of types or of names with types, known only at the list's end.
//
// Errors have gc's wording. After one, `advance` skips to a token that can go on: one the caller
// names, or, within a function, a keyword that begins a statement. Every loop consumes a token or
// ends, so any input ends.
//
// Recursion is bounded: beyond `deepest` levels the parser says so and reads no further, because a
// hostile source of a million parentheses must not exhaust the native stack, of this stage or of
// those that walk the tree later. Left-leaning chains (`a + b + …`, `f()()…`) are parsed by loops
// but make deep trees, so they count too.

package final class Parser {
  package static let deepest = 1000

  var lexer: Lexer
  var token = Token.eof
  /// Below zero in the head of `if`, `for` and `switch`; raised inside any bracket.
  var expressionLevel = 0
  /// How many function bodies are open.
  var functionLevel = 0
  var depth = 0
  /// The name that the type switch guard just read declares.
  var binding: Name?
  var problems: [Diagnostic] = []
  private var nextID = 0

  private init(_ source: SourceText) {
    lexer = Lexer(source)
    next()
  }

  package static func parse(_ source: SourceText) -> SyntaxFile {
    let parser = Parser(source)
    let (name, declarations) = parser.file()
    let unsorted = parser.lexer.problems + parser.problems
    return SyntaxFile(
      source: source, packageName: name, declarations: declarations, idCount: parser.nextID,
      problems: unsorted)
  }

  // MARK: Tokens

  var position: Position { lexer.start }

  func next() {
    lexer.next()
    token = lexer.token
  }

  func got(_ wanted: Token) -> Bool {
    guard token == wanted else { return false }
    next()
    return true
  }

  func want(_ wanted: Token) {
    if !got(wanted) {
      syntaxError("expected \(wanted.inMessages)")
      advance()
    }
  }

  /// `=`; `:=` is taken for it, and told.
  func gotAssign() -> Bool {
    if token == .define { syntaxError("expected =") }
    guard token == .define || token == .assign else { return false }
    next()
    return true
  }

  // MARK: Errors

  func report(_ position: Position, _ message: String) {
    problems.append(Diagnostic(position, message))
  }

  /// A message that begins with `expected`, `in`, `at` or `after` follows `unexpected TOKEN`.
  func syntaxError(_ message: String, at place: Position? = nil) {
    // At the end everything that is open is missing; the first says it.
    if token == .eof, !problems.isEmpty || !lexer.problems.isEmpty { return }
    var text = message
    if message.hasPrefix("expected ") {
      text = "unexpected \(tokenText), \(message)"
    } else if ["in ", "at ", "after "].contains(where: message.hasPrefix) {
      text = "unexpected \(tokenText) \(message)"
    }
    report(place ?? position, "syntax error: " + text)
  }

  private var tokenText: String {
    switch token {
    case .name: "name " + lexer.text
    case .semicolon: lexer.text
    case .literal: "literal " + lexer.text
    case .operatorAssign: lexer.assignOperator.text + "="
    default: token.inMessages
    }
  }

  private static let statementStarts: Set<Token> = [
    .break, .const, .continue, .defer, .fallthrough, .for, .go, .goto, .if, .return, .select,
    .switch, .type, .var,
  ]

  /// Skips to one of `followers`, or to a statement within functions. Without any, skips one token.
  func advance(_ followers: Token...) {
    if followers.isEmpty {
      if token != .eof { next() }
      return
    }
    while token != .eof, !followers.contains(token),
      functionLevel == 0 || !Self.statementStarts.contains(token)
    { next() }
  }

  /// One level deeper for what `body` parses.
  func nested<Result>(_ body: () -> Result) -> Result {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.deepest { tooDeep() }
    return body()
  }

  func tooDeep() {
    guard token != .eof else { return }
    report(position, "syntax error: nesting is deeper than \(Self.deepest) levels")
    lexer.stop()
    token = .eof
  }

  // MARK: Nodes

  func freshID() -> Int {
    defer { nextID += 1 }
    return nextID
  }

  func make(_ start: Position, _ kind: Expression.Kind) -> Expression {
    Expression(id: freshID(), start: start, kind)
  }

  func make(
    _ start: Position, _ position: Position, _ kind: Expression.Kind
  ) -> Expression {
    Expression(id: freshID(), start: start, position: position, kind)
  }

  func bad() -> Expression { make(position, .bad) }

  func name() -> Name {
    if token == .name {
      let result = Name(id: freshID(), position: position, text: lexer.text)
      next()
      return result
    }
    let result = Name(id: freshID(), position: position, text: "_")
    syntaxError("expected name")
    advance()
    return result
  }

  func nameExpression(_ name: Name) -> Expression {
    Expression(id: name.id, start: name.position, .name(name.text))
  }

  /// More names behind `first`.
  func nameList(_ first: Name) -> [Name] {
    var names = [first]
    while got(.comma) { names.append(name()) }
    return names
  }

  /// `element { separator element } [separator] close`; where `close` stands. `element` says
  /// whether it must be the last.
  @discardableResult
  func list(
    _ context: String, _ separator: Token, _ close: Token, _ element: () -> Bool
  ) -> Position {
    var isDone = false
    while token != .eof, token != close, !isDone {
      isDone = element()
      if !got(separator), token != close {
        syntaxError(
          "in \(context); possibly missing \(separator.inMessages) or \(close.inMessages)")
        advance(.rightParen, .rightBracket, .rightBrace)
        if token != close { return position }
      }
    }
    let end = position
    want(close)
    return end
  }
}
