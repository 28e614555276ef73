// Escape analysis against the lines that Go 1.27 prints under `-m -l`: all of them, in its order,
// with its columns.

import GoCompiler
import GoSyntax
import Testing

struct EscapeRow: Sendable {
  let source: String
  let lines: String
}

/// What `-m` prints, without the name of the file.
func escapeLines(_ text: String) -> [String] {
  let source = SourceText(name: "a.go", text)
  let package = Checker.check(Parser.parse(source))
  #expect(package.problems.isEmpty)
  return EscapeProgram.analyze(package).messages.map {
    "\(source.place(of: $0.position)): \($0.message)"
  }
}

@Suite struct EscapeMessageTests {
  @Test(arguments: [escapeValues, escapeOrder, escapePrograms, escapeTypes])
  func printsWhatGoPrints(_ row: EscapeRow) {
    let expected = row.lines.split(separator: "\n").map(String.init)
    let found = escapeLines(row.source)
    #expect(found.count == expected.count)
    for (ours, theirs) in zip(found, expected) { #expect(ours == theirs) }
  }
}
