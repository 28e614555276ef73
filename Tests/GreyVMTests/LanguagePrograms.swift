// Methods, interfaces, closures, switches and conversions, with what Go printed.

extension GoProgram {
  static let language = GoProgram(
    source: #"""
      package main

      type Animal interface{ Sound() string }
      type Base struct{ name string }

      func (b Base) Name() string      { return b.name }
      func (b *Base) Rename(s string)  { b.name = s }

      type Dog struct {
        *Base
        age int
      }

      func (d Dog) Sound() string { return d.name + " woof" }

      type Cat struct {
        Base
        Animal
      }
      type Num int

      func (n Num) Add(m int) Num { return n + Num(m) }
      func (n *Num) Inc()         { *n++ }

      type Stringer interface{ String() string }
      type Both interface {
        Stringer
        Animal
      }
      type B struct{}

      func (B) String() string { return "B" }
      func (B) Sound() string  { return "b" }

      func classify(x any) string {
        switch v := x.(type) {
        case nil:
          return "nil"
        case int, int8:
          _ = v
          return "int-ish"
        case string:
          return "string " + v
        case []int:
          return "slice"
        case func(int) int:
          return "func"
        case map[string]int:
          return "map"
        case chan int:
          return "chan"
        case error:
          return "error " + v.Error()
        case Both:
          return "both " + v.String() + v.Sound()
        case Animal:
          return "animal " + v.Sound()
        case *int:
          return "ptr"
        case struct{ x int }:
          return "struct"
        case [2]string:
          return "array " + v[1]
        default:
          return "other"
        }
      }
      type E string

      func (e E) Error() string { return string(e) }

      func fact(n int) int {
        var f func(int) int
        f = func(n int) int {
          if n < 2 {
            return 1
          }
          return n * f(n-1)
        }
        return f(n)
      }
      func variadic(pre string, xs ...any) int { return len(pre) + len(xs) }
      func multi() (int, string, error)        { return 1, "s", E("e") }

      func main() {
        d := Dog{&Base{"rex"}, 3}
        d.Rename("max")
        println(d.Name(), d.Sound(), Animal(d).Sound())
        c := Cat{Base{"tom"}, d}
        c.Rename("tim")
        println(c.Name(), c.Sound(), Animal(c).Sound())
        f := c.Name
        c.Rename("changed")
        g := c.Base.Rename
        g("again")
        println(f(), c.name, Base.Name(c.Base))
        n := Num(3)
        inc := n.Inc
        inc()
        inc()
        (*Num).Inc(&n)
        println(n, Num.Add(n, 4), n.Add(1).Add(2))
        for _, x := range []any{nil, 1, int8(2), "s", []int{}, func(i int) int { return i },
          map[string]int{}, make(chan int), E("err"), B{}, d, new(int), struct{ x int }{1},
          [2]string{"a", "b"}, 1.5, &d} {
          println(classify(x))
        }
        var fs []func() int
        for i := 0; i < 3; i++ {
          fs = append(fs, func() int { i += 10; return i })
        }
        for _, s := range []string{"x", "y"} {
          fs = append(fs, func() int { return len(s) + int(s[0]) })
        }
        for _, f := range fs {
          print(f(), " ", f(), " ")
        }
        println(fact(10))
        println(variadic("a"), variadic("a", 1, "b"), variadic("a", []any{1, 2, 3}...))
        a, b, e := multi()
        println(a, b, e.Error())
        println(min(3, 1, 2), max(1.5, 2.5), min("b", "a"), max(n, 2))
        zero := 0.0
        nan := zero / zero
        println(min(1, nan), max(nan, 1), min(zero, -zero), 1/min(zero, -1/(1/zero)))
        s := []int{1, 2, 3, 4}
        clear(s[1:3])
        println(s[0], s[1], s[2], s[3])
        ss := []string{"a", "b"}
        clear(ss)
        println(ss[0] == "", len(ss))
        arr := [4]int(s)
        ap := (*[2]int)(s[2:])
        ap[1] = 40
        println(arr[3], s[3], len(ap))
        x, ok := any(E("q")).(error)
        println(x.Error(), ok)
        _, ok = any(3).(error)
        _, ok2 := any(nil).(int)
        println(ok, ok2)
        type pt struct{ x, y int }
        m := map[pt]string{{1, 2}: "a"}
        m[pt{3, 4}] = "b"
        var p1, p2 any = pt{1, 2}, pt{1, 2}
        println(m[pt{3, 4}], p1 == p2, p1 != nil)
        func() {
          i := 0
        loop:
          if i < 3 {
            i++
            goto loop
          }
          println(i)
        }()
        var iface Animal
        println(iface == nil, Animal(d) == Animal(d))
        if bs, ok := iface.(Both); !ok {
          println(bs == nil)
        }
        {
          x := []*int{}
          for i := range 3 {
            x = append(x, &i)
          }
          println(*x[0], *x[1], *x[2])
        }
        str := "héllo"
        bs := []byte(str)
        bs[0] = 'H'
        rs := []rune(str)
        println(string(bs), string(rs[1]), len(rs), str[1:3] == "é", str < "hz")
        switch {
        case n > 100:
          println("big")
        case n > 5:
          println("mid")
          fallthrough
        case n > 1000:
          println("fell")
        default:
          println("no")
        }
        func(xs ...int) { println(xs == nil, len(xs)) }()
        var e1 error = E("same")
        var e2 error = E("same")
        println(e1 == e2, e1 == E("same"))
        ch := make(chan Animal, 2)
        ch <- d
        ch <- B{}
        println((<-ch).Sound(), (<-ch).Sound())
        type Tree struct {
          l, r *Tree
          v    int
        }
        var ins func(t *Tree, v int) *Tree
        ins = func(t *Tree, v int) *Tree {
          if t == nil {
            return &Tree{v: v}
          }
          if v < t.v {
            t.l = ins(t.l, v)
          } else {
            t.r = ins(t.r, v)
          }
          return t
        }
        var root *Tree
        for i := 0; i < 100; i++ {
          root = ins(root, i*37%101)
        }
        var walk func(t *Tree, f func(int))
        walk = func(t *Tree, f func(int)) {
          if t != nil {
            walk(t.l, f)
            f(t.v)
            walk(t.r, f)
          }
        }
        last, sorted := -1, true
        walk(root, func(v int) { sorted = sorted && v > last; last = v })
        println(sorted, last)
      }
      """#,
    output: """
      max max woof max woof
      tim max woof max woof
      tim again again
      6 10 9
      nil
      int-ish
      int-ish
      string s
      slice
      func
      map
      chan
      error err
      both Bb
      animal max woof
      ptr
      struct
      array b
      other
      animal max woof
      10 20 11 21 12 22 121 121 122 122 3628800
      1 3 4
      1 s e
      1 2.5 a 6
      NaN NaN -0 -Inf
      1 0 0 4
      true 2
      4 40 2
      q true
      false false
      b true true
      3
      true true
      true
      0 1 2
      Héllo é 5 true false
      mid
      fell
      true 0
      true true
      max woof b
      true 100

      """, exit: 0)
}
