// `up` and `down` against real processes and files, with a coordinator that is a script.

import ArgumentParser
import Foundation
import Glibc
import GreyBasics
import GreyCommands
import GreyEvents
import GreyRuntime
import Synchronization
import Testing

/// What `up` starts here: sleepers, and an open door where the control socket would be.
private final class Cluster: Sendable {
  /// Protects the list.
  let sleepers = Mutex<[ClusterProcess]>([])

  func start(_ arguments: [String], _ paths: ClusterPaths) throws -> Int {
    let sleeper = try Spawn.detached(
      "/bin/sleep", ["60"], environment: [:], output: "/dev/null")
    let role = arguments[0] == "coordinator" ? ClusterProcess.Role.coordinator : .node
    let start = try #require(ClusterProcess(role: .node, livePID: sleeper)).start
    sleepers.withLock { $0.append(ClusterProcess(role: role, pid: sleeper, start: start)) }
    if role == .coordinator { try Files.writeWhole("", to: paths.controlSocket) }
    return sleeper
  }

  var nodes: Int { sleepers.withLock { $0.count { $0.role == .node && $0.isAlive } } }
  func all(_ role: ClusterProcess.Role) -> [ClusterProcess] {
    sleepers.withLock { $0.filter { $0.role == role } }
  }
  deinit {
    for sleeper in sleepers.withLock({ $0 }) {
      sleeper.signal(SIGKILL)
      waitpid(pid_t(sleeper.pid), nil, 0)
    }
  }
}

private func makeWorld(_ cluster: Cluster) throws -> World {
  var world = try World { request in
    switch request.verb {
    case .status: result(request, Sample.status(nodes: cluster.nodes))
    default: []
    }
  }
  let paths = try world.scratch.paths()
  let heard = world.heard
  world.context.spawn = { _, arguments, environment, _ in
    #expect(environment.keys.allSatisfy { $0 != "GOGC" && !$0.hasPrefix("GREYWAVE_") })
    heard.state.withLock { $0.spawned.append(arguments) }
    return try cluster.start(arguments, paths)
  }
  // Time passes by itself where real processes are waited for.
  world.context.clock = .real
  return world
}

@Suite struct UpTests {
  @Test func aFreshClusterIsStartedAndASecondUpFindsIt() throws {
    let cluster = Cluster()
    var world = try makeWorld(cluster)
    world.context.environment["GOGC"] = "70"
    #expect(try world.run("up", "--nodes", "3") == .ok)
    let paths = try world.scratch.paths()
    let record = try #require(RunRecord.current(in: paths))
    #expect(world.heard.spawned.map(\.[0]) == ["coordinator", "node", "node", "node"])
    #expect(world.heard.spawned[1].contains(record.path))
    #expect(ProcessTable.registered(in: paths).count { $0.isAlive } == 4)
    let yaml = try #require(Files.text(of: record.configurationFile))
    #expect(yaml.contains("GOGC: 70"))
    let said = world.heard.output[0]
    #expect(said.contains("coordinator (pid 70) and 3 nodes"))
    #expect(said.contains("logs: \(record.path)\nnext: /bin/greywave run rings\n"))
    world.context.environment["PATH"] = "/nowhere:/bin"
    #expect(world.context.program == "greywave")
    world.context.folder = "/bin"
    world.context.environment["PATH"] = "/nowhere"
    #expect(world.context.program == "./greywave")
    world.context.folder = "/"
    #expect(world.context.program == "/bin/greywave")

    #expect(try world.run("up", "--json", "--option", "workers=2") == .ok)
    // What `set` can change is as the running cluster says it, not as the record does (70).
    #expect(
      world.heard.notes == [
        "'local' is up and keeps workers=1, as it was started with",
        "'local' is up and keeps GOGC=100; change it with: greywave set GOGC 70",
      ])
    #expect(world.heard.spawned.count == 4)
    #expect(world.heard.output[1].contains(#""started":[]"#))

