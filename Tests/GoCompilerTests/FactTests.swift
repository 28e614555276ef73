// What the checker hands on: types of expressions, captures, selections, initialisation order.

import GoCompiler
import GoSyntax
import Testing

@Suite struct FactTests {
  @Test func initialisationFollowsNeedNotText() throws {
    let package = try sound(
      """
      package p
      var a = c + b
      var b = f()
      var c = 1
      var d, e = g()
      var x = 5
      func f() int { return d }
      func g() (int, int) { return h.m(), 2 }
      type T struct{}
      func (T) m() int { return x }
      var h T
      """)
    #expect(
      package.initialization.map { $0.variables.map(\.name) } == [
        ["c"], ["x"], ["d", "e"], ["b"], ["a"],
      ])
  }

  @Test func closuresCaptureThroughTheLiteralsBetween() throws {
    let package = try sound(
      """
      package p
      func f(a int) func() int {
        b, c := 1, 2
        c = 3
        p := &b
        return func() int {
          d := c
          return func() int { return a + d + *p }()
        }
      }
      """)
    let f = try #require(try package.object("f").function)
    #expect(f.literals.count == 1)
    let outer = f.literals[0]
    #expect(outer.captures.map(\.name) == ["c", "a", "p"])
    #expect(outer.literals[0].captures.map(\.name) == ["a", "d", "p"])
    #expect(f.captures.isEmpty)
    let c = outer.captures[0]
    #expect(c.isCaptured && c.isReassigned && !c.isAddressTaken)
    let a = outer.captures[1]
    #expect(a.isCaptured && !a.isReassigned && a.role == .parameter)
  }

  @Test func addressesAreSeenWhereTheyAreTaken() throws {
    let package = try sound(
      """
      package p
      type T struct{ n int; a [4]int }
      func (t *T) m() {}
      func f() (r func()) {
        var w, x, y, z, u T
        _ = &x.n
        y.m()
        _ = z.a[1:]
        q := &T{}
        q.m()
        r = func() { _, _, _, _, _, _ = w, x, y, z, u, q }
        u.a[2] = 1
        return
      }
      """)
    let literal = try #require(try package.object("f").function?.literals.first)
    let taken = literal.captures.filter(\.isAddressTaken).map(\.name)
    #expect(taken == ["x", "y", "z"])
    #expect(literal.captures.filter(\.isReassigned).map(\.name) == ["u"])
  }

  /// The types that expressions of a kind have, in order of their nodes.
  private func types(_ text: String, of name: String) throws -> [String] {
    let package = try sound(text)
    return zip(package.objects, package.facts).compactMap { object, fact in
      object?.name == name ? fact.map { "\($0.type)" } : nil
    }
  }

  @Test func untypedValuesTakeTheirContextsType() throws {
    let text = """
      package p
      const k = 1
      func f(s uint) {
        var a int8 = k
        var b float64 = k
        var c interface{} = k
        d := k << s
        var e uint16 = k << s
        _, _, _, _, _ = a, b, c, d, e
      }
      """
    #expect(try types(text, of: "k") == ["int8", "float64", "int", "int", "uint16"])
  }

  @Test func selectionsSayThePath() throws {
    let package = try sound(
      """
      package p
      type A struct{ x, y int }
      func (*A) m() {}
      type B struct{ z int; *A }
      type C struct{ B }
      func f(c C) { c.y = 1; c.m(); _ = (*C).m }
      """)
    let found = package.selections.sorted { $0.key < $1.key }.map(\.value)
    #expect(found.map(\.path) == [[0, 1, 1], [0, 1], [0, 1]])
    #expect(found.map(\.isIndirect) == [true, true, true])
    #expect(found[0].kind == .field)
    #expect(found[1].method?.name == "m")
    #expect(found[2].kind == .methodExpression)
  }

  @Test func typeSwitchClausesHaveVariablesOfTheirOwn() throws {
    let package = try sound(
      """
      package p
      func f(x any) {
        switch v := x.(type) {
        case int: _ = v
        case string, error: _ = v
        case nil: _ = v
        }
      }
      """)
    let types = package.objects.compactMap { object in
      object?.name == "v" && object?.kind == .variable ? object : nil
    }
    var seen: [String] = []
    for object in types where !seen.contains("\(object.type)") { seen.append("\(object.type)") }
    #expect(seen == ["int", "any"])
  }

  @Test func everyExpressionOfASoundBodyHasAFact() throws {
    let source = SourceText(
      name: "a.go",
      """
      package p
      import "fmt"
      type T struct{ a []map[string]int }
      func (t T) get(k string, i ...int) (n int, ok bool) {
        n, ok = t.a[i[0]][k]
        return
      }
      func f() {
        t := T{a: []map[string]int{{"x": 1}}}
        if n, ok := t.get("x", 0, 'a'); ok && n<<2 > 3 { fmt.Println(n, -n, !ok) }
        c := make(chan func(int) string, 1)
        go func() { c <- func(i int) string { return fmt.Sprint(i)[1:] } }()
        select { case g := <-c: _ = g(1); default: }
      }
      """)
    let package = Checker.check(Parser.parse(source))
    #expect(package.problems.isEmpty)
    let untyped = package.facts.compactMap { $0 }.filter { $0.type.isUntyped && $0.constant == nil }
    #expect(untyped.isEmpty)
  }
}
