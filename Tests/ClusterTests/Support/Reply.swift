// What a command said, and how it ended.

import Foundation
import Testing

struct Reply {
  let command: String
  let code: Int
  let output: String
  let errors: String

  /// The one object on the one line of stdout that `--json` promises.
  func json(_ location: SourceLocation = #_sourceLocation) throws -> JSONValue {
    let lines = output.split(separator: "\n")
    #expect(
      lines.count == 1, "`\(command)` must print one line: \(output.prefix(500)) \(errors)",
      sourceLocation: location)
    let value = try JSONValue(parsing: output)
    #expect(value.has("schema"), "`\(command)`: no schema", sourceLocation: location)
    return value
  }

  /// What a test shows when it did not expect this.
  var story: String {
    "`\(command)` ended with \(code): \(output.suffix(800))\(errors.suffix(800))"
  }
}
