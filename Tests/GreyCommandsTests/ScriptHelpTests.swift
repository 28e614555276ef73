// Whoever asks a script for help gets it at once: nothing is built first.

import Foundation
import Testing

@Suite struct ScriptHelpTests {
  /// The scripts beside no binary, and with no Swift to build one.
  private func help(of script: String, _ word: String) throws -> (code: Int32, text: String) {
    let scratch = try Scratch()
    let package = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    try FileManager.default.copyItem(
      atPath: package.path + "/cluster", toPath: scratch.path + "/cluster")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: scratch.path + "/cluster/" + script)
    process.arguments = [word]
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": scratch.path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/.build"))
    return (process.terminationStatus, text)
  }

  @Test(
    arguments: [
      "up", "down", "logs", "status", "clean", "demo", "test", "faults", "kill-matrix", "soak",
      "races", "explore", "compare", "go-suite",
    ], ["-h", "--help"])
  func aScriptsHeaderIsItsHelp(script: String, word: String) throws {
    let (code, text) = try help(of: script, word)
    #expect(code == 0, "\(text)")
    #expect(text.contains("\n    cluster/\(script)"), "\(text)")
    #expect(!text.contains("Building") && !text.contains("#!"), "\(text)")
  }
}
