// Whatever cannot be done is told with what to do about it, and leaves nothing behind.

import Foundation
import Glibc
import GreyBasics
import GreyCommands
import GreyEvents
import GreyRuntime
import Synchronization
import Testing

@Suite struct RemedyTests {
  @Test func aRuntimeFolderThatIsNotThere() throws {
    var world = try World()
    let missing = world.scratch.path + "/none"
    world.context.environment["XDG_RUNTIME_DIR"] = missing
    #expect(try world.run("up", "--nodes", "1") == .checkFailed)
    let note = try #require(world.heard.notes.first)
    #expect(note.contains("XDG_RUNTIME_DIR is \(missing), which cannot be used: No such file"))
    #expect(note.contains("mkdir -m 700 \(missing)"), "\(note)")
  }

  @Test func aStateFolderThatCannotBeWritten() throws {
    var world = try World()
    world.context.environment["XDG_STATE_HOME"] = "/proc/none"
    #expect(try world.run("up", "--nodes", "1") == .checkFailed)
    let note = try #require(world.heard.notes.first)
    #expect(note.contains("cannot make the folder /proc/none/greywave/local: No such file"))
    #expect(note.contains("set XDG_STATE_HOME to"), "\(note)")
    #expect(Files.names(in: world.scratch.path + "/run").isEmpty, "something is left")
  }

  @Test func aTextThatCannotBeWrittenSaysWhy() {
    #expect { try Files.writeWhole("x", to: "/proc/none/x") } throws: {
      "\($0)".contains("cannot write /proc/none/x: No such file or directory")
    }
  }

  /// Only a folder that was made here is taken away, whatever somebody else's is called.
  @Test func downLeavesTheUsersOwnFolder() throws {
    var world = try World()
    let own = "/tmp/greywave-own-\(UUID().uuidString.prefix(8))"
    mkdir(own, 0o700)
    defer { rmdir(own) }
    world.context.environment["XDG_RUNTIME_DIR"] = own
    let paths = try ClusterPaths(
      name: .standard, environment: world.context.environment)
    try paths.prepareRuntime()
    #expect(try world.run("down") == .ok)
    #expect(!FileManager.default.fileExists(atPath: paths.runtime))
    #expect(FileManager.default.fileExists(atPath: own))
    #expect(paths.ownParent == nil)
    let standard = try ClusterPaths(name: .standard, environment: [:], userID: 7, home: "/h")
    #expect(standard.ownParent == "/tmp/greywave-7")
  }

  @Test func gogcMayBeOffAndThatIsTold() throws {
    let off = try EffectiveConfiguration(environment: ["GOGC": "off"])
    #expect(off.warnings.count == 1 && off.warnings[0].contains("no cycle starts by itself"))
    for limit in ["GOMEMLIMIT", "GREYWAVE_HEAP_LIMIT"] {
      let bounded = try EffectiveConfiguration(environment: ["GOGC": "off", limit: "1GiB"])
      #expect(bounded.warnings.isEmpty)
    }
    #expect(try EffectiveConfiguration().warnings.isEmpty)
    let answer = SetResult(
      key: "GOGC", previous: "100", value: "off", nodes: [NodeID(1)], warning: off.warnings[0])
    let world = try World { result($0, answer) }
    #expect(try world.run("set", "GOGC", "off") == .ok)
    #expect(world.heard.notes == off.warnings)
    #expect(world.heard.output == ["GOGC: 100 → off on 1 node"])
  }

  @Test func downIsAsPatientAsItsClusterIsSlow() throws {
    let world = try World()
    let paths = try world.scratch.paths()
    try paths.prepareRuntime()
    #expect(DownCommand.standardPatience(of: paths) == .seconds(10))
    let record = try RunRecord.create(in: paths, at: world.context.clock.wall())
    let slow = try EffectiveConfiguration(file: ("c.yaml", "time_scale: 4"))
    try record.write(
      slow, cluster: paths.name, build: BuildIdentity(commit: "abc1234"),
      at: world.context.clock.wall())
    try Files.writeWhole(record.path + "\n", to: paths.recordFile)
    #expect(DownCommand.standardPatience(of: paths) == .seconds(40))
  }
}

@Suite struct PatienceTests {
  @Test func theCoordinatorIsGivenALittleLess() throws {
    let world = try World { request in [ControlReply(id: request.id, error: .init(.timeout, "no"))]
    }
    func told(_ arguments: String...) throws -> Int? {
      let command = try GreywaveCommand.parsed(arguments)
      #expect(try #require(command as? any Verb).perform(world.context) == .timeout)
      return world.heard.state.withLock { $0.requests.last?.timeoutUs }
    }
    #expect(try told("verify") == 119_000_000)
    #expect(try told("verify", "--timeout", "4s") == 3_600_000)
    #expect(try told("down", "--node", "2") == 59_000_000)
    #expect(try told("gc", "--step", "--timeout", "5s") == 4_500_000)
    #expect(try told("gc") == 59_000_000)
    #expect(try told("ps") == 9_000_000)
    #expect(try told("run", "rings") == nil)
  }

  /// Whoever thinks for long about the next step says meanwhile that he is there.
  @Test func whoWalksACycleGivesSignsOfLife() throws {
    var world = try World { request in
      guard case .step(let action, _) = request.verb else { return [] }
      return result(
        request,
        StepResult(
          phase: .mark, epoch: Epoch(rawValue: 1), description: "\(action)", next: "on",
          isDone: action == .finish, nodes: []))
    }
    let heard = world.heard
    world.context.input = { idle in
      for _ in 1...35 {
        heard.state.withLock { $0.now = $0.now + .milliseconds(100) }
        idle()
      }
      return "f"
    }
    #expect(try world.run("gc", "--step") == .ok)
    #expect(
      world.heard.requests
        == [.begin, .stay, .stay, .stay, .finish].map { .step(action: $0, quantum: nil) })
    // Their answers are not taken for that of the step.
    #expect(world.heard.output.count == 2 && world.heard.output[1].contains("finish"))
  }

  @Test func spansThatWereLeftOutAreTold() throws {
    func drawn(leftOut: Int) throws -> String {
      let span = HeapShowResult.Span(
        firstPage: 0, pages: 1, state: .inUse, elementBytes: 16, isNoscan: false, usedSlots: 1,
        slots: 512)
      let heap = HeapShowResult(nodes: [
        .init(
          node: NodeID(1), pageBytes: 8_192, heapBytes: 1, goalBytes: 0, spans: [span],
          spansLeftOut: leftOut)
      ])
      let world = try World { result($0, heap) }
      #expect(try world.run("heap", "show") == .ok)
      return world.heard.output[0]
    }
    #expect(try drawn(leftOut: 4_464).contains(" spans behind these did not fit"))
    #expect(try !drawn(leftOut: 0).contains("did not fit"))
  }
}