    // A node dies, the coordinator dies, and one more node is wanted: each is put right.
    let node = cluster.all(.node)[0]
    node.signal(SIGKILL)
    #expect(WaitingClock.real.wait(upTo: .seconds(5)) { node.isAlive ? nil : true } == true)
    #expect(try world.run("up") == .ok)
    #expect(world.heard.spawned.dropFirst(4).map(\.[0]) == ["node"])
    let coordinator = cluster.all(.coordinator)[0]
    coordinator.signal(SIGKILL)
    #expect(WaitingClock.real.wait(upTo: .seconds(5)) { coordinator.isAlive ? nil : true } == true)
    #expect(try world.run("up", "--nodes", "4") == .ok)
    #expect(world.heard.spawned.dropFirst(5).map(\.[0]) == ["coordinator", "node"])
    // It goes on in the same record, with the configuration it began with.
    #expect(RunRecord.all(in: paths) == [record])
    #expect(cluster.nodes == 4)
    // It is remembered how many it should have.
    cluster.all(.node)[3].signal(SIGKILL)
    #expect(try world.run("up") == .ok)
    #expect(world.heard.spawned.dropFirst(7).map(\.[0]) == ["node"])
    #expect(paths.target == 4)
  }

  @Test func whatIsLeftOfAKilledClusterIsSweptAway() throws {
    let cluster = Cluster()
    let world = try makeWorld(cluster)
    let paths = try world.scratch.paths()
    try paths.prepareRuntime()
    let ghost = ClusterProcess(role: .node, pid: 1 << 30, start: 5)
    try ProcessTable.register(ghost, in: paths)
    try Files.writeWhole("{}", to: paths.stateFile)
    #expect(try world.run("up", "--nodes", "1") == .ok)
    #expect(!ProcessTable.registered(in: paths).contains(ghost))
    #expect(Files.text(of: paths.stateFile) == nil)
  }

  @Test func aProcessThatEndsWhileStartingIsToldWithItsLastWords() throws {
    var world = try World()
    world.context.clock = .real
    world.context.spawn = { _, _, _, output in
      try Files.writeWhole("no memory left\n", to: output)
      return try Spawn.detached("/bin/false", [], environment: [:], output: "/dev/null")
    }
    #expect(try world.run("up") == .checkFailed)
    #expect(world.heard.notes[0].contains("ended while starting"))
    #expect(world.heard.notes[0].hasSuffix("no memory left"))
    let runtime = try world.scratch.paths().runtime
    #expect(!FileManager.default.fileExists(atPath: runtime))
  }

  @Test func aClusterThatDoesNotComeUpIsEndedAgain() throws {
    let cluster = Cluster()
    var world = try makeWorld(cluster)
    let heard = world.heard
    world.context.connect = { _ in FakeChannel(heard) { _ in [] } }
    world.context.clock = WaitingClock(
      now: { heard.state.withLock { $0.now } }, wall: WaitingClock.real.wall,
      pause: {
        heard.state.withLock { $0.now = $0.now + .milliseconds(100) }
        WaitingClock.real.pause()
      })
    #expect(try world.run("up", "--nodes", "1") == .timeout)
    #expect(world.heard.notes[0].contains("its coordinator does not answer"))
    let left = cluster.sleepers.withLock { $0 }
    #expect(
      WaitingClock.real.wait(upTo: .seconds(5)) {
        left.contains(where: \.isAlive) ? nil : true
      } == true)
  }

  @Test func aWrongConfigurationStartsNothing() throws {
    let world = try World()
    #expect(try world.run("up", "--option", "nodse=3", "--without", "transit-root") == .usage)
    #expect(world.heard.spawned.isEmpty)
    #expect(world.heard.notes[0].contains("did you mean 'nodes'?"))
  }
}

