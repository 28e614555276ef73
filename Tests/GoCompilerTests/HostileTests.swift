// Sources that mean harm: deep, long, binary. Each ends with a message, none with a crash.

import GoCompiler
import GoSyntax
import Testing

@Suite struct HostileTests {
  private func nested(_ open: String, _ close: String, _ count: Int, _ core: String) -> String {
    String(repeating: open, count: count) + core + String(repeating: close, count: count)
  }

  @Test(arguments: [
    ("var x = ", "(", ")", "1"), ("var x = ", "- ", "", "1"), ("var x = ", "1 + ", "", "1"),
    ("var x = f", "()", "", ""), ("var x ", "[]", "", "int"), ("var x ", "*", "", "int"),
    ("var x ", "func(", ")", ""), ("var x ", "struct{ a ", "}", "int"),
    ("var x = []int", "{", "}", "1"), ("func f() ", "{", "}", ""),
    ("func f() { ", "if x { ", "}", " }"), ("func f() ", "{ L: ", "}", ""),
    ("var x = ", "func() int { return ", "}()", "1"), ("var x ", "chan ", "", "int"),
    ("var x = ", "a[", "]", "1"), ("var x = ", "<-", "", "1"),
    ("type T ", "interface{ f() ", "}", "int"),
    ("func f() { if x {}", " else if x {}", "", "}"),
  ]) func depthIsBounded(_ head: String, _ open: String, _ close: String, _ core: String) {
    let lines = told("package p\n" + head + nested(open, close, 100_000, core) + "\n")
    #expect(lines.contains { $0.contains("nesting is deeper than 1000 levels") }, "\(open)")
  }

  @Test func whatIsAllowedToBeDeepIsChecked() {
    let deep = nested("(", ")", 300, "1")
    #expect(told("package p\nvar x = \(deep)\n").isEmpty)
    let long = (0..<900).map { _ in "1" }.joined(separator: " + ")
    #expect(told("package p\nvar x = \(long)\n").isEmpty)
    let body = nested("if true {", "}", 200, "")
    #expect(told("package p\nfunc f() { \(body) }\n").isEmpty)
  }

  @Test func anyBytesAreRead() {
    var state: UInt64 = 7
    let pieces = [
      "func", "f", "(", ")", "{", "}", "[", "]", "1", "\"a\"", "'", "`", "\n", ";", ":=", "...",
      "/*",
      "type", "T", "struct", "interface", "switch", "case", "x", ".", "(type)", "<-", "chan", ",",
      "range", "for", "if", "else", "return", "go", "defer", "\\", "\u{0}", "é", "0x", "1e", "~",
      "|",
      "map", "const", "iota", "var", "=", "+", "&", "*", "goto", "L", ":", "break", "package",
      "import", "select", "default", "fallthrough", "nil", "append", "make", "len", "int",
    ]
    for _ in 0..<400 {
      var text = "package p\n"
      for _ in 0..<60 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int(state >> 33) % pieces.count] + (state >> 60 < 12 ? " " : "")
      }
      let source = SourceText(name: "a.go", text)
      let checked = Checker.check(Parser.parse(source))
      let list = DiagnosticList(source: source, checked.problems)
      #expect(list.lines().count <= 10 * 12 + 1)
      #expect(checked.problems.allSatisfy { Int($0.position.offset) <= source.count })
    }
  }

  @Test func aLongSourceIsReadInTime() {
    let line = "func f(a int, b string) int { if a > 1 { return len(b) + a*2 }; return 0 }\n"
    let count = 2_000
    let text = "package p\n" + (0..<count).map { line.replacing("f(", with: "f\($0)(") }.joined()
    #expect(told(text).isEmpty)
  }
}
