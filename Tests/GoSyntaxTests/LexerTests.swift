// Tokens, semicolons, literals: tables from the spec's own examples.

import GoSyntax
import Testing

/// All tokens as text: names and literals as written, `;` as `;why`.
private func tokens(_ text: String) -> [String] {
  var lexer = Lexer(SourceText(name: "a.go", text))
  var result: [String] = []
  while true {
    lexer.next()
    switch lexer.token {
    case .eof: return result
    case .name, .literal: result.append(lexer.text)
    case .semicolon: result.append(";" + lexer.text)
    case .operatorAssign: result.append(lexer.assignOperator.text + "=")
    default: result.append(lexer.token.text)
    }
  }
}

private func problems(_ text: String) -> [String] {
  var lexer = Lexer(SourceText(name: "a.go", text))
  repeat { lexer.next() } while lexer.token != .eof
  return lexer.problems.map { "\($0.position.offset) \($0.message)" }
}

@Suite struct LexerTests {
  @Test func everyTokenIsReadBack() {
    for token in Token.allCases where !["EOF", "name", "literal", ";", "op="].contains(token.text) {
      #expect(tokens("x " + token.text + " ")[1] == token.text)
    }
    #expect(
      tokens("a&^=b&^c<<=d<-e...f.g") == [
        "a", "&^=", "b", "&^", "c", "<<=", "d", "<-", "e", "...", "f", ".", "g", ";EOF",
      ])
  }

  @Test(arguments: [
    ("a\n", "newline"), ("1\n", "newline"), ("`x`\n", "newline"), ("'x'\n", "newline"),
    ("return\n", "newline"), ("break\n", "newline"), ("continue\n", "newline"),
    ("fallthrough\n", "newline"), ("x++\n", "newline"), (")\n", "newline"), ("]\n", "newline"),
    ("}\n", "newline"), ("a // b\n", "newline"), ("a /* b\n */ c", "newline"), ("a", "EOF"),
    ("a /* b */", "EOF"), ("a;", "semicolon"),
  ]) func aSemicolonIsPutIn(_ text: String, _ why: String) {
    #expect(tokens(text).contains(";" + why))
  }

  @Test(arguments: ["a +\n", "(\n", "func\n", ",\n", "if\n", "a /* b */ +\n", "{\n", "\n\n"])
  func noSemicolonIsPutIn(_ text: String) {
    #expect(!tokens(text).contains { $0.hasPrefix(";") })
  }

  @Test(arguments: [
    "0", "0600", "0_600", "0o600", "0O600", "0xBadFace", "0x_67_7a_2f_cc_40_c6", "0b1011", "42",
    "1_000", "0.", "72.40", "072.40", "2.71828", "1.e+0", "6.67428e-11", "1E6", ".25", ".12345E+5",
    "1_5.", "0.15e+02", "0x1p-2", "0x2.p10", "0x1.Fp+0", "0X.8p-0", "0X_1FFFP-16", "0i", "0123i",
    "0xabci", "1.e+0i", ".25i", "'a'", "'ä'", "'本'", #"'\t'"#, #"'\000'"#, #"'\xff'"#, #"'\u12e4'"#,
    #"'\U00101234'"#, #"'\''"#, "`abc`", #"`\n"`"#, #""\n""#, #""日本語""#, #""\u65e5\U00008a9e""#,
    #""\xff\377""#,
  ]) func literalsOfTheSpec(_ text: String) {
    #expect(tokens(text) == [text, ";EOF"])
    #expect(problems(text).isEmpty)
  }

  @Test(arguments: [
    ("0b12", "3 invalid digit '2' in binary literal"),
    ("08", "1 invalid digit '8' in octal literal"),
    ("0o8", "2 invalid digit '8' in octal literal"),
    ("1__0", "2 '_' must separate successive digits"),
    ("1_", "1 '_' must separate successive digits"),
    ("0_x1", "1 '_' must separate successive digits"),
    ("0b1.0", "3 invalid radix point in binary literal"),
    ("0x1.0", "5 hexadecimal mantissa requires a 'p' exponent"),
    ("0x1e", ""), ("1p3", "1 'p' exponent requires hexadecimal mantissa"),
    ("0b1e3", "3 'e' exponent requires decimal mantissa"),
    ("'", "0 rune literal not terminated"), ("'a", "0 rune literal not terminated"),
    (#"'\x0g'"#, "4 invalid character 'g' in hexadecimal escape"),
    (#"'\08'"#, "3 invalid character '8' in octal escape"),
    (#"'\ud800'"#, "7 escape is invalid Unicode code point U+D800"),
    (#"'\U00110000'"#, "11 escape is invalid Unicode code point U+110000"),
    (#""\z""#, "2 unknown escape"), ("\"a", "0 string not terminated"),
    ("`a", "0 string not terminated"), ("/* a", "0 comment not terminated"),
    ("#", "0 invalid character U+0023 '#'"), ("x€", "1 invalid character U+20AC '€' in identifier"),
    ("\u{0661}", "0 identifier cannot begin with digit U+0661 '\u{0661}'"),
    ("x\u{FEFF}", "1 invalid BOM in the middle of the file"), ("x\u{0}", "1 invalid NUL character"),
  ]) func malformedTokens(_ text: String, _ problem: String) {
    #expect(problems(text).first ?? "" == problem)
  }

  @Test func brokenBytesAreToldWhereTheyStand() {
    let source = SourceText(
      name: "a.go", bytes: Array("a /* ".utf8) + [0xC3, 0x28] + Array("*/".utf8))
    #expect(source.problems == [Diagnostic(Position(5), "invalid UTF-8 encoding")])
  }

  @Test func namesAreUnicode() {
    #expect(
      tokens("αβ _x9 ThisVariable größe2") == [
        "αβ", "_x9", "ThisVariable", "größe2", ";EOF",
      ])
  }

  @Test func literalsDenoteBytes() {
    #expect(
      LiteralValue.bytes(ofString: #""a\n\x41\101é\u00e9\xff""#) == [
        97, 10, 65, 65, 0xC3, 0xA9, 0xC3, 0xA9, 0xFF,
      ])
    #expect(LiteralValue.bytes(ofString: "`a\\n\r\n`") == [97, 92, 110, 10])
    #expect(LiteralValue.value(ofRune: #"'\377'"#) == 255)
    #expect(LiteralValue.value(ofRune: "'世'") == 0x4E16)
    #expect(LiteralValue.value(ofRune: #"'\U0001F600'"#) == 0x1F600)
  }
}
