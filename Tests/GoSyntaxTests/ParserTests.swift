// Trees: what was written is what is shown, and precedence and ambiguities fall as the spec says.

import GoSyntax
import Testing

private func parse(_ text: String) -> SyntaxFile {
  Parser.parse(SourceText(name: "a.go", text))
}

/// The value of `var x = …`.
private func value(_ text: String) throws -> Expression {
  let file = parse("package p\nvar x = \(text)\n")
  try #require(file.problems.isEmpty)
  guard case .variable(let one)? = file.declarations.first else {
    throw Missing()
  }
  return try #require(one.values.first)
}

private struct Missing: Error {}

/// Everything in parentheses, to see how operators bind.
private func bound(_ x: Expression) -> String {
  switch x.kind {
  case .binary(let op, let a, let b): "(\(bound(a)) \(op.text) \(bound(b)))"
  case .unary(let op, let a): "(\(op.text)\(bound(a)))"
  case .star(let a): "(*\(bound(a)))"
  default: ExpressionText.of(x)
  }
}

@Suite struct ParserTests {
  @Test(arguments: [
    "a + b*c", "f(x, y...)", "a[i]", "a[i:j:k]", "a[:]", "x.(T)", "x.y.z", "*p", "&x", "<-c", "-x",
    "T{…}", "[]int{…}", "map[string]int{}", "func(a int, b ...string) (c int, err error) {…}",
    "(x)", "[3]int{…}", "[...]int{…}", "(*T).m", "T[A, B](x)", "func() {…}", "make(chan<- int)",
    "(<-chan int)(nil)", "(func())(nil)", "interface{}(x)", "struct{}{}",
  ]) func isShownAsWritten(_ text: String) throws {
    let source = text.replacing("{…}", with: "{}")
    let shown = ExpressionText.of(try value(source))
    #expect(
      shown.replacing(" ", with: "").replacing("{…}", with: "{}")
        == source.replacing(" ", with: ""))
  }

  @Test(arguments: [
    ("a || b && c == d + e * f", "(a || (b && (c == (d + (e * f)))))"),
    ("a - b - c", "((a - b) - c)"), ("-a * b", "((-a) * b)"), ("a &^ b << c", "((a &^ b) << c)"),
    ("*p.x", "(*p.x)"), ("&a[0]", "(&a[0])"), ("!a == b", "((!a) == b)"),
    ("<-c + 1", "((<-c) + 1)"),
    ("^a | b ^ c", "(((^a) | b) ^ c)"),
  ]) func operatorsBind(_ text: String, _ wanted: String) throws {
    #expect(bound(try value(text)) == wanted)
  }

  @Test func arrowsBelongToChannelTypes() throws {
    for (text, wanted) in [
      ("(<-chan int)(x)", "<-chan int"), ("(<-chan (<-chan int))(x)", "<-chan (<-chan int)"),
      ("(chan<- chan int)(x)", "chan<- chan int"), ("(<-chan<- chan int)(x)", "<-chan <-chan int"),
    ] {
      guard case .call(let call) = try value(text).kind else { throw Missing() }
      let shown = ExpressionText.of(call.function.withoutParentheses)
      #expect(shown == wanted.replacing("(<-chan int)", with: "(<-chan int)"), "\(text)")
    }
  }

  @Test func bracesInHeadsBeginBlocks() {
    for text in [
      "if x == (T{1}) {}", "for _, v := range []int{1, 2} {}", "switch f(T{}) {}", "if f(T{1}) {}",
      "if x {}", "for x {}", "switch x {}", "switch x := y.(type) {}", "for range c {}",
      "if x := (struct{a int}{1}); x.a > 0 {}", "switch x := f(); {}", "for ;; {}",
      "for x := 0;; {}",
    ] {
      #expect(parse("package p\nfunc f() { \(text) }\n").problems.isEmpty, "\(text)")
    }
  }

  @Test func parametersAreSortedOutAtTheirEnd() throws {
    let file = parse("package p\nfunc f(a, b, c) {}\nfunc g(a, b int, c ...T) (x, y T) {}\n")
    let shown = file.declarations.map { declaration -> String in
      guard case .function(let one) = declaration else { return "" }
      let all = one.type.parameters + one.type.results
      return all.map { ($0.name.map { $0.text + " " } ?? "") + ExpressionText.of($0.type) }
        .joined(separator: ", ")
    }
    #expect(shown == ["a, b, c", "a int, b int, c ...T, x T, y T"])
  }

  @Test(arguments: [
    ("type T[P any] int", 1), ("type T[P *C,] int", 1), ("type T[P *C, Q any] int", 2),
    ("type T[P interface{ m() }] int", 1), ("type T[P ~int | string] int", 1),
    ("type T[P []E, E any] int", 2),
    ("type T [n]int", 0), ("type T [n * 2]int", 0), ("type T []int", 0), ("type T [2]int", 0),
    ("type T[P *C|D,] int", 1), ("type T [P(C)]int", 0), ("type T[K comparable, V any] map[K]V", 2),
  ]) func typeParametersAreToldFromLengths(_ text: String, _ count: Int) throws {
    let file = parse("package p\n\(text)\n")
    #expect(file.problems.isEmpty)
    guard case .type(let one)? = file.declarations.first else { throw Missing() }
    #expect(one.typeParameters.count == count)
  }

  @Test func genericsParseWhole() {
    let file = parse(
      """
      package p
      type Number interface { ~int | ~float64; String() string }
      type List[T any] struct { next *List[T]; value T; Pair[T, int] }
      func (l *List[T]) Push(v T) { l.next = &List[T]{value: v} }
      func Map[T, U any](s []T, f func(T) U) []U { return Map[T, U](s, f) }
      var x = Map[int, string](nil, nil)
      var y List[List[int]]
      """)
    #expect(file.problems.isEmpty)
  }

  @Test func constantsRepeatTheLineAbove() throws {
    let file = parse("package p\nconst (\n a, b int = 1, 2\n c, d\n _, _\n e = iota\n)\n")
    let lines = file.declarations.map { declaration -> String in
      guard case .constant(let one) = declaration else { return "" }
      return "\(one.iota) \(one.isRepeated) \(one.values.count) \(one.type == nil)"
    }
    #expect(lines == ["0 false 2 false", "1 true 2 false", "2 true 2 false", "3 false 1 true"])
  }

  @Test func idsAreDense() {
    let file = parse("package p\nfunc f(a int) { b := a + 1; _ = func() { _ = b } }\n")
    #expect(file.idCount > 5 && file.idCount < 40)
  }

  @Test func errorsAreShownWithACaret() {
    let source = SourceText(name: "a.go", "package p\n\tvar x = = 1\n")
    let list = DiagnosticList(source: source, Parser.parse(source).problems)
    #expect(
      list.lines() == [
        "a.go:2:10: syntax error: unexpected =, expected expression", "    \tvar x = = 1",
        "    \t        ^",
      ])
  }

  @Test func tenErrorsAreEnough() {
    let text = "package p\n" + String(repeating: "x\n", count: 15)
    let source = SourceText(name: "a.go", text)
    let all = (2...16).map { Diagnostic(Position(10 + ($0 - 2) * 2), "wrong \($0)") }
    let list = DiagnosticList(source: source, all)
    #expect(list.shown.count == 10 && list.isCut && list.total == 15)
    #expect(list.lines(carets: false).last == "too many errors")
  }
}
