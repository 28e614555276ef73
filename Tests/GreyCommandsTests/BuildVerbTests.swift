// `build -m -l` as a person types it: what escapes, errors, and what it refuses.

import ArgumentParser
import Foundation
import GreyCommands
import GreyEvents
import Testing

@Suite("build")
struct BuildVerbTests {
  private static let program = """
    package main
    var sink *int
    func main() {
    \tx, y := 1, new(int)
    \tsink = &x
    \t*y = 2
    }

    """

  private func run(_ text: String, _ more: String...) throws -> (CommandStatus, World) {
    let world = try World()
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("greywave-\(UUID().uuidString).go")
    try text.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let command = try GreywaveCommand.parseAsRoot(["build"] + more + [file.path])
    return (try #require(command as? BuildCommand).perform(world.context), world)
  }

  @Test("-m -l prints Go's lines")
  func lines() throws {
    let (status, world) = try run(Self.program, "-m", "-l")
    #expect(status == .ok)
    let lines = world.heard.output.joined(separator: "\n").split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.hasSuffix(".go:4:2: moved to heap: x") == true)
    #expect(lines.last?.hasSuffix(".go:4:16: new(int) does not escape") == true)
    let (_, other) = try run(Self.program, "-m", "-l", "--json")
    let result = try BuildResult(JSON(parsing: other.heard.output.joined()))
    #expect(result.messages.map(\.line) == [4, 4])
    #expect(result.messages.map(\.column) == [2, 16])
  }

  @Test("errors are told as check tells them, and fail")
  func errors() throws {
    let (status, world) = try run("package main\nfunc main() { x := 1 }\n", "-m", "-l")
    #expect(status == .checkFailed)
    #expect(world.heard.output.joined().contains("declared and not used: x"))
  }

  @Test("-m alone is refused: inlining would change the lines")
  func refusal() {
    #expect(throws: (any Error).self) {
      try GreywaveCommand.parseAsRoot(["build", "-m", "program.go"])
    }
  }
}
