// What the scripts share, tried out in a shell of its own.

import Foundation
import Glibc
import GreyCommands
import Testing

@Suite struct ScriptTests {
  private static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  private func shell(
    _ script: String, environment: [String: String] = ["HOME": "/nowhere"]
  ) throws -> (code: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", script]
    process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  private func library(_ script: String) throws -> (code: Int32, text: String) {
    try shell("source '\(Self.package)/cluster/lib.sh'; \(script)")
  }

  /// The demo's last row says how many processes are left of those that had registered.
  @Test func processesThatAreLeftAreCounted() throws {
    let scratch = try Scratch()
    let paths = try scratch.paths()
    try paths.prepareRuntime()
    let sleepers = try (0..<3).map { _ in try Sleeper() }
    for sleeper in sleepers { try ProcessTable.register(sleeper.process, in: paths) }
    let count = """
      mapfile -t pids < <(registered_pids '\(paths.runtime)')
      echo "${#pids[@]} $(count_living "${pids[@]}")"
      """
    #expect(try library(count).text == "3 3\n")
    sleepers[1].end()
    #expect(try library(count).text == "3 2\n")
    // A zombie is none that is left.
    sleepers[2].process.signal(SIGKILL)
    let zombie = "until grep -q '^State:.Z' /proc/\(sleepers[2].process.pid)/status; do :; done\n"
    #expect(try library(zombie + count).text == "3 1\n")
    #expect(try library("registered_pids /nowhere | wc -l").text == "0\n")
  }

  @Test(arguments: [
    ("echo Test run with 3 tests in 1 suite passed", Int32(0)), ("echo Executed 0 tests", 1),
    ("echo Test run with 0 tests passed", 1), ("false", 1),
  ])
  func testsThatDidNotRunAreNoSuccess(_ command: String, _ code: Int32) throws {
    #expect(try library("some_tests \(command)").code == code)
  }

  @Test func withoutHomeAndSwiftItIsSaidWhatIsMissing() throws {
    let (code, text) = try shell(
      "source '\(Self.package)/cluster/lib.sh'; need_swift", environment: [:])
    #expect(code == 3, "\(text)")
    #expect(text.contains("here is none") && text.contains("https://www.swift.org/"), "\(text)")
  }

  @Test func aLinkToAScriptIsTheScript() throws {
    let scratch = try Scratch()
    let link = scratch.path + "/demo"
    symlink(Self.package + "/cluster/demo", link)
    let (code, text) = try shell("\(link) --nodes 3 -h")
    #expect(code == 0 && text.contains("cluster/demo [--nodes N]"), "\(text)")
    let wrong = try shell("\(link) --nodes 3 --wrong")
    #expect(wrong.code == 2 && wrong.text.contains("not: --wrong"), "\(wrong.text)")
    #expect(try shell("\(link) --nodes").code == 2)
  }
}
