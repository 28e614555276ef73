// Boxes, conversions, literals: one of each, with the lines that Go 1.27 prints.

let escapeValues = EscapeRow(
  source: #"""
    package main

    import "fmt"

    type T struct{ a, b *int }

    func (t *T) m(x int) int { return x }

    var g interface{}
    var gp = &T{}
    var gs = []int{1, 2}
    var gf = func() { g = 1 }

    func f(p *int, q **int) (*int, *int) { return p, *q }

    func main() {
      x := 5
      n := 10
      s := []int{1, 2}
      u := make([]int, n)
      w := make([]int, n*len(s))
      y := &T{a: &x}
      h := y.m
      fmt.Println("a", x, n+1, len(s), h(3), u, w)
      for i := 0; i < 3; i++ {
        g = i
        g = func() int { return i }
        s = append(s, i)
      }
      str := "a"
      str2 := str + "b" + string([]byte{1}) + fmt.Sprint(x)
      b := []byte(str2)
      g = b
      g = T{}
      g = T{a: &x}
      g = [2]int{1, 2}
      g = map[string]int{"a": 1}
      g = map[string]int{}
      g = []int{}
      g = &[]int{1}
      g = new(int)
      g = struct{ a int }{1}
      g = s[1]
      g = *y
      g = y.a
      g = (x + 1) * 2
      g = -x
      g = f
      g = int8(x)
      g = interface{}(x)
      defer fmt.Println(y, x)
      go h(3)
      var arr [10]int
      g = arr[x:3]
      g = arr
      g = "const"
      g = 'c'
      g = 1.5
      g = true
      g = x == 5
      g = make(chan int)
      g = make(map[string]int, x)
      g = float64(x)
      g = func(a int) int { return a }(3)
      var e error = fmt.Errorf("x %d", x)
      _ = e
      g = e
      p, q := f(&x, &y.a)
      _, _ = p, q
      g = str[1:]
      g = str[0]
      g = <-make(chan string)
      m := map[string]string{"a": "b"}
      g = m["a"]
      for k, v := range m {
        g = k
        g = v + k
      }
      k := new(T)
      k.b = &n
      g = k.b
      g = *k.b
      g = k.m
      g = (*T).m
    }
    """#,
  lines: #"""
    12:23: 1 escapes to heap
    7:7: t does not escape
    14:8: leaking param: p to result ~r0 level=0
    14:16: leaking param: q to result ~r1 level=1
    17:3: moved to heap: x
    18:3: moved to heap: n
    53:7: moved to heap: arr
    19:13: []int{...} does not escape
    20:12: make([]int, n) escapes to heap
    21:12: make([]int, n * len(s)) escapes to heap
    22:8: &T{...} escapes to heap
    23:9: y.m escapes to heap
    24:14: ... argument does not escape
    24:15: "a" escapes to heap
    24:20: x escapes to heap
    24:24: n + 1 escapes to heap
    24:31: len(s) escapes to heap
    24:37: h(3) escapes to heap
    24:42: u escapes to heap
    24:45: w escapes to heap
    26:9: i escapes to heap
    27:9: func literal escapes to heap
    28:15: append does not escape
    31:41: str + "b" + string([]byte{...}) + fmt.Sprint(... argument...) does not escape
    31:36: string([]byte{...}) does not escape
    31:36: []byte{...} does not escape
    31:53: ... argument does not escape
    31:54: x escapes to heap
    32:15: ([]byte)(str2) escapes to heap
    33:7: b escapes to heap
    34:8: T{} escapes to heap
    35:8: T{...} escapes to heap
    36:13: [2]int{...} escapes to heap
    37:21: map[string]int{...} escapes to heap
    38:21: map[string]int{} escapes to heap
    39:12: []int{} escapes to heap
    39:12: []int{} escapes to heap
    40:7: &[]int{...} escapes to heap
    40:13: []int{...} escapes to heap
    41:10: new(int) escapes to heap
    42:22: struct { a int }{...} escapes to heap
    43:8: s[1] escapes to heap
    44:7: *y escapes to heap
    46:15: (x + 1) * 2 escapes to heap
    47:7: -x escapes to heap
    49:11: int8(x) escapes to heap
    50:19: (interface {})(x) escapes to heap
    51:24: x escapes to heap
    51:20: ... argument does not escape
    54:10: arr[x:3] escapes to heap
    55:7: arr escapes to heap
    56:7: "const" escapes to heap
    57:7: 'c' escapes to heap
    58:7: 1.5 escapes to heap
    59:7: true escapes to heap
    60:9: x == 5 escapes to heap
    62:11: make(map[string]int, x) escapes to heap
    63:14: float64(x) escapes to heap
    64:35: (func literal)(3) escapes to heap
    64:7: func literal does not escape
    65:27: ... argument does not escape
    65:36: x escapes to heap
    70:10: str[1:] escapes to heap
    71:10: str[0] escapes to heap
    72:7: <-(make(chan string)) escapes to heap
    73:25: map[string]string{...} does not escape
    74:8: m["a"] escapes to heap
    76:9: k escapes to heap
    77:11: v + k escapes to heap
    77:11: v + k escapes to heap
    79:11: new(T) escapes to heap
    82:7: *k.b escapes to heap
    83:8: k.m escapes to heap
    """#)
