// Bytes to tokens (spec, "Lexical elements"), one at a time, with semicolons put in.
//
// A newline ends a statement where the token before it could (spec, "Semicolons"): a name, a
// literal, `break continue fallthrough return ++ -- ) ] }`. A comment that contains a newline acts
// like one, every other comment like a space.
//
// The lexer looks at bytes; scalars are decoded only in names, runes and messages. Encoding errors
// were told by `SourceText`, so here they are stepped over. It always makes progress and ends with
// `eof`, whatever the bytes are.

package struct Lexer {
  package let source: SourceText
  let bytes: [UInt8]
  var at = 0
  private var endsStatement = false

  /// The token last read.
  package private(set) var token = Token.eof
  package private(set) var start = Position(0)
  /// Of a name or literal: its text; of a semicolon: `semicolon`, `newline` or `EOF`.
  package private(set) var text = ""
  /// Of `operatorAssign`.
  package private(set) var assignOperator = Operator.add
  package private(set) var literalKind = LiteralKind.integer
  /// The literal is malformed and was reported.
  package private(set) var isBad = false

  package internal(set) var problems: [Diagnostic]

  package init(_ source: SourceText) {
    self.source = source
    bytes = source.bytes
    problems = source.problems
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
  }

  var isAtEnd: Bool { at >= bytes.count - 1 }

  mutating func report(_ offset: Int, _ message: String) {
    problems.append(Diagnostic(Position(offset), message))
  }

  /// Makes every further token `eof`.
  package mutating func stop() {
    at = bytes.count - 1
    endsStatement = false
    token = .eof
  }

  package mutating func next() {
    let mayEnd = endsStatement
    endsStatement = false
    // A character that begins no token is reported and stepped over; what stood before it may still
    // end its statement.
    while !step(mayEnd) {}
  }

  /// One token; false where there was none at this character.
  private mutating func step(_ mayEnd: Bool) -> Bool {
    if skipBlank(stoppingAtNewline: mayEnd) { return true }
    start = Position(at)
    if isAtEnd {
      if mayEnd { semicolon("EOF") } else { token = .eof }
      return true
    }
    let byte = bytes[at]
    if Self.isLetter(byte) || byte >= 0x80 { return name() }
    if Self.isDigit(byte) || byte == 0x2E && Self.isDigit(bytes[at + 1]) {
      let number = scanNumber()
      literal(number.kind, isGood: number.isGood)
    } else if byte == 0x22 {
      literal(.string, isGood: scanString())
    } else if byte == 0x60 {
      literal(.string, isGood: scanRawString())
    } else if byte == 0x27 {
      literal(.rune, isGood: scanRune())
    } else {
      at += 1
      return punctuation(byte)
    }
    return true
  }

  private mutating func semicolon(_ why: String) {
    token = .semicolon
    text = why
  }

  private mutating func literal(_ kind: LiteralKind, isGood: Bool) {
    token = .literal
    literalKind = kind
    isBad = !isGood
    endsStatement = true
    text = source.text(Int(start.offset)..<at)
  }

  /// Steps over blanks and comments. True when it made a semicolon of a newline.
  private mutating func skipBlank(stoppingAtNewline stops: Bool) -> Bool {
    while true {
      switch bytes[at] {
      case 0x20, 0x09, 0x0D: at += 1
      case 0x0A:
        if stops {
          start = Position(at)
          semicolon("newline")
          at += 1
          return true
        }
        at += 1
      case 0:
        // A NUL inside was reported with the other bytes.
        if isAtEnd { return false }
        at += 1
      case 0x2F where bytes[at + 1] == 0x2F:
        while bytes[at] != 0x0A && !isAtEnd { at += 1 }
      case 0x2F where bytes[at + 1] == 0x2A:
        let first = at
        let hasNewline = skipComment()
        if stops && (hasNewline || isAtEnd) {
          start = Position(first)
          semicolon(isAtEnd ? "EOF" : "newline")
          return true
        }
      default: return false
      }
    }
  }

  /// Over `/* … */`; whether it spans lines.
  private mutating func skipComment() -> Bool {
    let first = at
    var hasNewline = false
    at += 2
    while !isAtEnd {
      if bytes[at] == 0x2A && bytes[at + 1] == 0x2F {
        at += 2
        return hasNewline
      }
      if bytes[at] == 0x0A { hasNewline = true }
      at += 1
    }
    report(first, "comment not terminated")
    return hasNewline
  }

  private mutating func name() -> Bool {
    guard scanName() else { return false }
    text = source.text(Int(start.offset)..<at)
    guard text.utf8.count >= 2, let keyword = Token.keywords[text] else {
      token = .name
      endsStatement = true
      return true
    }
    token = keyword
    switch keyword {
    case .break, .continue, .fallthrough, .return: endsStatement = true
    default: break
    }
    return true
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard bytes[at] == byte else { return false }
    at += 1
    return true
  }

  /// `simple`, or its assignment form where `=` follows.
  private mutating func orAssign(_ simple: Token) {
    if take(0x3D), let binary = simple.binary {
      assignOperator = binary
      token = .operatorAssign
    } else {
      token = simple
    }
  }

  private mutating func closing(_ closer: Token) {
    token = closer
    endsStatement = true
  }

  private mutating func punctuation(_ byte: UInt8) -> Bool {
    switch Character(Unicode.Scalar(byte)) {
    case "(": token = .leftParen
    case "[": token = .leftBracket
    case "{": token = .leftBrace
    case ")": closing(.rightParen)
    case "]": closing(.rightBracket)
    case "}": closing(.rightBrace)
    case ",": token = .comma
    case ";": semicolon("semicolon")
    case ":": token = take(0x3D) ? .define : .colon
    case ".":
      if bytes[at] == 0x2E && bytes[at + 1] == 0x2E {
        at += 2
        token = .ellipsis
      } else {
        token = .dot
      }
    case "+": if take(0x2B) { closing(.increment) } else { orAssign(.plus) }
    case "-": if take(0x2D) { closing(.decrement) } else { orAssign(.minus) }
    case "*": orAssign(.star)
    case "/": orAssign(.slash)
    case "%": orAssign(.percent)
    case "&":
      if take(0x26) { token = .andAnd } else { orAssign(take(0x5E) ? .andNot : .and) }
    case "|": if take(0x7C) { token = .orOr } else { orAssign(.or) }
    case "^": orAssign(.xor)
    case "<":
      if take(0x3C) {
        orAssign(.shiftLeft)
      } else {
        token = take(0x3D) ? .lessOrEqual : take(0x2D) ? .arrow : .less
      }
    case ">":
      if take(0x3E) {
        orAssign(.shiftRight)
      } else {
        token = take(0x3D) ? .greaterOrEqual : .greater
      }
    case "=": token = take(0x3D) ? .equal : .assign
    case "!": token = take(0x3D) ? .notEqual : .not
    case "~": token = .tilde
    default:
      report(at - 1, "invalid character \(Self.describe(UInt32(byte)))")
      return false
    }
    return true
  }
}
