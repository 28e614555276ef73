// What Go 1.27 says of broken syntax: sources, and its messages word for word.
//
// The sources were given to Go 1.27.3, and what it printed stands below each.

extension Row {
  static let syntax: [Row] = [
    Row(
      """
      package p
      var x = 1 +
      """,
      [
        "a.go:3:1: syntax error: unexpected EOF, expected expression"
      ]),
    Row(
      """
      package p
      func f() {
      	if x {
      }
      """,
      [
        "a.go:5:1: syntax error: unexpected EOF, expected }"
      ]),
    Row(
      """
      package p
      func f( {
      }
      """,
      [
        "a.go:2:9: syntax error: unexpected {, expected )"
      ]),
    Row(
      """
      package p
      func f() {
      	x := 
      }
      """,
      [
        "a.go:4:1: syntax error: unexpected }, expected expression"
      ]),
    Row(
      """
      package p
      var a [3]int = {1, 2, 3}
      """,
      [
        "a.go:2:16: syntax error: unexpected {, expected expression"
      ]),
    Row(
      """
      package p
      func f() {
      	for i := 0; i < 10 {
      	}
      }
      """,
      [
        "a.go:3:21: syntax error: unexpected {, expected semicolon or newline",
        "a.go:4:2: syntax error: unexpected }, expected expression",
      ]),
    Row(
      """
      package p
      func f() {
      	if x := 1; {
      	}
      }
      """,
      [
        "a.go:3:11: syntax error: missing condition in if statement"
      ]),
    Row(
      """
      package p
      func f() {
      	if x = 1 {
      	}
      }
      """,
      [
        "a.go:3:7: syntax error: cannot use assignment x = 1 as value"
      ]),
    Row(
      """
      package p
      func f() int {
      	return 1 2
      }
      """,
      [
        "a.go:3:11: syntax error: unexpected literal 2 at end of statement"
      ]),
    Row(
      """
      package p
      x := 1
      """,
      [
        "a.go:2:1: syntax error: non-declaration statement outside function body"
      ]),
    Row(
      """
      package p
      func f()
      {
      }
      """,
      [
        "a.go:3:1: syntax error: unexpected semicolon or newline before {"
      ]),
    Row(
      """
      package p
      type T struct {
      	a, b int
      	c
      	*d
      	(e)
      }
      """,
      [
        "a.go:6:2: syntax error: cannot parenthesize embedded type"
      ]),
    Row(
      """
      package p
      func f() {
      	switch x {
      	foo()
      	}
      }
      """,
      [
        "a.go:4:2: syntax error: unexpected name foo, expected case or default or }",
        "a.go:5:2: syntax error: unexpected }, expected :",
      ]),
    Row(
      """
      package p
      func f() {
      	var s = 'ab'
      	var t = "abc
      	var u = ''
      	var v = '\\q'
      	var w = "\\400"
      }
      """,
      [
        "a.go:3:6: declared and not used: s",
        "a.go:3:10: more than one character in rune literal",
        "a.go:4:6: declared and not used: t",
        "a.go:4:14: newline in string",
        "a.go:5:6: declared and not used: u",
        "a.go:5:11: empty rune literal or unescaped '",
        "a.go:6:6: declared and not used: v",
        "a.go:6:12: unknown escape",
        "a.go:7:6: declared and not used: w",
        "a.go:7:15: octal escape value 256 > 255",
      ]),
    Row(
      """
      package p
      var a = 0x
      var b = 0b12
      var c = 1_
      var d = 08
      var e = 1e
      var f = 0x1.5
      var g = 0o8
      """,
      [
        "a.go:2:11: hexadecimal literal has no digits",
        "a.go:3:12: invalid digit '2' in binary literal",
        "a.go:4:10: '_' must separate successive digits",
        "a.go:5:10: invalid digit '8' in octal literal",
        "a.go:6:11: exponent has no digits",
        "a.go:7:14: hexadecimal mantissa requires a 'p' exponent",
        "a.go:8:11: invalid digit '8' in octal literal",
      ]),
    Row(
      """
      package p
      func f(a, b int, c) {}
      """,
      [
        "a.go:2:19: syntax error: missing parameter type"
      ]),
    Row(
      """
      package p
      func f(a ...int, b int) {}
      """,
      [
        "a.go:2:10: can only use ... with final parameter"
      ]),
    Row(
      """
      package p
      func f() {
      	go f
      	defer (f())
      }
      """,
      [
        "a.go:3:5: expression in go must be function call",
        "a.go:4:8: expression in defer must not be parenthesized",
      ]),
    Row(
      """
      package p
      func f() {
      	else {
      	}
      }
      """,
      [
        "a.go:3:2: syntax error: unexpected keyword else, expected }"
      ]),
    Row(
      """
      package p
      func f() {
      	a[1:2:]
      	a[::]
      }
      """,
      [
        "a.go:3:2: undefined: a",
        "a.go:3:8: final index required in 3-index slice",
        "a.go:4:2: undefined: a",
        "a.go:4:5: middle index required in 3-index slice",
        "a.go:4:6: final index required in 3-index slice",
      ]),
    Row(
      """
      package p
      import "fmt"
      var x = 1
      import "os"
      """,
      [
        "a.go:4:1: syntax error: imports must appear before other declarations"
      ]),
    Row(
      """
      package p
      func f() {
      	var x = [...]int{1, 2
      	}
      }
      """,
      [
        "a.go:3:23: syntax error: unexpected newline in composite literal; possibly missing "
          + "comma or }"
      ]),
    Row(
      """
      package p
      func f() {
      	x.(type)
      	x.5
      }
      """,
      [
        "a.go:4:3: syntax error: unexpected literal .5 at end of statement"
      ]),
    Row(
      """
      package p
      func f() {
      L:
      	for {
      		break M
      		continue L
      	}
      	goto N
      }
      """,
      [
        "a.go:5:9: break label not defined: M",
        "a.go:8:7: label N not defined",
      ]),
    Row(
      """
      package p
      func f() {
      	break
      	continue
      	fallthrough
      	switch {
      	case true:
      		fallthrough
      	}
      }
      """,
      [
        "a.go:3:2: break is not in a loop, switch, or select",
        "a.go:4:2: continue is not in a loop",
        "a.go:5:2: fallthrough statement out of place",
        "a.go:8:3: cannot fallthrough final case in switch",
      ]),
    Row(
      """
      package p
      func f() {
      	goto L
      	x := 1
      	_ = x
      L:
      	{
      	M:
      	}
      	goto M
      }
      """,
      [
        "a.go:3:7: goto L jumps over declaration of x at a.go:4:4",
        "a.go:10:7: goto M jumps into block starting at a.go:7:2",
      ]),
    Row(
      """
      package p
      type T[P any, Q] int
      type U[] int
      """,
      [
        "a.go:2:16: syntax error: missing type constraint"
      ]),
    Row(
      """
      package p
      func (t T, u U) f() {}
      func () g() {}
      """,
      [
        "a.go:2:9: undefined: T",
        "a.go:2:17: method has multiple receivers",
        "a.go:3:9: method has no receiver",
      ]),
    Row(
      """
      package p
      /* not closed
      """,
      [
        "a.go:2:1: comment not terminated"
      ]),
    Row(
      """
      package p
      var s = `not closed
      """,
      [
        "a.go:2:9: string not terminated"
      ]),
    Row(
      """
      package p
      func f() { x @ y }
      """,
      [
        "a.go:2:14: invalid character U+0040 '@'",
        "a.go:2:16: syntax error: unexpected name y at end of statement",
      ]),
  ]
}
