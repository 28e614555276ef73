// What Go 1.27 says of types, constants and operations, word for word.
//
// The sources were given to Go 1.27.3, and what it printed stands below each.

extension Row {
  static let types: [Row] = [
    Row(
      """
      package p
      var a int = "x"
      var b string = 1
      var c int8 = 300
      var d int = 1.5
      var e uint = -1
      var f float32 = 1e100
      var g []int = nil
      var h int = nil
      """,
      [
        "a.go:2:13: cannot use \"x\" (untyped string constant) as int value in variable "
          + "declaration",
        "a.go:3:16: cannot use 1 (untyped int constant) as string value in variable declaration",
        "a.go:4:14: cannot use 300 (untyped int constant) as int8 value in variable "
          + "declaration (overflows)",
        "a.go:5:13: cannot use 1.5 (untyped float constant) as int value in variable "
          + "declaration (truncated)",
        "a.go:6:14: cannot use -1 (untyped int constant) as uint value in variable "
          + "declaration (overflows)",
        "a.go:7:17: cannot use 1e100 (untyped float constant 1e+100) as float32 value in "
          + "variable declaration (overflows)",
        "a.go:9:13: cannot use nil as int value in variable declaration",
      ]),
    Row(
      """
      package p
      func f(x int, s string, e error, p *int) {
      	x = s
      	s = x
      	e = x
      	_ = x + s
      	_ = x == s
      	_ = x && true
      	_ = !x
      	_ = -s
      	_ = *x
      	_ = &1
      	p = &x
      	x = p
      }
      """,
      [
        "a.go:3:6: cannot use s (variable of type string) as int value in assignment",
        "a.go:4:6: cannot use x (variable of type int) as string value in assignment",
        "a.go:5:6: cannot use x (variable of type int) as error value in assignment: int "
          + "does not implement error (missing method Error)",
        "a.go:6:6: invalid operation: x + s (mismatched types int and string)",
        "a.go:7:11: invalid operation: x == s (mismatched types int and string)",
        "a.go:8:6: invalid operation: x && true (mismatched types int and untyped bool)",
        "a.go:9:7: invalid operation: operator ! not defined on x (variable of type int)",
        "a.go:10:7: invalid operation: operator - not defined on s (variable of type string)",
        "a.go:11:7: invalid operation: cannot indirect x (variable of type int)",
        "a.go:12:7: invalid operation: cannot take address of 1 (untyped int constant)",
        "a.go:14:6: cannot use p (variable of type *int) as int value in assignment",
      ]),
    Row(
      """
      package p
      type I interface { M(); N(int) string }
      type T struct{}
      func (T) M() {}
      type U struct{}
      func (*U) M() {}
      func (*U) N(int) string { return "" }
      type V struct{}
      func (V) M() {}
      func (V) N() {}
      type W struct{}
      func (W) m() {}
      func (W) N(int) string { return "" }
      var a I = T{}
      var b I = U{}
      var c I = &U{}
      var d I = V{}
      var e I = W{}
      var f I = 1
      var g *I = c
      """,
      [
        "a.go:14:11: cannot use T{} (value of struct type T) as I value in variable "
          + "declaration: T does not implement I (missing method N)",
        "a.go:15:11: cannot use U{} (value of struct type U) as I value in variable "
          + "declaration: U does not implement I (method M has pointer receiver)",
        "a.go:17:11: cannot use V{} (value of struct type V) as I value in variable "
          + "declaration: V does not implement I (wrong type for method N)",
        "\t\thave N()",
        "\t\twant N(int) string",
        "a.go:18:11: cannot use W{} (value of struct type W) as I value in variable "
          + "declaration: W does not implement I (missing method M)",
        "\t\thave m()",
        "\t\twant M()",
        "a.go:19:11: cannot use 1 (constant of type int) as I value in variable declaration: "
          + "int does not implement I (missing method M)",
        "a.go:20:12: cannot use c (variable of interface type I) as *I value in variable "
          + "declaration: I does not implement *I (type *I is pointer to interface, not "
          + "interface)",
      ]),
    Row(
      """
      package p
      type T struct { a int; B string }
      func f(t T, p *T, q **T) {
      	t.b = 1
      	p.A = 1
      	q.a = 1
      	t.m()
      	_ = T{1}
      	_ = T{1, "a", 2}
      	_ = T{a: 1, "b"}
      	_ = T{c: 1}
      	_ = T{a: 1, a: 2}
      	_ = T{A: 1}
      }
      """,
      [
        "a.go:4:4: t.b undefined (type T has no field or method b, but does have field B)",
        "a.go:5:4: p.A undefined (type *T has no field or method A, but does have field a)",
        "a.go:6:4: q.a undefined (type **T has no field or method a)",
        "a.go:7:4: t.m undefined (type T has no field or method m)",
        "a.go:8:9: too few values in struct literal of type T",
        "a.go:9:16: too many values in struct literal of type T",
        "a.go:10:14: mixture of field:value and value elements in struct literal",
        "a.go:11:8: unknown field c in struct literal of type T",
        "a.go:12:14: duplicate field name a in struct literal",
        "a.go:13:8: unknown field A in struct literal of type T, but does have a",
      ]),
    Row(
      """
      package p
      func f(a [3]int, s []int, m map[string]int, str string) {
      	_ = a[3]
      	_ = a[-1]
      	_ = s["x"]
      	_ = m[1]
      	_ = str[1.5]
      	_ = s[2:1]
      	_ = str[1:2:3]
      	_ = "abc"[5]
      	m[1] = 2
      	str[0] = 'a'
      	_ = [2]int{1, 2, 3}
      	_ = []int{0: 1, 0: 2}
      	_ = map[string]int{"a": 1, "a": 2}
      	_ = f[0]
      	5[0] = 1
      }
      """,
      [
        "a.go:3:8: invalid argument: index 3 out of bounds [0:3]",
        "a.go:4:8: invalid argument: index -1 (constant of type int) must not be negative",
        "a.go:5:8: cannot convert \"x\" (untyped string constant) to type int",
        "a.go:6:8: cannot use 1 (untyped int constant) as string value in map index",
        "a.go:7:10: 1.5 (untyped float constant) truncated to int",
        "a.go:8:10: invalid slice indices: 1 < 2",
        "a.go:9:14: invalid operation: 3-index slice of string",
        "a.go:10:12: invalid argument: index 5 out of bounds [0:3]",
        "a.go:11:4: cannot use 1 (untyped int constant) as string value in map index",
        "a.go:12:2: cannot assign to str[0] (neither addressable nor a map index expression)",
        "a.go:13:19: index 2 is out of bounds (>= 2)",
        "a.go:14:18: duplicate index 0 in array or slice literal",
        "a.go:15:29: duplicate key \"a\" in map literal",
        "a.go:16:7: cannot index f (value of type func(a [3]int, s []int, m map[string]int, "
          + "str string))",
        "a.go:17:3: cannot index 5 (untyped int constant)",
      ]),
    Row(
      """
      package p
      func f(i interface{}, e error, x int) {
      	_ = i.(int)
      	_ = x.(int)
      	_ = e.(int)
      	switch i.(type) {
      	case int, string:
      	case int:
      	case nil, nil:
      	case foo:
      	}
      	switch y := i.(type) {
      	}
      	switch e.(type) {
      	case int:
      	}
      }
      """,
      [
        "a.go:4:6: invalid operation: x (variable of type int) is not an interface",
        "a.go:5:6: impossible type assertion: e.(int)",
        "\tint does not implement error (missing method Error)",
        "a.go:8:7: duplicate case int in type switch",
        "\ta.go:7:7: previous case",
        "a.go:9:12: duplicate case nil in type switch",
        "\ta.go:9:7: previous case",
        "a.go:10:7: undefined: foo",
        "a.go:12:9: y declared and not used",
        "a.go:15:7: impossible type switch case: int",
        "\te (variable of interface type error) cannot have dynamic type int (missing method "
          + "Error)",
      ]),
    Row(
      """
      package p
      func f(x int, s string) {
      	switch x {
      	case 1, 2, 1:
      	case "a":
      	default:
      	default:
      	}
      	switch s {
      	case "a", "a":
      	}
      	switch {
      	case 1:
      	}
      	switch f {
      	case nil:
      	}
      }
      """,
      [
        "a.go:4:13: duplicate case 1 (constant of type int) in expression switch",
        "\ta.go:4:7: previous case",
        "a.go:5:7: cannot convert \"a\" (untyped string constant) to type int",
        "a.go:7:2: multiple defaults (first at a.go:6:2)",
        "a.go:10:12: duplicate case \"a\" (constant of type string) in expression switch",
        "\ta.go:10:7: previous case",
        "a.go:13:7: cannot convert 1 (untyped int constant) to type bool",
      ]),
    Row(
      """
      package p
      func f(c chan int, r <-chan int, s chan<- int, x int) {
      	c <- "a"
      	r <- 1
      	_ = <-s
      	<-x
      	x <- 1
      	close(r)
      	close(x)
      	for range s {
      	}
      	for a, b := range c {
      	}
      	select {
      	case x > 1:
      	}
      }
      """,
      [
        "a.go:3:7: cannot use \"a\" (untyped string constant) as int value in send",
        "a.go:4:2: invalid operation: cannot send to receive-only channel <-chan int r "
          + "(variable of type <-chan int)",
        "a.go:5:8: invalid operation: cannot receive from send-only channel chan<- int s "
          + "(variable of type chan<- int)",
        "a.go:6:4: invalid operation: cannot receive from non-channel int x (variable of "
          + "type int)",
        "a.go:7:2: invalid operation: cannot send to non-channel int x (variable of type int)",
        "a.go:8:8: invalid operation: cannot close receive-only channel r (variable of type "
          + "<-chan int)",
        "a.go:9:8: invalid operation: cannot close non-channel x (variable of type int)",
        "a.go:10:12: cannot range over s (variable of type chan<- int): receive from "
          + "send-only channel chan<- int",
        "a.go:12:6: declared and not used: a",
        "a.go:12:9: range over c (variable of type chan int) permits only one iteration variable",
        "a.go:15:9: select case must be send or receive (possibly with assignment)",
      ]),
    Row(
      """
      package p
      func f(s []int, m map[int]string) {
      	for i := range 10 {
      		_ = i
      	}
      	for i, j := range 10 {
      	}
      	for k, v := range m {
      		k = v
      	}
      	for x := range 1.5 {
      	}
      	var t string
      	for t = range s {
      	}
      	for range f {
      	}
      }
      """,
      [
        "a.go:6:6: declared and not used: i",
        "a.go:6:9: range over 10 (untyped int constant) permits only one iteration variable",
        "a.go:8:6: declared and not used: k",
        "a.go:9:7: cannot use v (variable of type string) as int value in assignment",
        "a.go:11:17: cannot range over 1.5 (untyped float constant)",
        "a.go:13:6: declared and not used: t",
        "a.go:14:6: cannot use t (value of type int) as string value in assignment",
        "a.go:16:12: cannot range over f (value of type func(s []int, m map[int]string)): "
          + "func must be func(yield func(...) bool): wrong argument count",
      ]),
  ]
}
