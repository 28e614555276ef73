// Deferred calls, panics and `recover`, with what Go printed.

extension GoProgram {
  static let defers = GoProgram(
    source: #"""
      package main

      type T struct{ n int }

      func (t T) val()           { println("val", t.n) }
      func (t *T) ptr()          { println("ptr", t.n) }
      func (t T) two(a, b string) { println("two", t.n, a, b) }

      type I interface{ val() }
      type W struct{ I }
      type Err struct{ s string }

      func (e *Err) Error() string { return e.s }

      func order() {
        for i := 0; i < 3; i++ {
          defer println("defer", i)
        }
        t := T{1}
        defer t.val()
        defer t.ptr()
        defer t.two("a", "b")
        var i I = t
        defer i.val()
        defer W{T{9}}.val()
        t.n = 2
        f := func(xs ...int) { println("variadic", len(xs), xs[0]) }
        defer f(7, 8)
        defer func(s string) int { println("closure", s, t.n); return 1 }("arg")
      }
      func named() (x int, err error) {
        defer func() {
          if r := recover(); r != nil {
            x *= 2
            err = &Err{r.(string)}
          }
        }()
        x = 21
        panic("boom")
      }
      func unnamed() int {
        defer func() { recover() }()
        return 5 + func() int { panic("x") }()
      }
      func ret() (x int) {
        defer func() { x++ }()
        return 41
      }
      func nested() (s string) {
        defer func() { s = s + "|" + recover().(string) }()
        defer func() {
          defer func() { s = recover().(string) }()
          panic("second")
        }()
        panic("first")
      }
      func replaced() (s string) {
        defer func() { s = recover().(string) }()
        defer func() { panic("second") }()
        panic("first")
      }
      func helper() any     { return recover() }
      func indirect() (r any) {
        defer func() {
          if helper() != nil {
            println("helper recovered")
          }
          r = recover()
        }()
        panic("direct")
      }
      func noPanic() { defer func() { println(recover() == nil) }() }
      func deferRecover() (ok bool) {
        defer func() { ok = recover() != nil }()
        defer recover()
        panic(1)
      }
      func deferPanic() {
        defer func() { println(recover().(int)) }()
        defer panic(2)
        defer func() { println(recover().(int)) }()
        panic(1)
      }
      func runtimeErrors() {
        try := func(f func()) {
          defer func() {
            e := recover()
            if re, ok := e.(interface{ RuntimeError() }); ok {
              re.RuntimeError()
              print("runtime ")
            }
            println(e.(error).Error())
          }()
          f()
        }
        var p *T
        var s []int
        var m map[string]int
        var i any = 5
        var e error
        var c chan int
        z := 0
        n := -1
        try(func() { println(p.n) })
        try(func() { p.val() })
        try(func() { println(s[z]) })
        try(func() { println(s[1:z]) })
        try(func() { println(1 / z) })
        try(func() { m["a"] = 1 })
        try(func() { println(i.(string)) })
        try(func() { println(i.(error)) })
        try(func() { println(e.Error()) })
        try(func() { close(c) })
        try(func() { println(len(make([]int, n))) })
        try(func() { println([2]int(s)[0]) })
        try(func() { println(i == any(s)); println(any(s) == any(s)) })
        try(func() { panic(nil) })
        try(func() { panic(e) })
        try(func() { var f func(); f() })
        try(func() { a := [3]int{}; k := 3; println(a[k+z]) })
        try(func() { println("abc"[z+5]) })
      }
      func deep(n int) {
        defer func() {
          if n%1000 == 0 {
            println("unwound", n)
          }
        }()
        if n == 3000 {
          panic("deep")
        }
        deep(n + 1)
      }
      func manyDefers() {
        k := 0
        func() {
          for i := 0; i < 10000; i++ {
            defer func() { k++ }()
          }
        }()
        println(k)
      }
      func loopRecover() {
        total := 0
        for i := 0; i < 1000; i++ {
          func() {
            defer func() { total += recover().(int) }()
            panic(i)
          }()
        }
        println(total)
      }
      func repanic() (s string) {
        defer func() { s = recover().(string) }()
        func() {
          defer func() {
            r := recover()
            panic(r.(string) + " again")
          }()
          panic("once")
        }()
        return "not reached"
      }
      func methodDefer() {
        t := &T{4}
        f := t.ptr
        t.n = 5
        defer f()
        g := t.val
        t.n = 6
        defer g()
        h := (*T).ptr
        defer h(t)
      }
      func condDefer(b bool) (s string) {
        if b {
          defer func() { s += "!" }()
        }
        return "r"
      }

      func main() {
        order()
        x, err := named()
        println(x, err.Error())
        println(unnamed(), ret(), nested(), replaced(), indirect().(string))
        noPanic()
        println(deferRecover())
        deferPanic()
        runtimeErrors()
        func() { defer func() { println(recover().(string)) }(); deep(0) }()
        manyDefers()
        loopRecover()
        println(repanic())
        methodDefer()
        println(condDefer(true), condDefer(false))
        defer println("main's")
        func() {
          defer func() {
            println(recover().(error).Error())
          }()
          var f func()
          defer f()
          println("before nil defer")
        }()
      }
      """#,
    output: """
      closure arg 2
      variadic 2 7
      val 9
      val 1
      two 1 a b
      ptr 2
      val 1
      defer 2
      defer 1
      defer 0
      42 boom
      0 42 second|first second direct
      true
      true
      1
      2
      runtime runtime error: invalid memory address or nil pointer dereference
      runtime runtime error: invalid memory address or nil pointer dereference
      runtime runtime error: index out of range [0] with length 0
      runtime runtime error: slice bounds out of range [1:0]
      runtime runtime error: integer divide by zero
      runtime assignment to entry in nil map
      runtime interface conversion: interface {} is int, not string
      runtime interface conversion: int is not error: missing method Error
      runtime runtime error: invalid memory address or nil pointer dereference
      runtime close of nil channel
      runtime runtime error: makeslice: len out of range
      runtime runtime error: cannot convert slice with length 0 to array or \
      pointer to array with length 2
      false
      runtime runtime error: comparing uncomparable type []int
      runtime runtime error: panic called with nil argument
      runtime runtime error: panic called with nil argument
      runtime runtime error: invalid memory address or nil pointer dereference
      runtime runtime error: index out of range [3] with length 3
      runtime runtime error: index out of range [5] with length 3
      unwound 3000
      unwound 2000
      unwound 1000
      unwound 0
      deep
      10000
      499500
      once again
      ptr 6
      val 5
      ptr 6
      r! r
      before nil defer
      runtime error: invalid memory address or nil pointer dereference
      main's

      """, exit: 0)
}
