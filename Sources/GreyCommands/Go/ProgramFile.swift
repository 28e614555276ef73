// A Go program in a file: read, parsed and type-checked. Every verb that takes one begins so.

import Foundation
import GoCompiler
import GoSyntax

struct ProgramFile {
  let source: SourceText
  let checked: CheckedPackage

  /// - Parameter name: what messages call it; nil: as it was given.
  init(_ file: String, name: String? = nil, _ context: CommandContext) throws {
    let path = file.hasPrefix("/") ? file : context.folder + "/" + file
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(.usage, "cannot read \(file): give the path of a Go program")
    }
    source = SourceText(name: name ?? file, bytes: Array(data))
    checked = Checker.check(Parser.parse(source))
  }

  /// What is wrong with it.
  var problems: DiagnosticList { DiagnosticList(source: source, checked.problems) }
}
