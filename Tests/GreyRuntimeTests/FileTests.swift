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
    for number in UInt8(4)...9 {
      try file.write([number])
      #expect(file.read() == [number])
    }
    // Both are open from now on: no further descriptor is needed.
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["state", "state.new"])
  }

  @Test func aSuccessorReadsItAndWritesOnWhateverWasLeftBesideIt() throws {
    let folder = TemporaryFolder()
    let path = folder.path + "/state"
    try DurableFile(path: path).write([1, 2, 3])
    #expect(FileManager.default.createFile(atPath: path + ".new", contents: Data([9, 9, 9, 9])))
    let file = DurableFile(path: path)
    #expect(file.read() == [1, 2, 3])
    try file.write([7])
    try file.write([8])
    #expect(DurableFile(path: path).read() == [8])
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
    log.end()
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

/// A pipe in the file's place is a disk that takes nothing until somebody reads.
@Suite struct SlowDiskTests {
  private let folder = TemporaryFolder()
  private let pipe: Int32

  init() throws {
    let path = folder.path + "/node-1.jsonl"
    try #require(mkfifo(path, 0o600) == 0)
    pipe = open(path, O_RDWR | O_NONBLOCK)
    try #require(pipe >= 0)
  }

  private func makeLog(capacity: Int) throws -> EventLog {
    try EventLog(
      folder: folder.path, stem: "node-1", process: .node(NodeID(1)), level: .info,
      isUnsafe: false, maximumBytes: 1 << 30, maximumFiles: 1, capacity: capacity)
  }

  /// What is in the pipe now, and what is written while it empties.
  private func lines(upTo last: String) throws -> [String] {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while !text.contains(last) {
      var ready = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
      try #require(
        poll(&ready, 1, 10_000) == 1, "nothing came within 10 s after: \(text.suffix(200))")
      let count = read(pipe, &buffer, buffer.count)
      text += String(decoding: buffer[0..<max(0, count)], as: UTF8.self)
    }
    return text.split(separator: "\n").map(String.init)
  }

  @Test(.timeLimit(.minutes(1))) func itHoldsNobodyUp() throws {
    let log = try makeLog(capacity: 5_000)
    // Several times what a pipe holds; each of these calls would wait for the reader.
    for number in 0..<4_000 { log.write(.processEnded(pid: number, reason: "t", exitCode: 0)) }
    let lines = try lines(upTo: "\"pid\":3999")
    #expect(lines.count == 4_000)
    log.end()
    close(pipe)
  }

  @Test(.timeLimit(.minutes(1))) func whatFoundNoRoomIsCounted() throws {
    let log = try makeLog(capacity: 10)
    for number in 0..<4_000 { log.write(.processEnded(pid: number, reason: "t", exitCode: 0)) }
    var found = 0
    var lost = 0
    var next = 5_000
    // A line tells of those lost before it, so some more are written until one finds room.
    while found + lost < 4_000 {
      log.write(.processEnded(pid: next, reason: "t", exitCode: 0))
      next += 1
      var ready = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 10) == 1 else { continue }
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      let count = read(pipe, &buffer, buffer.count)
      for line in String(decoding: buffer[0..<max(0, count)], as: UTF8.self).split(separator: "\n")
      {
        if line.contains("lines before this one were lost") {
          let digits = line.split(separator: "\"").first { $0.hasSuffix("were lost") } ?? ""
          lost += Int(digits.prefix { $0.isNumber }) ?? 0
        } else {
          found += 1
        }
      }
    }
    #expect(lost > 0)
    log.end()
    close(pipe)
  }

  @Test(.timeLimit(.minutes(1))) func theEndDoesNotWaitForEver() throws {
    let log = try makeLog(capacity: 5_000)
    for number in 0..<4_000 { log.write(.processEnded(pid: number, reason: "t", exitCode: 0)) }
    log.end(within: .milliseconds(20))
    // Its thread waits for the reader still: let it go.
    _ = try lines(upTo: "\"pid\":3999")
    close(pipe)
  }

  @Test func theLevelIsChangedByTheEventThatSaysSo() throws {
    let folder = TemporaryFolder()
    let log = try EventLog(
      folder: folder.path, stem: "node-7", process: .node(NodeID(7)), level: .info,
      isUnsafe: false, maximumBytes: 1 << 20, maximumFiles: 3)
    log.write(.memoryReleased(bytes: 1))
    log.write(.settingChanged(key: "log_level", from: "info", to: "debug"))
    log.write(.memoryReleased(bytes: 2))
    log.write(.settingChanged(key: "log_level", from: "debug", to: "error"))
    log.write(.remark(text: "not important enough"))
    log.write(.settingChanged(key: "GOGC", from: "100", to: "50"))
    log.end()
    let text = try String(contentsOfFile: folder.path + "/node-7.jsonl", encoding: .utf8)
    let events = try text.split(separator: "\n").map { try EventLine.decode(String($0)).event }
    #expect(
      events == [
        .settingChanged(key: "log_level", from: "info", to: "debug"), .memoryReleased(bytes: 2),
        .settingChanged(key: "log_level", from: "debug", to: "error"),
      ])
  }
}

@Suite struct ProcessIdentityTests {
  @Test func thisProcessIsAliveAndNoOtherWithItsPidIs() {
    let current = ProcessIdentity.current
    #expect(current.isAlive)
    let impostor = ProcessIdentity(pid: current.pid, startTicks: current.startTicks + 1)
    #expect(!impostor.isAlive)
    #expect(impostor.openWatch() == .ended)
    if case .descriptor(let watch) = current.openWatch() {
      close(watch)
    } else {
      Issue.record("no pidfd")
    }
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
