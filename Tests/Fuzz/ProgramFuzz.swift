// Go programs: sources that somebody wrote, mistyped, cut off or made up.
//
// A source is refused with problems that lie in it, or it is a program: then its bytecode passes
// the verifier, and the image that goes to the nodes is read there as the same program. A program
// that the checker believes and the generator refuses must say why as well.

import GoCompiler
import GoSyntax
import GreyBytecode

extension FuzzReader {
  static let program = FuzzReader(
    name: "program", seeds: ProgramFuzz.seeds, words: ProgramFuzz.words
  ) { bytes in
    let source = SourceText(name: "prog.go", bytes: bytes)
    let checked = Checker.check(Parser.parse(source))
    guard checked.problems.isEmpty else {
      return ProgramFuzz.check(checked.problems, in: source, bytes: bytes.count)
    }
    let generated = Generator.generate(checked)
    guard let program = generated.program else {
      property(!generated.problems.isEmpty, "no program, and no reason")
      return ProgramFuzz.check(generated.problems, in: source, bytes: bytes.count)
    }
    ProgramFuzz.check(program)
  }
}

private enum ProgramFuzz {
  static func check(_ problems: [Diagnostic], in source: SourceText, bytes: Int) {
    for problem in problems {
      property(Int(problem.position.offset) <= bytes, "a problem elsewhere: \(problem)")
      property(!problem.message.isEmpty, "a problem without words")
    }
    let list = DiagnosticList(source: source, problems)
    property(!list.lines(carets: true).isEmpty, "problems that nobody is told of")
  }

  static func check(_ program: Program) {
    mustWork("the verifier refuses what the generator made") { try Verifier.verify(program) }
    let image = ProgramImage.encode(program)
    let again = mustWork("an image is not read again") { try ProgramImage.decode(image) }
    property(ProgramImage.encode(again) == image, "an image is read as another program")
  }

  @Sendable static func seeds() -> [[UInt8]] {
    bodies.map { Array(("package main\n" + $0).utf8) }
  }

  private static let bodies = [
    "func main() { println(1+2*3, \"a\\n\"[0], 0x1p-3, 'x', 1<<70>>68, len(`raw`)) }\n",
    """
    type T struct { a, b int; *U }
    type U struct { next *T; name string }
    func (t *T) sum(more ...int) (n int) {
      for _, m := range more { n += m }
      return n + t.a
    }
    func main() { t := T{1, 2, &U{nil, "u"}}; f := t.sum; println(f(1, 2), T.sum, t.name) }

    """,
    """
    import "fmt"
    type I interface { M(int) string }
    type A []int
    func (a A) M(i int) string { return fmt.Sprint(a[i:], len(a), cap(a[:1:2])) }
    func main() {
      var i I = A{5: 1, 2, 3}
      switch x := i.(type) { case nil: panic("nil"); case A: fmt.Println(x, x.M(1)); default: }
      if s, ok := i.(fmt.Stringer); ok { println(s.String()) }
    }

    """,
    """
    const ( a = iota; b; c float32 = 1 << iota )
    var m = map[string][3]int{"x": {1, 2, 3}}
    var x, y = f(y0())
    func y0() int { return int(c) }
    func f(n int) (p, q int) { defer func() { q = 7; recover() }(); p = n; panic(n) }
    func main() {
    outer:
      for i := 0; i < 3; i++ {
        for k, v := range m { if v[i] > b { continue outer }; delete(m, k) }
      }
      goto end
    end:
      println(x, y, a, min(1, 2.5), max("a", "b"))
      clear(m)
    }

    """,
    """
    import ("sync"; "time"; "errors"; "strings")
    func main() {
      ch, done := make(chan int, 1), make(chan struct{})
      var w sync.WaitGroup
      w.Add(1)
      go func() { defer w.Done(); for v := range ch { _ = v }; close(done) }()
      select { case ch <- 1: case v, ok := <-ch: _, _ = v, ok; case <-time.After(time.Second): }
      close(ch); <-done; w.Wait()
      println(errors.Is(nil, errors.New("e")), strings.Repeat("ab", 2))
    }

    """,
    """
    type Number interface { ~int | ~float64 }
    type List[T any] struct { head T; tail *List[T] }
    func (l *List[T]) Push(v T) *List[T] { return &List[T]{v, l} }
    func Sum[T Number](all ...T) (s T) { for _, v := range all { s += v }; return }
    func main() { var l *List[int]; l = l.Push(1); println(Sum(1, 2), Sum[float64](), l.head) }

    """,
  ]

  static let words = [
    "package main", "func ", "func main() {", "type ", "struct {", "interface {", "map[", "chan ",
    "<-", "go ", "defer ", "select {", "switch ", "case ", "default:", "fallthrough", "range ",
    "for ", "if ", "else ", "goto ", "break ", "continue ", "return ", "import ", "\"fmt\"",
    "const (", "iota", "var ", ":=", "...", "&^=", "<<", ">>", "[...]", "[]", "[T any]", "~int",
    "make(", "new(", "append(", "copy(", "len(", "cap(", "panic(", "recover()", "nil", "true",
    "int", "uint8", "float64", "string", "error", "any", "comparable", "complex128", "1e999999999",
    "0x1p-1074", "9223372036854775808", "0b", "0o7", "1_000", "'\\u00e9'", "\"\\xff\"", "`", "/*",
    "*/", "//", "\\x00", "_", "L:", ".(type)", "func(", "*", "&",
  ]
}
