// The tokens of Go (spec, "Tokens"), and how they read in messages.
//
// Operators that have an assignment form come as one token `operatorAssign` with the operator
// beside it, because the parser treats all of them alike.

package enum Token: UInt8, Sendable, CaseIterable {
  case eof, name, literal, semicolon
  case leftParen, leftBracket, leftBrace, rightParen, rightBracket, rightBrace
  case comma, colon, dot, ellipsis
  case assign, define, operatorAssign, increment, decrement, arrow
  case plus, minus, star, slash, percent, and, or, xor, shiftLeft, shiftRight, andNot
  case andAnd, orOr, equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, not, tilde

  case `break`, `case`, `chan`, `const`, `continue`, `default`, `defer`, `else`, `fallthrough`
  case `for`, `func`, `go`, `goto`, `if`, `import`, `interface`, `map`, `package`, `range`
  case `return`, select, `struct`, `switch`, `type`, `var`

  /// How it is written; empty for classes of tokens.
  package var text: String { Self.texts[Int(rawValue)] }

  private static let texts: [String] = [
    "EOF", "name", "literal", ";", "(", "[", "{", ")", "]", "}", ",", ":", ".", "...",
    "=", ":=", "op=", "++", "--", "<-",
    "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "&^",
    "&&", "||", "==", "!=", "<", "<=", ">", ">=", "!", "~",
    "break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough",
    "for", "func", "go", "goto", "if", "import", "interface", "map", "package", "range",
    "return", "select", "struct", "switch", "type", "var",
  ]

  package var isKeyword: Bool { rawValue >= Token.break.rawValue }

  /// The word for it in `expected …` and `unexpected …`.
  package var inMessages: String {
    switch self {
    case .comma: "comma"
    case .semicolon: "semicolon or newline"
    default: isKeyword ? "keyword " + text : text
    }
  }

  package static let keywords: [String: Token] = Dictionary(
    uniqueKeysWithValues: allCases.filter(\.isKeyword).map { ($0.text, $0) })

  /// The operator between two operands, and its precedence (spec, "Operator precedence").
  package var binary: Operator? {
    switch self {
    case .orOr: .orOr
    case .andAnd: .andAnd
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    case .plus: .add
    case .minus: .subtract
    case .or: .or
    case .xor: .xor
    case .star: .multiply
    case .slash: .divide
    case .percent: .remainder
    case .and: .and
    case .andNot: .andNot
    case .shiftLeft: .shiftLeft
    case .shiftRight: .shiftRight
    default: nil
    }
  }
}

/// Operators as trees hold them.
package enum Operator: UInt8, Sendable {
  case orOr, andAnd
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  case add, subtract, or, xor
  case multiply, divide, remainder, and, andNot, shiftLeft, shiftRight
  // Of one operand only; `add`, `subtract`, `xor` and `and` (address) have that form too.
  case not, receive, tilde

  package var precedence: Int {
    switch self {
    case .orOr: 1
    case .andAnd: 2
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: 3
    case .add, .subtract, .or, .xor: 4
    case .multiply, .divide, .remainder, .and, .andNot, .shiftLeft, .shiftRight: 5
    case .not, .receive, .tilde: 6
    }
  }

  package var isComparison: Bool { precedence == 3 }
  package var isShift: Bool { self == .shiftLeft || self == .shiftRight }
  package var isLogical: Bool { self == .andAnd || self == .orOr }

  package var text: String {
    switch self {
    case .orOr: "||"
    case .andAnd: "&&"
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .add: "+"
    case .subtract: "-"
    case .or: "|"
    case .xor: "^"
    case .multiply: "*"
    case .divide: "/"
    case .remainder: "%"
    case .and: "&"
    case .andNot: "&^"
    case .shiftLeft: "<<"
    case .shiftRight: ">>"
    case .not: "!"
    case .receive: "<-"
    case .tilde: "~"
    }
  }
}

package enum LiteralKind: UInt8, Sendable {
  case integer, float, imaginary, rune, string
}
