// Known dynamic types, type switches, loop variables: with the lines that Go 1.27 prints.

let escapeTypes = EscapeRow(
  source: #"""
    package main

    func foo153(v interface{}) *int {
      switch x := v.(type) {
      case int:
        return &x
      default:
        sink = &x
      }
      panic(0)
    }

    type I interface{ M() }
    type T struct{ I }
    type D struct{ p *int }

    func (D) M() {}

    type E struct{ D }

    var sink interface{}

    func issue42279() {
      var i I = T{}
      i.M()
      var j I = E{}
      j.M()
      var k I = &E{}
      k.M()
      I(D{}).M()
      f := k.M
      f()
      func() { k.M() }()
    }

    func big() {
      x := [20000]int{}
      c := func() int { return x[0] }
      c()
      m := map[int]int{1: 2}
      for i := range m {
        sink = &i
      }
      for i := 0; i < 10; i++ {
        sink = &i
      }
      for i, v := range []int{1} {
        c := func() int { return i + v }
        sink = c
      }
    }

    func (t *T) self() {
      func() { t.I = t.I }()
    }

    func main() {
    }
    """#,
  lines: #"""
    25:6: partially devirtualizing i.M to T
    27:6: devirtualizing j.M to E
    29:6: devirtualizing k.M to *E
    30:11: devirtualizing I(D{}).M to D
    33:15: devirtualizing k.M to *E
    3:13: leaking param: v
    5:8: moved to heap: x
    7:3: moved to heap: x
    10:9: 0 escapes to heap
    24:14: T{} does not escape
    28:13: &E{} escapes to heap
    31:9: k.M does not escape
    33:3: func literal does not escape
    37:3: moved to heap: x
    41:7: moved to heap: i
    44:7: moved to heap: i
    38:8: func literal does not escape
    40:19: map[int]int{...} does not escape
    47:26: []int{...} does not escape
    48:10: func literal escapes to heap
    54:16: (*T).self.func1 ignoring self-assignment in t.I = t.I
    53:7: t does not escape
    54:3: func literal does not escape
    """#)