@Suite struct DownTests {
  @Test func nothingIsLeftAndASecondDownIsFine() throws {
    let cluster = Cluster()
    let world = try makeWorld(cluster)
    #expect(try world.run("up", "--nodes", "2") == .ok)
    let paths = try world.scratch.paths()
    try Files.writeWhole("mine", to: world.scratch.path + "/run/notes")
    // The coordinator of this test does not answer `down`, so SIGTERM ends the sleepers.
    #expect(try world.run("down", "--patience", "5s") == .ok)
    #expect(
      world.heard.output.last?.hasPrefix("cluster 'local' is down: 3 processes ended\n") == true)
    #expect(!FileManager.default.fileExists(atPath: paths.runtime))
    #expect(Files.text(of: world.scratch.path + "/run/notes") == "mine")
    #expect(RunRecord.all(in: paths).count == 1)
    #expect(try world.run("down") == .ok)
    #expect(world.heard.output.last == "cluster 'local' is not up")
  }

  @Test func aStoppedProcessIsKilled() throws {
    let cluster = Cluster()
    let world = try makeWorld(cluster)
    #expect(try world.run("up", "--nodes", "1") == .ok)
    let node = cluster.all(.node)[0]
    node.signal(SIGSTOP)
    #expect(try world.run("down", "--json", "--patience", "300ms") == .ok)
    #expect(world.heard.output.last?.contains(#""killed":[\#(node.pid)]"#) == true)
    #expect(!node.isAlive)
  }

  @Test func aNodeThatLeavesIsNotReplaced() throws {
    let world = try World { request in
      guard case .leave(let node) = request.verb else { return [] }
      return result(request, LeaveResult(node: node, members: [NodeID(1)]))
    }
    let paths = try world.scratch.paths()
    try paths.prepareRuntime()
    try Files.writeWhole("2\n", to: paths.targetFile)
    #expect(try world.run("down", "--node", "2") == .ok)
    #expect(world.heard.output == ["node 2 has left; 1 node in the cluster"])
    #expect(paths.target == 1)
  }

  @Test func filesOfOthersStay() throws {
    let world = try World()
    let paths = try world.scratch.paths()
    try paths.prepareRuntime()
    try Files.writeWhole("keep", to: paths.runtime + "/notes")
    try Files.writeWhole("", to: paths.lock)
    #expect(try world.run("down") == .ok)
    #expect(Files.names(in: paths.runtime) == ["notes"])
  }

  @Test func cleanRemovesTheRecordsOfTheDead() throws {
    let world = try World()
    let paths = try world.scratch.paths()
    try paths.prepareRuntime()
    let time = WallTime("2026-11-23T04:05:06Z")!
    let old = try RunRecord.create(in: paths, at: time)
    let current = try RunRecord.create(in: paths, at: time)
    try Files.writeWhole(current.path, to: paths.recordFile)
    #expect(try world.run("clean") == .ok)
    #expect(RunRecord.all(in: paths) == [current])
    #expect(!FileManager.default.fileExists(atPath: old.path))
    unlink(paths.recordFile)
    #expect(try world.run("clean") == .ok)
    #expect(!FileManager.default.fileExists(atPath: paths.records))
  }
}

@Suite struct ProcessVerbTests {
  @Test func aSecondCoordinatorOfOneNameIsRefused() throws {
    let world = try World()
    let paths = try world.scratch.paths()
    try paths.prepareRuntime()
    let held = try FileLock.take(paths.lock)
    #expect(try world.run("coordinator") == .checkFailed)
    #expect(world.heard.notes[0].contains("has a coordinator already: end it with cluster/down"))
    withExtendedLifetime(held) {}
  }

  @Test func aProcessIsRegisteredExactlyWhileItRuns() throws {
    var world = try World()
    let paths = try world.scratch.paths()
    let heard = world.heard
    world.context.runtime.coordinator = { launch throws -> CommandStatus in
      #expect(launch.configuration.values.nodes == 7)
      #expect(try FileLock.take(paths.lock) == nil)
      for process in ProcessTable.registered(in: paths) {
        heard.state.withLock { $0.output.append("\(process.role) \(process.pid)") }
      }
      return .ok
    }
    #expect(try world.run("coordinator", "--nodes", "7") == .ok)
    #expect(world.heard.output == ["coordinator \(getpid())"])
    #expect(ProcessTable.registered(in: paths).isEmpty)
    #expect(try FileLock.take(paths.lock) != nil)
  }

  @Test func aNodeFindsItsCoordinatorOrSaysThatThereIsNone() throws {
    var world = try World()
    let paths = try world.scratch.paths()
    #expect(try world.run("node") == .noCluster)
    try Files.writeWhole("ipc:///x/coordinator\n", to: paths.endpointFile)
    world.context.runtime.node = { launch in
      #expect(launch.coordinatorEndpoint == "ipc:///x/coordinator")
      return .checkFailed
    }
    #expect(try world.run("node") == .checkFailed)
  }

  @Test func printConfigShowsValuesAndSources() throws {
    let world = try World(environment: ["GOMEMLIMIT": "64MiB"])
    #expect(try world.run("coordinator", "--print-config", "--lab") == .ok)
    let lines = world.heard.output[0].split(separator: "\n")
    #expect(lines.count == ConfigurationKey.all.count)
    #expect(
      lines.contains {
        $0.hasPrefix("GOMEMLIMIT: 64MiB ") && $0.hasSuffix("# environment GOMEMLIMIT")
      })
    #expect(lines.contains { $0.hasPrefix("lab: true ") && $0.hasSuffix("# --lab") })
  }
}
