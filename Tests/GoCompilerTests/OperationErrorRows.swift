// What Go 1.27 says of operations, conversions and built-in functions, word for word.
//
// The sources were given to Go 1.27.3, and what it printed stands below each.

extension Row {
  static let operations: [Row] = [
    Row(
      """
      package p
      const a = 1 << 600
      const b = 1 / 0
      const c uint8 = 255 + 1
      const d = 10 % 0.5
      const e int = 1 << 64
      const f = -1 >> -1
      const g = "a" + 1
      const h = ^uint8(1) + 300
      var i = 1 << 1.5
      var j int8 = 1 << 7
      """,
      [
        "a.go:2:13: constant shift overflow",
        "a.go:3:15: invalid operation: division by zero",
        "a.go:4:17: cannot use 255 + 1 (untyped int constant 256) as uint8 value in constant "
          + "declaration (overflows)",
        "a.go:5:11: invalid operation: operator % not defined on 10 (untyped float constant)",
        "a.go:6:15: cannot use 1 << 64 (untyped int constant 18446744073709551616) as int "
          + "value in constant declaration (overflows)",
        "a.go:7:17: invalid operation: negative shift count -1 (untyped int constant)",
        "a.go:8:11: invalid operation: \"a\" + 1 (mismatched types untyped string and "
          + "untyped int)",
        "a.go:9:23: 300 (untyped int constant) overflows uint8",
        "a.go:10:14: 1.5 (untyped float constant) truncated to uint",
        "a.go:11:14: cannot use 1 << 7 (untyped int constant 128) as int8 value in variable "
          + "declaration (overflows)",
      ]),
    Row(
      """
      package p
      func f(s uint, x float64) {
      	var a float64 = 1 << s
      	var b int = 1.0 << s
      	_ = x << 1
      	_ = 1 << x
      	_ = "a" << 1
      	_ = 1 << -1
      	var c = 1.5 << s
      }
      """,
      [
        "a.go:3:6: declared and not used: a",
        "a.go:3:18: invalid operation: shifted operand 1 (type float64) must be integer",
        "a.go:4:6: declared and not used: b",
        "a.go:5:6: invalid operation: shifted operand x (variable of type float64) must be "
          + "integer",
        "a.go:6:11: invalid operation: shift count x (variable of type float64) must be integer",
        "a.go:7:6: invalid operation: shifted operand \"a\" (untyped string constant) must "
          + "be integer",
        "a.go:8:11: invalid operation: negative shift count -1 (untyped int constant)",
        "a.go:9:6: declared and not used: c",
        "a.go:9:10: invalid operation: shifted operand 1.5 (untyped float constant) must be "
          + "integer",
      ]),
    Row(
      """
      package p
      type S []int
      type M map[string]int
      func f(a, b S, m M, g func(), st struct{ s S }) {
      	_ = a == b
      	_ = m == m
      	_ = g == g
      	_ = g == nil
      	_ = st == st
      	_ = a < b
      	_ = nil == nil
      	var k map[S]int
      	_ = k
      	_ = [1]S{} == [1]S{}
      	_ = true < false
      }
      """,
      [
        "a.go:5:6: invalid operation: a == b (slice can only be compared to nil)",
        "a.go:6:6: invalid operation: m == m (map can only be compared to nil)",
        "a.go:7:6: invalid operation: g == g (func can only be compared to nil)",
        "a.go:9:6: invalid operation: st == st (struct containing S cannot be compared)",
        "a.go:10:6: invalid operation: a < b (operator < not defined on slice)",
        "a.go:11:13: invalid operation: nil == nil (operator == not defined on untyped nil)",
        "a.go:12:12: invalid map key type S",
        "a.go:14:6: invalid operation: [1]S{} == [1]S{} ([1]S cannot be compared)",
        "a.go:15:6: invalid operation: true < false (operator < not defined on untyped bool)",
      ]),
    Row(
      """
      package p
      func f(x int, s string, b []byte, p *int) {
      	_ = string(x)
      	_ = int(s)
      	_ = []byte(s)
      	_ = []int(s)
      	_ = string(b)
      	_ = int8(300)
      	_ = int(1.5)
      	_ = uint(-1)
      	_ = (*string)(p)
      	_ = float64("x")
      	_ = int()
      	_ = int(1, 2)
      	_ = error(x)
      }
      """,
      [
        "a.go:4:10: cannot convert s (variable of type string) to type int",
        "a.go:6:12: cannot convert s (variable of type string) to type []int",
        "a.go:8:11: constant 300 overflows int8",
        "a.go:9:10: cannot convert 1.5 (untyped float constant) to type int",
        "a.go:10:11: constant -1 overflows uint",
        "a.go:11:16: cannot convert p (variable of type *int) to type *string",
        "a.go:12:14: cannot convert \"x\" (untyped string constant) to type float64",
        "a.go:13:6: missing argument in conversion to int",
        "a.go:14:13: too many arguments in conversion to int",
        "a.go:15:12: cannot convert x (variable of type int) to type error: int does not "
          + "implement error (missing method Error)",
      ]),
    Row(
      """
      package p
      func f(s []int, m map[string]int) {
      	_ = append(1, 2)
      	_ = append(s, "a")
      	append(s, 1)
      	_ = cap(m)
      	_ = len(1)
      	copy(s, 1)
      	delete(m, 1)
      	delete(s, 1)
      	_ = make(int)
      	_ = make([]int)
      	_ = make([]int, -1)
      	_ = make([]int, 2, 1)
      	_ = new(5)
      	_ = min(1, "a")
      	_ = max(m)
      	clear(1)
      	panic()
      	print(nil)
      	len(s)
      	s == nil
      	1 + 2
      	f
      }
      """,
      [
        "a.go:3:13: invalid append: argument must be a slice; have 1 (untyped int constant)",
        "a.go:4:16: cannot use \"a\" (untyped string constant) as int value in argument to "
          + "append",
        "a.go:5:2: append(s, 1) (value of type []int) is not used",
        "a.go:6:10: invalid argument: m (variable of type map[string]int) for built-in cap",
        "a.go:7:10: invalid argument: 1 (untyped int constant) for built-in len",
        "a.go:8:10: invalid copy: argument must be a slice; have 1 (untyped int constant)",
        "a.go:9:12: cannot use 1 (untyped int constant) as string value in argument to delete",
        "a.go:10:9: invalid argument: s (variable of type []int) is not a map",
        "a.go:11:11: invalid argument: cannot make int: type must be slice, map, or channel",
        "a.go:12:6: invalid operation: make([]int) expects 2 or 3 arguments; found 1",
        "a.go:13:18: invalid argument: index -1 (constant of type int) must not be negative",
        "a.go:14:18: invalid argument: length and capacity swapped",
        "a.go:16:13: invalid argument: mismatched types untyped int (previous argument) and "
          + "untyped string (type of \"a\")",
        "a.go:17:10: invalid argument: m (variable of type map[string]int) cannot be ordered",
        "a.go:18:8: invalid argument: cannot clear 1 (untyped int constant): argument must "
          + "be (or constrained by) map or slice",
        "a.go:19:2: invalid operation: not enough arguments for panic() (expected 1, found 0)",
        "a.go:20:8: use of untyped nil in argument to built-in print",
        "a.go:21:2: len(s) (value of type int) is not used",
        "a.go:22:2: s == nil (untyped bool value) is not used",
        "a.go:23:2: 1 + 2 (untyped int constant 3) is not used",
        "a.go:24:2: f (value of type func(s []int, m map[string]int)) is not used",
      ]),
    Row(
      """
      package p
      type T struct{}
      func (t *T) P() {}
      func (t T) V() {}
      func f() {
      	T{}.P()
      	T.P(T{})
      	T.V(T{})
      	(*T).P(nil)
      	var i interface{ P() } = T{}
      	_ = i
      	var j interface{ X() }
      	j.Y()
      	_ = T.Q
      }
      func (int) m() {}
      func (x []T) n() {}
      type P *T
      func (P) o() {}
      """,
      [
        "a.go:6:6: cannot call pointer method P on T",
        "a.go:7:4: invalid method expression T.P (needs pointer receiver (*T).P)",
        "a.go:10:27: cannot use T{} (value of struct type T) as interface{P()} value in "
          + "variable declaration: T does not implement interface{P()} (method P has pointer "
          + "receiver)",
        "a.go:13:4: j.Y undefined (type interface{X()} has no field or method Y)",
        "a.go:14:8: T.Q undefined (type T has no field or method Q)",
        "a.go:16:7: cannot define new methods on non-local type int",
        "a.go:17:9: invalid receiver type []T",
        "a.go:19:7: invalid receiver type P (pointer or interface type)",
      ]),
    Row(
      """
      package p
      type A struct { x int }
      type B struct { x int }
      type C struct { A; B }
      func f(c C) {
      	_ = c.x
      	_ = c.A.x
      	c.y = 1
      	_ = C{A{1}, B{2}}.A.x
      	C{}.A.x = 1
      	map[string]A{}["a"].x = 1
      	1 = 2
      	f = nil
      	const k = 1
      	k = 2
      	"a" = "b"
      }
      """,
      [
        "a.go:6:8: ambiguous selector c.x",
        "a.go:8:4: c.y undefined (type C has no field or method y)",
        "a.go:10:2: cannot assign to C{}.A.x (neither addressable nor a map index expression)",
        "a.go:11:2: cannot assign to struct field map[string]A{}[\"a\"].x in map",
        "a.go:12:2: cannot assign to 1 (neither addressable nor a map index expression)",
        "a.go:13:2: cannot assign to f (neither addressable nor a map index expression)",
        "a.go:15:2: cannot assign to k (neither addressable nor a map index expression)",
        "a.go:16:2: cannot assign to \"a\" (neither addressable nor a map index expression)",
      ]),
    Row(
      """
      package p
      const (
      	a uint8 = iota + 254
      	b
      	c
      )
      const d, e = 1
      const f = iota
      var g = iota
      const h = len([10]int{})
      const i = len([]int{})
      var j [i]int
      var k [-1]int
      var l [h]int
      var m [1.5]int
      """,
      [
        "a.go:5:2: cannot use iota + 254 (untyped int constant 256) as uint8 value in "
          + "constant declaration (overflows)",
        "a.go:7:10: missing init expr for e",
        "a.go:9:9: cannot use iota outside constant declaration",
        "a.go:11:11: len([]int{}) (value of type int) is not constant",
        "a.go:13:8: invalid array length -1 (untyped int constant)",
        "a.go:15:8: array length 1.5 (untyped float constant) must be integer",
      ]),
    Row(
      """
      package p
      func f() {
      	x++
      	var s string
      	s++
      	s += 1
      	var i int
      	i += "a"
      	i -= 1.5
      	i <<= 1.0
      	defer 1
      	go int(3)
      	defer len("a")
      	defer recover()
      	if i {
      	}
      	for i {
      	}
      	_ = func() int { }
      }
      """,
      [
        "a.go:3:2: undefined: x",
        "a.go:5:2: invalid operation: s++ (non-numeric type string)",
        "a.go:6:2: invalid operation: s += 1 (mismatched types string and untyped int)",
        "a.go:8:2: invalid operation: i += \"a\" (mismatched types int and untyped string)",
        "a.go:9:7: 1.5 (untyped float constant) truncated to int",
        "a.go:11:8: expression in defer must be function call",
        "a.go:12:5: go requires function call, not conversion int(3) (constant 3 of type int)",
        "a.go:13:8: defer discards result of len(\"a\") (constant 1 of type int)",
        "a.go:15:5: non-boolean condition in if statement",
        "a.go:17:6: non-boolean condition in for statement",
        "a.go:19:19: missing return",
      ]),
  ]
}
