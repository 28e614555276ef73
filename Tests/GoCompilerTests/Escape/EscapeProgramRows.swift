// A tree, a stack, generators, a type switch: with the lines that Go 1.27 prints.

let escapePrograms = EscapeRow(
  source: #"""
    package main

    import (
      "fmt"
      "strings"
    )

    type Node struct {
      left, right *Node
      v           int
    }

    func (n *Node) insert(v int) *Node {
      if n == nil {
        return &Node{v: v}
      }
      if v < n.v {
        n.left = n.left.insert(v)
      } else {
        n.right = n.right.insert(v)
      }
      return n
    }

    type Shape interface{ Area() float64 }
    type Sq struct{ a float64 }

    func (s Sq) Area() float64 { return s.a * s.a }

    func total(ss []Shape) (t float64) {
      for _, s := range ss {
        t += s.Area()
      }
      return
    }

    func gen(n int) <-chan int {
      c := make(chan int)
      go func() {
        for i := 0; i < n; i++ {
          c <- i
        }
        close(c)
      }()
      return c
    }

    func apply(f func(int) int, xs ...int) []int {
      var out []int
      for _, x := range xs {
        out = append(out, f(x))
      }
      return out
    }

    type Stack struct{ items []interface{} }

    func (s *Stack) Push(x interface{}) { s.items = append(s.items, x) }
    func (s *Stack) Pop() interface{} {
      x := s.items[len(s.items)-1]
      s.items = s.items[:len(s.items)-1]
      return x
    }

    func rec(p **int, d int) *int {
      if d == 0 {
        return *p
      }
      return rec(p, d-1)
    }

    func named(a, b *string) (x, y *string, err error) {
      defer func() {
        if r := recover(); r != nil {
          err = fmt.Errorf("bad %v", r)
        }
      }()
      return b, a, nil
    }

    var c chan *int
    var sink interface{}

    func misc(m map[string][]*int, k string, b []byte) string {
      sink = <-c
      v := 3
      c <- &v
      select {
      case p := <-c:
        sink = *p
      default:
      }
      m[k] = append(m[k], &v)
      s := string(b) + k
      var sb strings.Builder
      sb.WriteString(s)
      for i, r := range s {
        fmt.Println(i, r)
      }
      switch x := sink.(type) {
      case int:
        fmt.Println(x)
      case *int, string:
        fmt.Println(x)
      case fmt.Stringer:
        fmt.Println(x.String())
      }
      var arr [4]*int
      arr[1] = &v
      sl := arr[:]
      copy(sl, m[k])
      p := &arr
      p[2] = nil
    loop:
      z := new(int)
      if *z == 0 {
        goto loop
      }
      f := fmt.Println
      f(z)
      return strings.ToUpper(sb.String())
    }

    func main() {
      var root *Node
      for i := 0; i < 10; i++ {
        root = root.insert(i)
      }
      fmt.Println(total([]Shape{Sq{1}, Sq{2}}))
      for x := range gen(3) {
        fmt.Println(x)
      }
      k := 4
      fmt.Println(apply(func(x int) int { return x * k }, 1, 2, 3))
      st := &Stack{}
      st.Push(1)
      st.Push("a")
      fmt.Println(st.Pop(), len(st.items))
      q := &k
      _ = rec(&q, 3)
      a, b := "a", "b"
      fmt.Println(named(&a, &b))
      fmt.Println(misc(nil, "k", []byte("abc")))
      func(args ...interface{}) { fmt.Println(args...) }(1, a)
    }
    """#,
  lines: #"""
    13:7: leaking param: n
    15:12: &Node{...} escapes to heap
    30:12: leaking param content: ss
    39:6: func literal escapes to heap
    48:12: f does not escape
    48:29: xs does not escape
    51:17: append escapes to heap
    58:7: leaking param content: s
    58:22: leaking param: x
    58:55: append escapes to heap
    61:11: (*Stack).Pop ignoring self-assignment in s.items = s.items[:len(s.items) - 1]
    59:7: leaking param: s to result ~r0 level=2
    65:10: leaking param: p to result ~r0 level=1
    72:12: leaking param: a to result y level=0
    72:15: leaking param: b to result x level=0
    73:9: func literal does not escape
    75:23: ... argument does not escape
    84:11: m does not escape
    84:32: leaking param: k
    84:42: b does not escape
    86:3: moved to heap: v
    90:12: *p escapes to heap
    93:16: append escapes to heap
    94:18: string(b) + k does not escape
    94:15: string(b) does not escape
    98:16: ... argument does not escape
    98:17: i escapes to heap
    98:20: r escapes to heap
    102:16: ... argument does not escape
    102:17: x escapes to heap
    104:16: ... argument does not escape
    106:16: ... argument does not escape
    106:25: x.String() escapes to heap
    115:11: new(int) escapes to heap
    120:4: ... argument does not escape
    144:8: leaking param content: args
    141:3: moved to heap: a
    141:6: moved to heap: b
    129:14: ... argument does not escape
    129:20: total([]Shape{...}) escapes to heap
    129:28: []Shape{...} does not escape
    129:31: Sq{...} escapes to heap
    129:38: Sq{...} escapes to heap
    131:16: ... argument does not escape
    131:17: x escapes to heap
    134:14: ... argument does not escape
    134:20: apply(func literal, ... argument...) escapes to heap
    134:21: func literal does not escape
    134:20: ... argument does not escape
    135:9: &Stack{} does not escape
    136:11: 1 escapes to heap
    137:11: "a" escapes to heap
    138:14: ... argument does not escape
    138:28: len(st.items) escapes to heap
    142:14: ... argument does not escape
    143:14: ... argument does not escape
    143:19: misc(nil, "k", ([]byte)("abc")) escapes to heap
    143:37: ([]byte)("abc") does not escape
    143:37: zero-copy string->[]byte conversion
    144:3: func literal does not escape
    144:53: ... argument does not escape
    144:54: 1 escapes to heap
    144:57: a escapes to heap
    """#)
