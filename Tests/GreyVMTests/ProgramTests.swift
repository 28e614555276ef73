// Go programs and what they print; the same again with a collection at every pause.

import Testing

private let programs: [(source: String, output: String)] = [
  (
    """
    func main() { println(fib(15)) }
    func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }
    """, "610\n"
  ),
  (
    """
    type T struct { a int8; b int32; c string; d [3]int16 }
    func (t *T) set(x int32) { t.b = x }
    func (t T) sum() int32 { return t.b + int32(t.a) }
    func main() {
      var t T
      i := 1
      t.a = -3
      t.set(100)
      t.d[i] = 9
      t.d[i] += 4
      t.c = "x" + t.c + "y"
      println(t.sum(), t.c, t.d[1], len(t.d))
    }
    """, "97 xy 13 3\n"
  ),
  (
    """
    type Shape interface { Area() int }
    type Square struct{ side int }
    type Named struct { *Square; name string }
    func (s *Square) Area() int { return s.side * s.side }
    type Line int
    func (l Line) Area() int { return int(l) - 1 }
    func main() {
      for _, s := range []Shape{&Square{3}, Line(1), Named{&Square{4}, "n"}} {
        f := s.Area
        switch v := s.(type) {
        case Line: println("line", int(v), f())
        case Shape: println("shape", f(), s.Area())
        }
      }
    }
    """, "shape 9 9\nline 1 0\nshape 16 16\n"
  ),
  (
    """
    func main() {
      var fs []func() int
      for i := 0; i < 3; i++ { fs = append(fs, func() int { i *= 10; return i }) }
      for _, f := range fs { println(f(), f()) }
    }
    """, "0 0\n10 100\n20 200\n"
  ),
  (
    """
    type Tree struct { left, right *Tree }
    func build(n int) *Tree { if n == 0 { return &Tree{} }; return &Tree{build(n-1), build(n-1)} }
    func (t *Tree) count() int {
      if t.left == nil { return 1 }
      return 1 + t.left.count() + t.right.count()
    }
    func main() {
      t := build(7)
      s := ""
      for i, r := range "aé∑" { s += string(r); println(i, r, len(s)) }
      println(t.count(), s)
    }
    """, "0 97 1\n1 233 3\n3 8721 6\n255 aé∑\n"
  ),
  (
    """
    func main() {
      a, b := uint8(250), int8(-128)
      a += 10
      b--
      println(a, b, -b, ^a, 1.5, float32(0.1), 1e21)
    }
    """,
    "4 127 -127 251 1.5 0.1 1e+21\n"
  ),
]

@Suite struct ProgramTests {
  @Test("prints what Go prints", arguments: programs.indices)
  func prints(_ index: Int) throws {
    let ending = try run("package main\n" + programs[index].source)
    #expect(ending == Ending(output: programs[index].output, exit: 0))
  }

  @Test("the same with a collection at every third branch or call", arguments: programs.indices)
  func collects(_ index: Int) throws {
    let ending = try run("package main\n" + programs[index].source, budget: 3, collects: true)
    #expect(ending.output == programs[index].output)
    #expect(ending.exit == 0)
    #expect(ending.cycles > 0 || index == 5)
  }

  @Test(
    "fails as Go does",
    arguments: [
      (
        "var s = []int{1, 2, 3}; func main() { i := 5; println(s[i]) }",
        "runtime error: index out of range [5] with length 3"
      ),
      (
        "type T struct{ a, b int }; func main() { var p *T; println(p.b) }",
        "runtime error: invalid memory address or nil pointer dereference"
      ),
      ("func main() { a, b := 1, 0; println(a / b) }", "runtime error: integer divide by zero"),
      ("func main() { n := -1; println(1 << n) }", "runtime error: negative shift amount"),
      (
        "func main() { n := 4; s := []int{1, 2}; println(len(s[n:])) }",
        "runtime error: slice bounds out of range [4:2]"
      ),
      (
        "func main() { n := -4; println(len(make([]int, n))) }",
        "runtime error: makeslice: len out of range"
      ),
      ("func main() { panic(\"no\") }", "panic: no\n"),
      ("type E int; func main() { panic(E(7)) }", "panic: main.E(7)\n"),
      (
        "func main() { var a, b any = []int{}, []int{}; println(a == b) }",
        "runtime error: comparing uncomparable type []int"
      ),
    ])
  func fails(_ source: String, _ message: String) throws {
    let ending = try run("package main\n" + source)
    #expect(ending.exit == 2)
    #expect(ending.output.contains(message), "\(ending.output)")
    #expect(ending.output.contains("goroutine 1 [running]:\nmain.main(...)\n\tprog.go:2\n"))
  }

  @Test("a deep recursion grows the stack")
  func recursion() throws {
    let deep = """
      package main
      func f(n int) int { if n == 0 { return 0 }; return 1 + f(n-1) }
      func main() { println(f(100000)) }
      """
    #expect(try run(deep) == Ending(output: "100000\n", exit: 0))
  }

  @Test("what is not there is refused where it stands, with what there is")
  func refuses() {
    do {
      _ = try compile("package main\nimport \"net/http\"\nfunc main() {}")
      Issue.record("it compiles")
    } catch {
      #expect("\(error)".contains("prog.go:2:8: package net/http is not in std"))
      #expect("\(error)".contains("there are: bufio bytes"))
    }
  }

  @Test("a method of values says so when it is called with a nil pointer")
  func nilReceiver() throws {
    let source = """
      package main
      type T struct{ n int }
      func (t T) F() int { return t.n }
      func main() {
        var p *T
        var i interface{ F() int } = p
        i.F()
      }
      """
    let text = "panic: value method main.T.F called using nil *T pointer\n"
    #expect(try run(source).output.hasPrefix(text))
  }

  @Test("os.Args are the workload's arguments")
  func arguments() throws {
    let source = "package main\nimport \"os\"\nfunc main() { println(len(os.Args), os.Args[1]) }"
    #expect(
      try run(source, arguments: ["prog.go", "one two"]) == Ending(output: "2 one two\n", exit: 0))
  }
}
