// Every message with Go's words, at Go's line and column.

import Testing

@Suite struct WordingTests {
  @Test(arguments: Row.syntax) func brokenSyntax(_ row: Row) { holds(row) }
  @Test(arguments: Row.names) func names(_ row: Row) { holds(row) }
  @Test(arguments: Row.types) func types(_ row: Row) { holds(row) }
  @Test(arguments: Row.operations) func operations(_ row: Row) { holds(row) }

  private func holds(_ row: Row) {
    #expect(told(row.source + "\n") == row.lines)
  }

  @Test func whatIsNotSupportedIsSaid() {
    #expect(
      told("package p\nimport \"unsafe\"\nvar p unsafe.Pointer\n")[0]
        .contains("3:14: unsafe.Pointer is not supported"))
    #expect(
      told("package p\nimport \"reflect\"\n")[0].contains("package reflect is not supported"))
    #expect(told("package p\nimport \"C\"\n")[0].contains("cgo is not supported"))
    #expect(told("package p\nvar x = 1i\n")[0].contains("complex numbers are not supported"))
    #expect(
      told("package p\nfunc f[T any](x T) {}\n")[0].contains("generic function f is not supported"))
    #expect(told("package p\ntype L[T any] []T\n")[0].contains("generic type L is not supported"))
  }
}
