// Functions of the library that the machine does itself, with what Go printed.

extension GoProgram {
  static let library = GoProgram(
    source: #"""
      package main

      import (
        "errors"
        "os"
        "runtime"
      )

      var ErrA = errors.New("a")

      func f(n int) error {
        if n > 0 {
          return ErrA
        }
        return errors.New("a")
      }
      func main() {
        println(f(1) == ErrA, f(0) == ErrA, f(0).Error())
        c := make(chan int)
        for i := 0; i < 3; i++ {
          go func() { <-c }()
        }
        runtime.Gosched()
        println(runtime.NumGoroutine())
        m := map[string][]int{"x": {1, 2}}
        runtime.GC()
        println(m["x"][1])
        func() {
          defer func() {
            e := recover()
            _, ok := e.(runtime.Error)
            println(ok, e.(error).Error())
          }()
          var p *[]int
          println(len(*p))
        }()
        func() {
          defer func() {
            _, ok := recover().(runtime.Error)
            println(ok)
          }()
          panic(ErrA)
        }()
        defer println("not printed")
        if len(m) > 5 {
          return
        }
        os.Exit(3)
      }
      """#,
    output: """
      true false a
      4
      2
      true runtime error: invalid memory address or nil pointer dereference
      false

      """, exit: 3)
}
