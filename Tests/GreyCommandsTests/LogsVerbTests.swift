// `logs` over real files: found, merged, filtered, followed through a rotation.

import ArgumentParser
import Foundation
import GreyBasics
import GreyCommands
import GreyEvents
import GreyRuntime
import Synchronization
import Testing

private func write(_ records: [EventRecord], to path: String) throws {
  let text = records.map { EventLine.encode($0) + "\n" }.joined()
  // Appended in place, as a process does: a file that is replaced is another file.
  if !FileManager.default.fileExists(atPath: path) { try Files.writeWhole("", to: path) }
  let file = try #require(FileHandle(forWritingAtPath: path))
  try file.seekToEnd()
  try file.write(contentsOf: Data(text.utf8))
  try file.close()
}

private func remark(_ text: String, _ seconds: Int, _ process: ProcessName) -> EventRecord {
  Sample.record(.remark(text: text), seconds: seconds, process: process)
}

@Suite struct LogsVerbTests {
  let node = ProcessName.node(NodeID(1))

  private func makeRecord(_ world: World) throws -> RunRecord {
    let record = try RunRecord.create(
      in: try world.scratch.paths(), at: WallTime("2026-11-23T04:00:00Z")!)
    var finished = Sample.figures
    finished.cycle = 1
    try write(
      [
        remark("one", 1, .coordinator), remark("three", 3, .coordinator),
        Sample.record(.cycleFinished(finished), seconds: 5),
      ], to: record.path + "/coordinator.jsonl")
    try write([remark("zero", 0, node)], to: record.path + "/node-1.1.jsonl")
    try write([remark("two", 2, node), remark("four", 4, node)], to: record.path + "/node-1.jsonl")
    try Files.writeWhole("not a log", to: record.path + "/record.json")
    return record
  }

  @Test func allFilesOfTheLastRecordAreOneStory() throws {
    let world = try World()
    _ = try makeRecord(world)
    #expect(try world.run("logs") == .ok)
    let words = world.heard.output.compactMap { $0.split(separator: " ").last.map(String.init) }
    #expect(words.prefix(5) == ["zero", "one", "two", "three", "four"])
    #expect(world.heard.output.count == 6)
    #expect(world.heard.output[5].contains("1 done (command)"))
  }

  @Test func formsAndFilters() throws {
    func printed(_ arguments: String...) throws -> [String] {
      let world = try World()
      _ = try makeRecord(world)
      let command = try GreywaveCommand.parseAsRoot(["logs"] + arguments)
      #expect(try #require(command as? any Verb).perform(world.context) == .ok)
      return world.heard.output
    }
    #expect(try printed("--format", "gctrace").count == 1)
    #expect(try printed("--format", "gctrace")[0].hasPrefix("gc 1 @0.000s 0%: 0.41+8.7+0 ms clock"))
    let start = #"{"schema":"greywave.event/1","time":"2026-11-23T04:00:0"#
    #expect(try printed("--json").allSatisfy { $0.hasPrefix(start) })
    #expect(try printed("--process", "node-1").count == 3)
    #expect(try printed("--node", "1", "--since", "2026-11-23T04:00:02Z").count == 2)
    #expect(try printed("--since", "5m").count == 0)
    #expect(try printed("--since", "6m").count == 6)
    #expect(try printed("--level", "info").count == 6)
    #expect(try printed("--level", "warning").isEmpty)
    #expect(try printed("--cycle", "1").count == 1)
  }

  @Test func aFilterThatMatchesNothingSaysSo() throws {
    let world = try World()
    let record = try makeRecord(world)
    #expect(try world.run("logs", "--process", "node-7") == .ok)
    #expect(world.heard.output.isEmpty)
    let note = "no line matches; coordinator and node-1 wrote the lines of \(record.name)"
    #expect(world.heard.notes == [note])
  }

  @Test func mistakesAreUsageErrorsAndNoClusterIsThree() throws {
    let world = try World()
    #expect(try world.run("logs") == .noCluster)
    let record = try makeRecord(world)
    #expect(try world.run("logs", "--process", "node") == .usage)
    #expect(try world.run("logs", "--since", "yesterday") == .usage)
    #expect(try world.run("logs", "--record", "x") == .usage)
    #expect(world.heard.notes.last?.hasSuffix("the last ones are: \(record.name)") == true)
  }

  @Test func followingGoesOnThroughARotationUntilTheClusterIsDown() throws {
    var world = try World()
    let paths = try world.scratch.paths()
    try paths.prepareRuntime()
    let record = try makeRecord(world)
    try Files.writeWhole(record.path, to: paths.recordFile)
    // The cluster "lives" as long as this process is registered.
    let me = ClusterProcess.current(.node)
    try ProcessTable.register(me, in: paths)
    let step = Mutex(0)
    let path = record.path
    let node = node
    world.context.clock.pause = {
      let now = step.withLock { step in
        step += 1
        return step
      }
      switch now {
      case 1:
        try? FileManager.default.moveItem(
          atPath: path + "/node-1.jsonl", toPath: path + "/node-1.2.jsonl")
        try? write([remark("five", 6, node)], to: path + "/node-1.jsonl")
      case 2:
        try? write([remark("six", 7, node)], to: path + "/node-1.jsonl")
        ProcessTable.unregister(me, in: paths)
      default: break
      }
    }
    #expect(try world.run("logs", "--follow", "--process", "node-1") == .ok)
    let words = world.heard.output.compactMap { $0.split(separator: " ").last.map(String.init) }
    #expect(words == ["zero", "two", "four", "five", "six"])
  }
}
