// What the checker's tests share: a source and what is said of it, in Go's form.

import GoCompiler
import GoSyntax
import Testing

/// A source, and the lines that Go prints for it.
struct Row: Sendable, CustomTestStringConvertible {
  let source: String
  let lines: [String]
  init(_ source: String, _ lines: [String]) {
    self.source = source
    self.lines = lines
  }
  var testDescription: String { source }
}

/// Checks `text`, the file `a.go`.
func check(_ text: String) -> CheckedPackage {
  Checker.check(Parser.parse(SourceText(name: "a.go", text)))
}

/// All that is told, without carets.
func told(_ text: String) -> [String] {
  let source = SourceText(name: "a.go", text)
  let checked = Checker.check(Parser.parse(source))
  return DiagnosticList(source: source, checked.problems, most: .max).lines(carets: false)
}

/// A package without errors; its first problem otherwise.
func sound(_ text: String) throws -> CheckedPackage {
  let package = check(text)
  if let problem = package.problems.first { throw Unsound(message: problem.message) }
  return package
}

struct Unsound: Error { let message: String }

extension CheckedPackage {
  func object(_ name: String) throws -> Object {
    guard let object = scope.here(name) else { throw Unsound(message: "no \(name)") }
    return object
  }
}
