// `build -m`: what escape analysis decides about a program, in the words of Go's compiler.
//
// Nothing is written and nothing runs: what the machine executes it compiles when it is started.
// The lines are the result, so they go to stdout; errors of the program go there too, and are the
// exit status.

import ArgumentParser
import GoCompiler
import GoSyntax
import GreyEvents

package struct BuildCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "build", abstract: "Tell what of a Go program escapes to the heap.",
      discussion: """
          $ greywave build -m -l program.go
          program.go:6:2: moved to heap: x
          program.go:9:13: ... argument does not escape

        The lines, and their order, are those of go build -gcflags='-m -l'.
        What does not escape lies in its function's frame. Exit code 1: the
        program has errors, which are told as check tells them.
        """)
  }
  @Flag(name: .customShort("m"), help: "Print what escapes and what does not.")
  package var tells = false
  @Flag(name: .customShort("l"), help: "Without inlining: so far the only way.")
  package var isWithoutInlining = false
  @Argument(help: "The program: one file of Go.")
  package var file: String
  @Flag(help: "Print one JSON object on one line; everything else goes to stderr.")
  package var json = false
  package init() {}
  package var wantsJSON: Bool { json }

  package func validate() throws {
    if tells, !isWithoutInlining {
      throw ValidationError("-m needs -l: Greywave inlines nothing, so only go's -m -l agrees.")
    }
  }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    let program = try ProgramFile(file, context)
    let problems = program.problems
    guard problems.isEmpty else {
      context.print(CheckResult(problems), json: json) { Render.check(problems, $0) }
      return .checkFailed
    }
    let messages = tells ? EscapeProgram.analyze(program.checked).messages : []
    let result = BuildResult(program.source, messages)
    context.print(result, json: json) { style in
      if !tells { return "\(file): no errors" }
      return result.messages.map { one in
        "\(style.title("\(file):\(one.line):\(one.column)")): \(one.message)"
      }.joined(separator: "\n")
    }
    return .ok
  }
}

/// What `build --json` prints.
package struct BuildResult: ControlResult {
  package static let schema = "greywave.build/1"

  package struct Message: Codable, Hashable, Sendable {
    package var line: Int
    package var column: Int
    package var message: String
  }

  package var file: String
  /// In the order in which Go prints them.
  package var messages: [Message]

  package init(_ source: SourceText, _ all: [Diagnostic]) {
    file = source.name
    messages = all.map { one in
      let place = source.place(of: one.position)
      return Message(line: place.line, column: place.column, message: one.message)
    }
  }
}
