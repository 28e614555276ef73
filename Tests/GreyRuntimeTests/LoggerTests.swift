// swift-log on both sides of a process's log: any handler writes our events, and any library writes
// into our file.

import Foundation
import GreyBasics
import GreyEvents
import GreyRuntime
import InMemoryLogging
import Logging
import Testing

/// What a library that knows nothing of this project does with a logger.
private struct SomeLibrary {
  let logger: Logger
  func work() {
    logger.debug("not yet")
    logger.notice("three of them", metadata: ["count": "3", "of": ["a", "b"]])
    logger.critical("too late", metadata: ["by": .stringConvertible(4)])
  }
}

@Suite struct LoggerTests {
  private let folder = TemporaryFolder()

  private func makeLog() throws -> EventLog {
    try EventLog(
      folder: folder.path, stem: "node-7", process: .joining(pid: 12), level: .info,
      isUnsafe: false, maximumBytes: 1 << 20, maximumFiles: 3)
  }

  private func records() throws -> [EventRecord] {
    try String(contentsOfFile: folder.path + "/node-7.jsonl", encoding: .utf8)
      .split(separator: "\n").map { try EventLine.decode(String($0)) }
  }

  @Test func anyHandlerWritesMessageAndMetadata() throws {
    let handler = InMemoryLogHandler()
    let log = EventLog(process: .joining(pid: 12), level: .info, handler: handler)
    #expect(log.logger.label == "joining-12")
    log.process = .node(NodeID(7))
    log.epoch = Epoch(rawValue: 5)
    #expect(log.logger.label == "node-7")
    log.write(.memoryReleased(bytes: 1))
    log.write(.settingChanged(key: "GOGC", from: "100", to: "50"))
    log.write(.nodeLeft(node: NodeID(2), members: [NodeID(1), NodeID(7)]))
    log.end()
    let entries = handler.entries
    #expect(entries.map(\.message) == ["GOGC: 100 → 50", "node 2 left; members 1 7"])
    #expect(entries.map(\.level) == [.info, .info])
    let fields = try #require(entries.first).metadata.mapValues { "\($0)" }
    #expect(
      fields == [
        "event": "setting_changed", "epoch": "5", "key": "GOGC", "from": "100", "to": "50",
      ])
    #expect(entries.last?.metadata["members"] == .array(["1", "7"]))
  }

  @Test(arguments: EventLevel.allCases) func levelsMapOneToOne(_ level: EventLevel) throws {
    let handler = InMemoryLogHandler()
    let log = EventLog(process: .coordinator, level: .debug, handler: handler)
    log.write(.libraryMessage(level: level, source: "x", text: "y", metadata: .object([])))
    #expect(handler.entries.map(\.level.rawValue) == [level.rawValue])
  }

  @Test func aHandlerIsToldWhenTheLevelChanges() {
    let handler = InMemoryLogHandler()
    let log = EventLog(process: .coordinator, level: .warning, handler: handler)
    log.write(.remark(text: "no"))
    log.write(.settingChanged(key: "log_level", from: "warning", to: "debug"))
    log.write(.memoryReleased(bytes: 1))
    log.write(.settingChanged(key: "log_level", from: "debug", to: "error"))
    log.write(.remark(text: "no"))
    #expect(handler.entries.map(\.level) == [.info, .debug, .info])
  }

  @Test func aLibraryWritesIntoTheProcessesFile() throws {
    let log = try makeLog()
    SomeLibrary(logger: log.logger).work()
    log.end()
    let found = try records()
    #expect(found.map(\.level) == [.info, .error])
    #expect(found.allSatisfy { $0.process == .joining(pid: 12) })
    let count = JSON.Member("count", .string("3"))
    let of = JSON.Member("of", .array([.string("a"), .string("b")]))
    #expect(
      found.map(\.event) == [
        .libraryMessage(
          level: .info, source: "GreyRuntimeTests", text: "three of them",
          metadata: .object([count, of])),
        .libraryMessage(
          level: .error, source: "GreyRuntimeTests", text: "too late",
          metadata: .object([.init("by", .string("4"))])),
      ])
  }

  /// A logger that was handed out long ago follows the process's name, epoch and level.
  @Test func whatWasHandedOutFollowsTheProcess() throws {
    let log = try makeLog()
    let library = SomeLibrary(logger: log.logger)
    log.process = .node(NodeID(7))
    log.epoch = Epoch(rawValue: 9)
    log.write(.settingChanged(key: "log_level", from: "info", to: "debug"))
    library.work()
    log.write(.settingChanged(key: "log_level", from: "debug", to: "error"))
    library.work()
    log.end()
    let found = try records()
    #expect(found.map(\.level) == [.info, .debug, .info, .error, .info, .error])
    #expect(found.allSatisfy { $0.process == .node(NodeID(7)) })
    #expect(found.allSatisfy { $0.epoch == Epoch(rawValue: 9) })
  }

  @Test func aLibrarysOwnLoggerWritesThereUnderItsLabel() throws {
    let log = try makeLog()
    log.adoptLibraries()
    var logger = Logger(label: "some.library")
    logger[metadataKey: "request"] = "17"
    logger.warning("slow", metadata: ["took": "3 s"])
    // Its level is its own from now on.
    logger.logLevel = .error
    logger.warning("slow again")
    log.end()
    #expect(
      try records().map(\.event) == [
        .libraryMessage(
          level: .warning, source: "some.library", text: "slow",
          metadata: .object([
            .init("request", .string("17")), .init("took", .string("3 s")),
          ]))
      ])
  }

  /// Our events arrive as they are, whoever else listens.
  @Test func amongSeveralHandlersOursWritesTheSameLines() throws {
    let log = try makeLog()
    let other = InMemoryLogHandler()
    let both = EventLog(
      process: .coordinator, level: .info,
      handler: MultiplexLogHandler([log.logger.handler, other]))
    both.write(.nodeLeft(node: NodeID(2), members: [NodeID(1)]))
    log.write(.nodeLeft(node: NodeID(2), members: [NodeID(1)]))
    log.end()
    let found = try records()
    #expect(found.map(\.event) == Array(repeating: found[0].event, count: 2))
    #expect(found[0].event == .nodeLeft(node: NodeID(2), members: [NodeID(1)]))
    #expect(other.entries.count == 1)
  }
}
