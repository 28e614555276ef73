// The library's packages: their texts are sound, programs reach what is theirs, and wrong uses are
// told in Go's words.

import GoCompiler
import GoLibrary
import GoSyntax
import GreyBytecode
import Testing

@Suite struct LibraryTests {
  @Test("every body of every package is sound", arguments: GoLibrary.paths)
  func isSound(_ path: String) throws {
    let program = try sound("package main\nimport _ \"\(path)\"\nfunc main() {}\n")
    #expect(program.packages.contains { $0.path == path })
    for package in program.packages {
      for object in package.scope.objects {
        if object.kind == .function { package.checkBody?(object) }
        for method in object.type.namedType?.methods ?? [] { package.checkBody?(method) }
      }
      #expect(package.problems.map(\.message) == [], "\(package.path)")
    }
  }

  @Test("only what is reached is generated")
  func isLazy() throws {
    let program = try sound(
      "package main\nimport \"strings\"\nfunc main() { println(strings.ToUpper(\"a\")) }\n")
    let names = try #require(Generator.generate(program).program).functions.map(\.name)
    #expect(names.contains("strings.ToUpper"))
    #expect(!names.contains("strings.Split"))
  }

  @Test(
    "wrong uses are told",
    arguments: [
      ("import \"fmt\"\n", "a.go:2:8: \"fmt\" imported and not used"),
      ("import f \"fmt\"\n", "a.go:2:8: \"fmt\" imported as f and not used"),
      ("import \"no/such\"\n", "a.go:2:8: package no/such is not in std"),
      (
        "import \"internal/machine\"\n",
        "a.go:2:8: use of internal package internal/machine not allowed"
      ),
      ("import \"os\"\nvar x = os.Nothing\n", "a.go:3:12: undefined: os.Nothing"),
      (
        "import \"strings\"\nvar x = strings.split\n",
        "a.go:3:17: name split not exported by package strings"
      ),
      (
        "import \"unsafe\"\ntype T struct{ a [unsafe.Sizeof(T{})]byte }\n",
        "a.go:3:33: invalid recursive type: it has no size while it is declared"
      ),
    ])
  func isTold(_ text: String, _ line: String) {
    #expect(told("package main\n\(text)\nfunc main() {}\n").first == line)
  }

  @Test("constants of unsafe are those of the layout")
  func layouts() throws {
    let program = try sound(
      """
      package main
      import "unsafe"
      type T struct { a int8; b int64; c struct{ d, e int16 } }
      var t T
      const s, o, a = unsafe.Sizeof(t), unsafe.Offsetof(t.c.e), unsafe.Alignof(t.b)
      func main() {}
      """)
    #expect(
      try ["s", "o", "a"].map { try program.object($0).constant?.intValue } == [24, 2, 8])
  }
}
