// `heap snapshot` as a person types it: the snapshot that comes along, and files that are none.

import ArgumentParser
import Foundation
import GreyCommands
import GreyEvents
import Testing

@Suite("heap snapshot")
struct SnapshotVerbTests {
  private static let shipped = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("configs/snapshots/node-program.heapsnapshot").path

  private func run(_ arguments: String...) throws -> (CommandStatus, World) {
    let world = try World()
    guard
      let command = try GreywaveCommand.parseAsRoot(["heap", "snapshot"] + arguments)
        as? HeapSnapshotCommand
    else {
      Issue.record("another command")
      return (.usage, world)
    }
    return (command.perform(world.context), world)
  }

  @Test("says what a file holds and how it would lie on the nodes")
  func shipped() throws {
    let (status, world) = try run(Self.shipped, "--nodes", "3", "--json")
    #expect(status == .ok)
    let result = try SnapshotResult(JSON(parsing: world.heard.output.joined()))
    #expect(result.objects == result.parts.map(\.objects).reduce(0, +))
    #expect(result.bytes == result.parts.map(\.bytes).reduce(0, +))
    #expect(result.parts.count == 3)
    #expect(result.cutEdges > 0 && result.cutEdges < result.edges)
    #expect(result.reachableObjects > 0 && result.reachableObjects <= result.objects)
    #expect(result.weakEdges > 0)
    #expect(result.mostFrequent.map(\.objects) == result.mostFrequent.map(\.objects).sorted(by: >))
    let people = Render.snapshot(result, Style())
    #expect(people.contains("\(Text.count(result.objects)) objects"))
    #expect(people.contains("partition bfs"))
  }

  @Test("refuses what is none, with the place, and prints nothing")
  func refused() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("greywave-\(UUID().uuidString).heapsnapshot")
    defer { try? FileManager.default.removeItem(at: file) }
    let whole = try Data(contentsOf: URL(fileURLWithPath: Self.shipped))
    try whole.prefix(100_000).write(to: file)
    let (status, world) = try run(file.path)
    #expect(status == .usage)
    #expect(world.heard.notes.joined().contains("ends at byte 100000"))
    #expect(world.heard.output.isEmpty)
    let (missing, other) = try run("/nowhere.heapsnapshot")
    #expect(missing == .usage)
    #expect(other.heard.notes.joined().contains("cannot read /nowhere.heapsnapshot"))
    let (nodes, third) = try run(Self.shipped, "--nodes", "0")
    #expect(nodes == .usage)
    #expect(third.heard.notes.joined().contains("--nodes takes 1 to 1024"))
  }
}
