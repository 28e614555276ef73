// Formatted printing: verbs, flags, methods and wrong directives, with what Go printed.

extension GoProgram {
  static let formats = GoProgram(
    source: #"""
      package main

      import (
        "errors"
        "fmt"
        "os"
        "strings"
      )

      type Point struct {
        X, Y int
        name string
      }
      type Celsius float64

      func (c Celsius) String() string { return fmt.Sprintf("%.1f°C", float64(c)) }

      type Missing struct{ what string }

      func (m *Missing) Error() string { return "no " + m.what }

      type Money int

      func (m Money) Format(s fmt.State, verb rune) {
        w, ok := s.Width()
        fmt.Fprintf(s, "%d.%02d<%c %d %t %t>", int(m)/100, int(m)%100, verb, w, ok, s.Flag('+'))
      }

      type Tree struct {
        Left, Right *Tree
        Value       any
      }

      type broken struct{}

      func (broken) String() string { panic("no text") }

      func main() {
        p := Point{1, -2, "p"}
        fmt.Printf("%v %+v %#v %T\n", p, p, p, p)
        fmt.Printf("%v %+v\n", &p, &Tree{nil, nil, []any{1, "a", nil}})
        fmt.Printf("%d|%5d|%-5d|%05d|%+d|%x|%X|%#x|%o|%O|%b|%c|%q|%U|%#U\n",
          42, 42, 42, 42, 42, 255, 255, 255, 8, 8, 5, 'é', 'x', 'é', 'é')
        fmt.Printf("%e|%f|%g|%8.3f|%-8.2f|%+.1e|%08.2f|%G|%x\n",
          1234.5678, 1234.5678, 1e21, 3.14159, 3.14159, 12345.678, -3.14159, 1e-10, 1.5)
        fmt.Printf("%s|%10s|%-10s|%.2s|%q|%x|% X|%#q\n",
          "go", "go", "go", "golang", "a\n\"b\"", "hex", "hex", "raw")
        fmt.Printf("%t %v %p %v\n", true, nil, nil, []string(nil))
        fmt.Printf("%v %v %d %#v\n", []int{1, 2}, map[string]int{"z": 26, "a": 1}, []byte("ab"),
          map[int]bool{2: true, 1: false})
        fmt.Printf("%!|%d|%d %s\n", "hi", 7)
        fmt.Printf("%z|%[2]*[1]d|%[3]d|%*d|%[1]t\n", 3, 7)
        fmt.Printf("%d extra\n", 1, 2, "three")
        fmt.Println(Celsius(21.55), []Celsius{1, 2}, map[string]Celsius{"k": 3})
        fmt.Println(struct{ C Celsius }{4}, struct{ c Celsius }{4})
        fmt.Printf("%s %v %6.2f|%+5v|\n", Celsius(1), Money(1234), Celsius(9), Money(5))
        fmt.Println(broken{}, (*Missing)(nil) == nil, error(&Missing{"bread"}))
        fmt.Print("a", 1, 2, "b", 3.5, nil, "\n")
        err := fmt.Errorf("load: %w", &Missing{"file"})
        var m *Missing
        fmt.Println(err, errors.Unwrap(err) == error(nil), errors.As(err, &m), m.what)
        both := errors.Join(err, nil, errors.New("second"))
        fmt.Printf("%q %t\n", both.Error(), errors.Is(both, err))
        var b strings.Builder
        fmt.Fprintf(&b, "%08b", 37)
        fmt.Fprintln(os.Stderr, b.String(), b.Len())
      }
      """#,
    output: #"""
      {1 -2 p} {X:1 Y:-2 name:p} main.Point{X:1, Y:-2, name:"p"} main.Point
      &{1 -2 p} &{Left:<nil> Right:<nil> Value:[1 a <nil>]}
      42|   42|42   |00042|+42|ff|FF|0xff|10|0o10|101|é|'x'|U+00E9|U+00E9 'é'
      1.234568e+03|1234.567800|1e+21|   3.142|3.14    |+1.2e+04|-0003.14|1E-10|0x1.8p+00
      go|        go|go        |go|"a\n\"b\""|686578|68 65 78|`raw`
      true <nil> %!p(<nil>) []
      [1 2] map[a:1 z:26] [97 98] map[int]bool{1:false, 2:true}
      %!!(string=hi)|7|%!d(MISSING) %!s(MISSING)
      %!z(int=3)|      3|%!d(BADINDEX)|%!d(MISSING)|%!t(int=3)
      1 extra
      %!(EXTRA int=2, string=three)21.6°C [1.0°C 2.0°C] map[k:3.0°C]
      {4.0°C} {4}
      1.0°C 12.34<v 0 false false>   9.00|0.05<v 5 true true>|
      %!v(PANIC=String method: no text) true no bread
      a1 2b3.5 <nil>
      load: no file false true file
      "load: no file\nsecond" true
      00100101 8

      """#, exit: 0)
}
