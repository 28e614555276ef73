// Files that survive: the durable state and the log.

import Foundation
import Glibc
import GreyBasics
import GreyEvents
import GreyRuntime
import Testing

/// A folder that goes with the test.
final class TemporaryFolder {
  let path: String
  init() {
    path = FileManager.default.temporaryDirectory.path + "/greywave-test-\(UUID().uuidString)"
    try? FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite struct DurableFileTests {
  @Test func holdsWhatWasWrittenLast() throws {
    let folder = TemporaryFolder()
    let file = DurableFile(path: folder.path + "/state")
    #expect(file.read() == nil)
    try file.write([1, 2, 3])
    try file.write([4])
    #expect(file.read() == [4])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["state"])
  }

  @Test func aFailedWriteNamesThePlaceAndKeepsTheOldFile() throws {
    let file = DurableFile(path: "/nonexistent-folder/state")
    let error = #expect(throws: DurableFile.WriteError.self) { try file.write([1]) }
    #expect(error?.description.contains("/nonexistent-folder/state") == true)
  }
}

@Suite struct EventLogTests {
  @Test func linesAreReadBackAndOldFilesAreBounded() throws {
    let folder = TemporaryFolder()
    let log = try EventLog(
      folder: folder.path, stem: "node-7", process: .node(NodeID(7)), level: .info,
      isUnsafe: true, maximumBytes: 2_000, maximumFiles: 3)
    for number in 0..<100 { log.write(.processEnded(pid: number, reason: "test", exitCode: 0)) }
    // Below the level: not written.
    log.write(.memoryReleased(bytes: 1))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["node-7.1.jsonl", "node-7.2.jsonl", "node-7.jsonl"])
    let text = try String(contentsOfFile: folder.path + "/node-7.jsonl", encoding: .utf8)
    let records = try text.split(separator: "\n").map { try EventLine.decode(String($0)) }
    #expect(records.last?.event == .processEnded(pid: 99, reason: "test", exitCode: 0))
    #expect(records.allSatisfy { $0.isUnsafe && $0.process == .node(NodeID(7)) })
    for name in names {
      let size = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)[.size]
      #expect((size as? Int ?? .max) <= 2_000)
    }
  }
}

@Suite struct ProcessIdentityTests {
  @Test func thisProcessIsAliveAndNoOtherWithItsPidIs() {
    let current = ProcessIdentity.current
    #expect(current.isAlive)
    let impostor = ProcessIdentity(pid: current.pid, startTicks: current.startTicks + 1)
    #expect(!impostor.isAlive)
    #expect(impostor.openWatch() == nil)
    if let watch = current.openWatch() { close(watch) } else { Issue.record("no pidfd") }
  }

  @Test func theStartTimeIsFoundBehindAnyName() {
    let rest = (4...21).map(String.init).joined(separator: " ")
    #expect(ProcessIdentity.startTicks(parsing: "12 (a) S) R 3) S \(rest) 777 1 2\n") == 777)
    #expect(ProcessIdentity.startTicks(parsing: "12 (dead) Z \(rest) 777 1 2") == nil)
    #expect(ProcessIdentity.startTicks(parsing: "12 (x) S 1 2") == nil)
    #expect(ProcessIdentity.startTicks(parsing: "") == nil)
  }

  @Test func aPidThatNobodyHasIsNobody() {
    #expect(ProcessIdentity(livePID: Int32.max) == nil)
  }
}
