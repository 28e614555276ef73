// `check`: what the Go front end says of a program, in the words of Go's compiler.
//
// Parsing and type checking only: nothing runs, no cluster is needed. Errors are the result, so
// they go to stdout; that there are any is the exit status.

import ArgumentParser
import Foundation
import GoCompiler
import GoSyntax
import GreyEvents

package struct CheckCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "check", abstract: "Parse and type-check a Go program.",
      discussion: """
          $ greywave check program.go
          program.go:7:2: declared and not used: x
              \tx := 1
              \t^

        Errors have the words and places of Go's compiler; after ten it stops.
        Generics, complex numbers, cgo, reflect and unsafe.Pointer are
        refused with a message. Exit code 1: there are errors.
        """)
  }
  @Argument(help: "The program: one file of Go.")
  package var file: String
  @Flag(help: "Print one JSON object on one line; everything else goes to stderr.")
  package var json = false
  package init() {}
  package var wantsJSON: Bool { json }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    let list = try ProgramFile(file, context).problems
    context.print(CheckResult(list), json: json) { Render.check(list, $0) }
    return list.isEmpty ? .ok : .checkFailed
  }
}

/// What `check --json` prints.
package struct CheckResult: ControlResult {
  package static let schema = "greywave.check/1"

  package struct Problem: Codable, Hashable, Sendable {
    package var line: Int
    package var column: Int
    package var message: String
    /// Lines that explain it.
    package var details: [String]

    package init(line: Int, column: Int, message: String, details: [String] = []) {
      self.line = line
      self.column = column
      self.message = message
      self.details = details
    }
  }

  package var file: String
  /// How many there are; `problems` holds the first ten.
  package var total: Int
  package var problems: [Problem]

  package init(_ list: DiagnosticList) {
    file = list.source.name
    total = list.total
    problems = list.shown.map { one in
      let place = list.source.place(of: one.position)
      return Problem(
        line: place.line, column: place.column, message: one.message, details: one.details)
    }
  }
}

extension Render {
  /// Go's lines and carets; the place in bold.
  package static func check(_ list: DiagnosticList, _ style: Style) -> String {
    if list.isEmpty { return "\(list.source.name): no errors" }
    return list.lines().map { line in
      guard line.hasPrefix(list.source.name + ":"), let end = line.range(of: ": ") else {
        return line
      }
      return style.title(String(line[..<end.lowerBound])) + line[end.lowerBound...]
    }.joined(separator: "\n")
  }
}
