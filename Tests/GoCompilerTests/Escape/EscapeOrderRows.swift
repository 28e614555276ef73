// Several results, closures in closures, initial values: with the lines that Go 1.27 prints.

let escapeOrder = EscapeRow(
  source: #"""
    package main

    type T struct{ a, b *int }

    func mk() *int { return new(int) }

    var gp = &T{}
    var gq = &T{a: mk()}
    var gs = []int{1, 2}
    var gm = map[string]*T{"a": {}}
    var gi interface{} = 5
    var gi2 interface{} = T{}
    var gn = new(int)
    var gmk = make([]int, 5)
    var gstr = "a" + string([]byte{1})

    var sink *int
    var any2 interface{}

    func outer(op *int, oq *int) (res int) {
      ol := 1
      c1 := func(p1, q1 *int) int {
        sink = p1
        l1 := 2
        any2 = &q1
        any2 = &l1
        return ol
      }
      ol2 := 2
      c1(op, oq)
      any2 = &oq
      any2 = &ol
      any2 = &ol2
      c2 := func(p2 *int) int {
        l2 := 2
        any2 = &l2
        any2 = &p2
        f := func(pp *int) int { any2 = &pp; l3 := 1; any2 = &l3; return l2 }
        f(nil)
        return ol
      }
      c2(oq)
      any2 = &res
      return
    }

    func two() (interface{}, error) { return 5, nil }
    func three() (int, T)           { return 5, T{} }
    func take(a, b interface{})     {}
    func takev(a ...interface{})    { any2 = a[0] }

    func multi() {
      var a, b interface{}
      a, b = three()
      _, _ = a, b
      take(three())
      takev(three())
      any2, b = three()
      m := map[string]int{}
      any2 = m["a"]
      vv, ok := m["c"]
      _, _ = vv, ok
      var x interface{} = 2
      any2 = x.(int)
      s := "a"
      s += "b"
      s2 := (s + "c") + ("d" + s)
      any3 := "x" + s2
      _ = any3
      for _, q := range []string{"a"} {
        any2 = []byte(q)
      }
      type L struct{ x int }
      y := L{1}
      any2 = L(y)
      any2 = struct{ x int }(y)
      any2 = &L{1}
      _ = append([]int(nil), 1)
      n := 500
      any2 = n
      st := "str"
      any2 = st
      z := 2.5
      any2 = z
      var w = 7
      any2 = w
      ff := func() { any2 = w }
      ff()
      any2 = any2
      any2 = (func())(ff)
      any2 = *(&y)
      any2 = [...]int{1, 2}
      any2 = y.x + 1
      any2 = !ok
      any2 = 'a' + rune(n)
      any2 = two
      any2 = len("abc")
      any2 = string(rune(n))
      any2 = []rune(s)
      const c = 5
      any2 = c
      any2 = int64(c)
      any2 = uint8(n)
      any2 = "a\nb\"`"
      any2 = 1 << 40
      any2 = 1e100
      any2 = -5
      any2 = (*int)(nil)
      any2 = []int(nil)
      any2 = &y.x
      any2 = gs[1:2:3]
      func() { any2 = w }()
    }

    func main() {}
    """#,
  lines: #"""
    5:28: new(int) escapes to heap
    10:23: map[string]*T{...} escapes to heap
    10:29: &T{} escapes to heap
    13:13: new(int) escapes to heap
    14:15: make([]int, 5) escapes to heap
    15:16: "a" + string([]byte{...}) escapes to heap
    15:31: string([]byte{...}) does not escape
    15:31: []byte{...} does not escape
    20:12: leaking param: op
    22:14: leaking param: p1
    20:21: moved to heap: oq
    20:31: moved to heap: res
    21:3: moved to heap: ol
    29:3: moved to heap: ol2
    22:18: moved to heap: q1
    24:5: moved to heap: l1
    34:14: moved to heap: p2
    35:5: moved to heap: l2
    38:15: moved to heap: pp
    38:42: moved to heap: l3
    22:9: func literal does not escape
    34:9: func literal does not escape
    38:10: func literal does not escape
    47:42: 5 escapes to heap
    49:11: a does not escape
    49:14: b does not escape
    50:12: leaking param content: a
    74:3: moved to heap: y
    54:8: .autotmp_2 does not escape
    54:8: .autotmp_3 does not escape
    56:7: .autotmp_4 does not escape
    56:7: .autotmp_5 does not escape
    57:8: ... argument does not escape
    57:8: .autotmp_6 escapes to heap
    57:8: .autotmp_7 escapes to heap
    58:11: .autotmp_8 escapes to heap
    58:11: .autotmp_9 does not escape
    59:22: map[string]int{} does not escape
    60:11: m["a"] escapes to heap
    63:23: 2 does not escape
    64:11: x.(int) escapes to heap
    67:19: s + "c" + "d" + s does not escape
    68:15: "x" + s2 does not escape
    70:29: []string{...} does not escape
    71:18: ([]byte)(q) escapes to heap
    71:19: ([]byte)(q) escapes to heap
    75:11: L(y) escapes to heap
    76:25: (struct { x int })(y) escapes to heap
    77:10: &L{...} escapes to heap
    78:13: append does not escape
    80:10: 500 escapes to heap
    82:10: "str" escapes to heap
    84:10: 2.5 escapes to heap
    86:10: 7 escapes to heap
    87:9: func literal escapes to heap
    87:25: 7 escapes to heap
    91:10: *(&y) escapes to heap
    92:18: [2]int{...} escapes to heap
    93:14: y.x + 1 escapes to heap
    94:10: !ok escapes to heap
    95:14: 'a' + rune(n) escapes to heap
    97:13: 3 escapes to heap
    98:16: string(rune(n)) escapes to heap
    98:21: string(rune(n)) escapes to heap
    99:16: ([]rune)(s) escapes to heap
    99:17: ([]rune)(s) escapes to heap
    101:10: 5 escapes to heap
    102:15: int64(5) escapes to heap
    103:15: uint8(n) escapes to heap
    104:10: "a\nb\"`" escapes to heap
    105:12: 1099511627776 escapes to heap
    106:10: 1e+100 escapes to heap
    107:10: -5 escapes to heap
    109:15: ([]int)(nil) escapes to heap
    111:12: gs[1:2:3] escapes to heap
    112:3: func literal does not escape
    112:19: 7 escapes to heap
    """#)
