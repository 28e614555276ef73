// What Go 1.27 says of names, declarations and returns, word for word.
//
// The sources were given to Go 1.27.3, and what it printed stands below each.

extension Row {
  static let names: [Row] = [
    Row(
      """
      package p
      func f() {
      	x := 1
      	y = 2
      	var z int
      	a, b := 1, 2
      	_ = a
      }
      """,
      [
        "a.go:3:2: declared and not used: x",
        "a.go:4:2: undefined: y",
        "a.go:5:6: declared and not used: z",
        "a.go:6:5: declared and not used: b",
      ]),
    Row(
      """
      package p
      import "os"
      import f "fmt"
      func g() { undefined() }
      """,
      [
        "a.go:2:8: \"os\" imported and not used",
        "a.go:3:8: \"fmt\" imported as f and not used",
        "a.go:4:12: undefined: undefined",
      ]),
    Row(
      """
      package p
      var x int
      var x string
      func f(a int, a string) {}
      type T struct { a int; a string }
      func (t T) m() {}
      func (t *T) m() {}
      """,
      [
        "a.go:3:5: x redeclared in this block",
        "\ta.go:2:5: other declaration of x",
        "a.go:4:15: a redeclared in this block",
        "\ta.go:4:8: other declaration of a",
        "a.go:5:24: a redeclared",
        "\ta.go:5:17: other declaration of a",
        "a.go:7:13: method T.m already declared at a.go:6:12",
      ]),
    Row(
      """
      package p
      func f() {
      	a, b := 1
      	c := 1, 2
      	var d, e = g()
      	x, y := g(), 1
      }
      func g() (int, int, int) { return 1, 2, 3 }
      """,
      [
        "a.go:3:2: declared and not used: a",
        "a.go:3:5: declared and not used: b",
        "a.go:3:10: assignment mismatch: 2 variables but 1 value",
        "a.go:4:2: declared and not used: c",
        "a.go:4:7: assignment mismatch: 1 variable but 2 values",
        "a.go:5:6: declared and not used: d",
        "a.go:5:9: declared and not used: e",
        "a.go:5:13: assignment mismatch: 2 variables but g returns 3 values",
        "a.go:6:2: declared and not used: x",
        "a.go:6:5: declared and not used: y",
        "a.go:6:10: multiple-value g() (value of type (int, int, int)) in single-value context",
      ]),
    Row(
      """
      package p
      func f() {
      	a := 1
      	a := 2
      	a.b := 3
      	_ = a
      }
      """,
      [
        "a.go:4:4: no new variables on left side of :=",
        "a.go:5:2: non-name a.b on left side of :=",
        "a.go:5:4: a.b undefined (type int has no field or method b)",
      ]),
    Row(
      """
      package p
      var a = b
      var b = c
      var c = a
      """,
      [
        "a.go:2:5: initialization cycle for a",
        "\ta.go:2:5: a refers to b",
        "\ta.go:3:5: b refers to c",
        "\ta.go:4:5: c refers to a",
      ]),
    Row(
      """
      package p
      var x = f()
      func f() int { return x }
      """,
      [
        "a.go:2:5: initialization cycle for x",
        "\ta.go:2:5: x refers to f",
        "\ta.go:3:6: f refers to x",
      ]),
    Row(
      """
      package p
      const a = b
      const b = a
      """,
      [
        "a.go:2:7: initialization cycle for a",
        "\ta.go:2:7: a refers to b",
        "\ta.go:3:7: b refers to a",
      ]),
    Row(
      """
      package p
      type T struct { t T }
      type A struct { b B }
      type B struct { a [2]A }
      type I interface { I }
      """,
      [
        "a.go:2:6: invalid recursive type: T refers to itself",
        "a.go:3:6: invalid recursive type A",
        "\ta.go:3:6: A refers to B",
        "\ta.go:4:6: B refers to A",
        "a.go:5:6: invalid recursive type: I refers to itself",
      ]),
    Row(
      """
      package p
      func init() int { return 1 }
      func main(x int) {}
      var init = 1
      """,
      [
        "a.go:2:6: func init must have no arguments and no return values",
        "a.go:4:5: cannot declare init - must be func",
      ]),
    Row(
      """
      package p
      func f() int {
      	for {
      		break
      	}
      }
      func g(x int) int {
      	if x > 0 {
      		return 1
      	} else {
      		panic("no")
      	}
      }
      func h(x int) int {
      	switch x {
      	case 1:
      		return 1
      	}
      }
      """,
      [
        "a.go:6:1: missing return",
        "a.go:19:1: missing return",
      ]),
    Row(
      """
      package p
      func f() (a int, err error) {
      	{
      		a := 2
      		_ = a
      		return
      	}
      }
      func g() (int, string) {
      	return 1
      }
      func h() {
      	return 1
      }
      func i() int {
      	return
      }
      func j() int {
      	return 1, 2
      }
      """,
      [
        "a.go:6:3: result parameter a not in scope at return",
        "\ta.go:4:3: inner declaration of var a int",
        "a.go:10:9: not enough return values",
        "\thave (number)",
        "\twant (int, string)",
        "a.go:13:9: too many return values",
        "\thave (number)",
        "\twant ()",
        "a.go:16:2: not enough return values",
        "\thave ()",
        "\twant (int)",
        "a.go:19:12: too many return values",
        "\thave (number, number)",
        "\twant (int)",
      ]),
  ]
}
