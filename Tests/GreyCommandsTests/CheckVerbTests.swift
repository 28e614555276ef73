// `check` as a person types it: a sound program, one with errors, and no program at all.

import ArgumentParser
import Foundation
import GreyCommands
import GreyEvents
import Testing

@Suite("check")
struct CheckVerbTests {
  private func run(_ text: String?, _ more: String...) throws -> (CommandStatus, World) {
    let world = try World()
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("greywave-\(UUID().uuidString).go")
    if let text { try text.write(to: file, atomically: true, encoding: .utf8) }
    defer { try? FileManager.default.removeItem(at: file) }
    let command = try GreywaveCommand.parseAsRoot(["check", file.path] + more)
    return (try #require(command as? CheckCommand).perform(world.context), world)
  }

  @Test("a sound program has no errors")
  func sound() throws {
    let text = "package main\nimport \"fmt\"\nfunc main() { fmt.Println(1) }\n"
    let (status, world) = try run(text)
    #expect(status == .ok)
    #expect(world.heard.output.joined().hasSuffix(".go: no errors"))
    let (_, other) = try run(text, "--json")
    let result = try CheckResult(JSON(parsing: other.heard.output.joined()))
    #expect(result.total == 0 && result.problems.isEmpty)
  }

  @Test("errors have Go's words, places and a caret, and fail")
  func errors() throws {
    let text = "package main\nfunc main() {\n\tx := 1\n}\n"
    let (status, world) = try run(text)
    #expect(status == .checkFailed)
    let lines = world.heard.output.joined(separator: "\n").split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first?.hasSuffix(".go:3:2: declared and not used: x") == true)
    #expect(lines.last == "    \t^")
    let (_, other) = try run(text, "--json")
    let result = try CheckResult(JSON(parsing: other.heard.output.joined()))
    #expect(
      result.problems == [.init(line: 3, column: 2, message: "declared and not used: x")])
  }

  @Test("after ten errors it stops, and says how many there were in JSON")
  func many() throws {
    let text = "package main\nfunc main() {\n" + String(repeating: "\tx++\n", count: 30) + "}\n"
    let (_, world) = try run(text)
    #expect(world.heard.output.joined().hasSuffix("too many errors"))
    let (_, other) = try run(text, "--json")
    let result = try CheckResult(JSON(parsing: other.heard.output.joined()))
    #expect(result.total == 30 && result.problems.count == 10)
  }

  @Test("a file that is not there is a usage error")
  func missing() throws {
    let (status, world) = try run(nil)
    #expect(status == .usage)
    #expect(world.heard.notes.joined().contains("cannot read"))
  }
}
