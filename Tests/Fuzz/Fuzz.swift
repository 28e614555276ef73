// Coverage-guided fuzzing of everything here that reads what somebody else wrote.
//
//     GreyFuzz                      the readers' names, a line each
//     GreyFuzz READER --seeds DIR   valid inputs into DIR, and the words of the format beside it
//     GreyFuzz READER OPTIONS…      libFuzzer's own options: a corpus to go on with, an input to run
//
// libFuzzer mutates inputs, keeps those that reach new code, and stops at the first that crashes,
// takes too long or too much memory. A reader's property that does not hold is a crash as well, so
// what is found is not only what would end a process. `cluster/fuzz` builds and runs all of them.

import CLibFuzzer
import Foundation
import GreyBasics

@main struct GreyFuzz {
  static let readers: [FuzzReader] = [.wire, .control, .configuration, .snapshot, .log]

  /// What the options chose: libFuzzer's callback takes no context.
  nonisolated(unsafe) static var chosen = readers[0]

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else { return say(readers.map(\.name).joined(separator: "\n")) }
    guard let reader = readers.first(where: { $0.name == arguments[1] }) else {
      say("There is no reader '\(arguments[1])'.")
      exit(2)
    }
    if arguments.count == 4, arguments[2] == "--seeds" {
      return try write(reader, into: URL(fileURLWithPath: arguments[3]))
    }
    chosen = reader
    let options = [arguments[0]] + arguments.dropFirst(2)
    var count = Int32(options.count)
    // For libFuzzer to keep: the process ends in it.
    let copies = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(
      capacity: options.count + 1)
    _ = copies.initialize(from: options.map { strdup($0) } + [nil])
    var pointer = copies.baseAddress!
    let status = LLVMFuzzerRunDriver(&count, &pointer) { bytes, count in
      GreyFuzz.chosen.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
      return 0
    }
    exit(status)
  }

  private static func write(_ reader: FuzzReader, into folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (index, seed) in reader.seeds().enumerated() {
      try Data(seed).write(to: folder.appendingPathComponent("seed-\(index)"))
    }
    // One quoted word a line, as libFuzzer's `-dict` wants them.
    let lines = reader.words.map { word in
      "\""
        + word.utf8.map { "\\x" + String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        .joined() + "\"\n"
    }
    try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: folder.path + ".words"))
  }

  private static func say(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
  }
}
