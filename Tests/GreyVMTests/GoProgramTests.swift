// Programs that use most of the language print what Go prints; also while the heap is collected
// beside them, at pauses that a seed chooses.

import Testing

@Suite struct GoProgramTests {
  @Test("prints what Go prints", arguments: GoProgram.all.indices)
  func prints(_ index: Int) throws {
    let program = GoProgram.all[index].1
    let ending = try run(program.source)
    #expect(ending.output.hasPrefix(program.output), "\(ending.output)")
    #expect(ending.exit == program.exit)
    if program.exit == 0 { #expect(ending.output == program.output) }
  }

  @Test("the same with collections", arguments: GoProgram.all.indices, [UInt64(1)])
  func collects(_ index: Int, _ seed: UInt64) throws {
    let program = GoProgram.all[index].1
    let ending = try run(program.source, budget: 20, collects: true, every: 11, seed: seed)
    #expect(ending.output.hasPrefix(program.output), "\(ending.output)")
    #expect(ending.exit == program.exit)
    #expect(ending.cycles > 5)
  }

  @Test(
    "what nobody recovers is shown as Go shows it",
    arguments: [
      ("panic(5)", "panic: 5\n"), ("panic(E(5))", "panic: main.E(5)\n"),
      ("panic(1.5)", "panic: 1.5\n"), ("panic(\"a\\nb\")", "panic: a\n\tb\n"),
      ("panic(S(\"x\"))", "panic: main.S(\"x\")\n"), ("panic('x')", "panic: 120\n"),
      ("panic(Err{\"m\"})", "panic: err:m\n"), ("panic(St{})", "panic: str\n"),
      ("panic(T{})", "panic: (main.T) 0x"), ("panic(&T{})", "panic: (*main.T) 0x"),
      ("panic([]int{1})", "panic: ([]int) 0x"),
      ("panic(nil)", "panic: runtime error: panic called with nil argument\n"),
      ("defer func() { panic(2) }(); panic(1)", "panic: 1\n\tpanic: 2\n"),
      (
        "defer func() { recover(); panic(2) }(); panic(1)",
        "panic: 1 [recovered]\n\tpanic: 2\n"
      ),
      ("defer func() { panic(recover()) }(); panic(1)", "panic: 1 [recovered, repanicked]\n"),
      (
        "defer func() { panic(Err{\"two\"}) }(); panic(Err{\"one\"})",
        "panic: err:one\n\tpanic: err:two\n"
      ),
      ("panic(&PE{})", "fatal error: panic while printing panic value: in Error\n"),
      ("var m map[string]int; m[\"a\"] = 1", "panic: assignment to entry in nil map\n"),
      (
        "var a any = 5; _ = a.(string)",
        "panic: interface conversion: interface {} is int, not string\n"
      ),
      (
        "var a any = T{}; _ = a.(error)",
        "panic: interface conversion: main.T is not error: missing method Error\n"
      ),
      (
        "var e error = Err{}; _ = e.(interface{ Foo() })",
        "panic: interface conversion: main.Err is not interface { Foo() }: missing method Foo\n"
      ),
      (
        "var e error = Err{}; _ = e.(*PE)",
        "panic: interface conversion: error is main.Err, not *main.PE\n"
      ),
      ("var a any; _ = a.(error)", "panic: interface conversion: interface is nil, not error\n"),
      ("var c chan int; close(c)", "panic: close of nil channel\n"),
      ("c := make(chan int); close(c); close(c)", "panic: close of closed channel\n"),
      ("c := make(chan int); close(c); c <- 1", "panic: send on closed channel\n"),
      ("n := -1; _ = make(chan int, n)", "panic: makechan: size out of range\n"),
      (
        "s := []int{1}; _ = [4]int(s)",
        "panic: runtime error: cannot convert slice with length 1 to array or pointer to array "
          + "with length 4\n"
      ),
      (
        "m := map[any]int{}; m[struct{ x []int }{}] = 1",
        "panic: runtime error: hash of unhashable type struct { x []int }\n"
      ),
      (
        "var p *int; *p = 1",
        "panic: runtime error: invalid memory address or nil pointer dereference\n"
          + "[signal SIGSEGV: segmentation violation"
      ),
      ("go func() { panic(\"g\") }(); select {}", "panic: g\n\ngoroutine 2 [running]:\n"),
      ("var f func(); go f(); select {}", "fatal error: go of nil func value\n"),
      ("c := make(chan int); <-c", deadlock + "[chan receive]:\nmain.main(...)\n\tprog.go:13\n"),
      ("c := make(chan int); c <- 1", deadlock + "[chan send]:\n"),
      ("var c chan int; c <- 1", deadlock + "[chan send (nil chan)]:\n"),
      ("select {}", deadlock + "[select (no cases)]:\n"),
      ("c := make(chan int); select { case <-c: case c <- 1: }", deadlock + "[select]:\n"),
      (
        "g(1)",
        "runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n"
      ),
    ])
  func fails(_ body: String, _ output: String) throws {
    let source = """
      package main
      type E int
      type S string
      type T struct{ a int }
      type Err struct{ m string }
      func (e Err) Error() string { return "err:" + e.m }
      type St struct{}
      func (St) String() string { return "str" }
      type PE struct{}
      func (*PE) Error() string { panic("in Error") }
      func g(n int) int { var a [1000]int; a[n%1000] = n; return g(n+1) + a[n%999] }
      func main() {
      \(body)
      }
      """
    let ending = try run(source, budget: 100_000)
    #expect(ending.output.hasPrefix(output), "\(ending.output)")
    #expect(ending.exit == 2)
  }

  @Test("all other goroutines end with the first one")
  func ends() throws {
    let source = """
      package main
      func main() {
        for i := 0; i < 10; i++ { go func() { for { } }() }
        println("end")
      }
      """
    #expect(try run(source) == Ending(output: "end\n", exit: 0))
  }
}

private let deadlock = "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 "
