// Coverage-guided fuzzing of everything here that reads what somebody else wrote.
//
//     GreyFuzz                      the readers' names, a line each
//     GreyFuzz READER --seeds DIR   valid inputs into DIR, and the words of the format beside it
//     GreyFuzz READER OPTIONS…      libFuzzer's own: a corpus to go on with, an input to run
//
// libFuzzer mutates inputs, keeps those that reach new code, and stops at the first that crashes,
// takes too long or too much memory. A reader's property that does not hold is a crash as well, so
// what is found is not only what would end a process. `cluster/fuzz` builds and runs all of them.

import Foundation
import GreyBasics

private let readers: [FuzzReader] = [
  .wire, .control, .configuration, .snapshot, .log, .program,
]

/// What the first argument chose: libFuzzer's callbacks take no context.
nonisolated(unsafe) private var chosen = readers[0]

/// libFuzzer, which has the `main`, calls it first. What is ours of the arguments is taken out.
@_cdecl("LLVMFuzzerInitialize")
func initialize(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> Int32 {
  let words = (0..<Int(count.pointee)).compactMap { index in
    arguments.pointee[index].map { String(cString: $0) }
  }
  guard words.count > 1 else {
    say(readers.map(\.name).joined(separator: "\n"))
    exit(0)
  }
  guard let reader = readers.first(where: { $0.name == words[1] }) else {
    say("There is no reader '\(words[1])'.")
    exit(2)
  }
  if words.count == 4, words[2] == "--seeds" {
    do { try write(reader, into: URL(fileURLWithPath: words[3])) } catch {
      say("\(error)")
      exit(1)
    }
    exit(0)
  }
  chosen = reader
  // The name of the program moves to where the reader's stood.
  arguments.pointee[1] = arguments.pointee[0]
  arguments.pointee += 1
  count.pointee -= 1
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  chosen.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

private func write(_ reader: FuzzReader, into folder: URL) throws {
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  for (index, seed) in reader.seeds().enumerated() {
    try Data(seed).write(to: folder.appendingPathComponent("seed-\(index)"))
  }
  // One quoted word a line, as libFuzzer's `-dict` wants them.
  let lines = reader.words.map { word in
    "\""
      + word.utf8.map { "\\x" + String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
      + "\"\n"
  }
  try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: folder.path + ".words"))
}

private func say(_ text: String) {
  FileHandle.standardOutput.write(Data((text + "\n").utf8))
}
