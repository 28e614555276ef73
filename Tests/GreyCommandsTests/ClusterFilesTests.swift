// Names, folders, locks, pid files and records of clusters, on a real file system.

import Foundation
import Glibc
import GreyBasics
import GreyCommands
import GreyEvents
import GreyRuntime
import Testing

@Suite struct ClusterNameTests {
  @Test func theFlagWinsThenTheVariableThenLocal() throws {
    let environment = ["GREYWAVE_CLUSTER": "two"]
    #expect(try ClusterName.choose(flag: "one", environment: environment).description == "one")
    #expect(try ClusterName.choose(flag: nil, environment: environment).description == "two")
    #expect(try ClusterName.choose(flag: nil, environment: [:]) == .standard)
    #expect(try ClusterName.choose(flag: nil, environment: ["GREYWAVE_CLUSTER": ""]) == .standard)
  }

  @Test(arguments: ["", "A", "a_b", "../x", "a b", "ä", String(repeating: "a", count: 33)])
  func badNamesAreRefused(_ text: String) {
    #expect(ClusterName(text) == nil)
    #expect(throws: CommandFailure.self) { try ClusterName.choose(flag: text, environment: [:]) }
  }
}

@Suite struct ClusterPathsTests {
  @Test func foldersFollowTheEnvironment() throws {
    let name = ClusterName("x-1")!
    let set = try ClusterPaths(
      name: name, environment: ["XDG_RUNTIME_DIR": "/run/user/7/", "XDG_STATE_HOME": "/s"])
    #expect(set.runtime == "/run/user/7/x-1")
    #expect(set.records == "/s/greywave/x-1")
    #expect(set.controlEndpoint == "ipc:///run/user/7/x-1/ctl")
    let bare = try ClusterPaths(name: name, environment: [:], userID: 7, home: "/home/me")
    #expect(bare.runtime == "/tmp/greywave-7/x-1")
    #expect(bare.records == "/home/me/.local/state/greywave/x-1")
    #expect(throws: CommandFailure.self) {
      try ClusterPaths(name: name, environment: ["XDG_RUNTIME_DIR": "relative"])
    }
  }

  @Test func pathsTooLongForSocketsAreRefusedWithTheRemedy() throws {
    let name = ClusterName(String(repeating: "n", count: 32))!
    // 12 bytes of "node-4194304", two separators.
    let fits = "/" + String(repeating: "d", count: 107 - 1 - 1 - 32 - 1 - 12)
    let paths = try ClusterPaths(name: name, environment: ["XDG_RUNTIME_DIR": fits])
    #expect(paths.nodeSocket(pid: 4_194_304).utf8.count == 107)
    #expect {
      try ClusterPaths(name: name, environment: ["XDG_RUNTIME_DIR": fits + "d"])
    } throws: {
      "\($0)".contains("has 108 bytes") && "\($0)".contains("set XDG_RUNTIME_DIR")
    }
  }

  @Test func aFolderThatOthersMayEnterIsRefused() throws {
    let scratch = try Scratch()
    let paths = try scratch.paths()
    #expect(try !paths.checkRuntime())
    try paths.prepareRuntime()
    try paths.prepareRuntime()
    #expect(try paths.checkRuntime())
    chmod(paths.runtime, 0o755)
    #expect { try paths.prepareRuntime() } throws: { "\($0)".contains("chmod 700") }
    chmod(paths.runtime, 0o700)
    rmdir(paths.runtime)
    // A link to a folder of somebody else's is no folder.
    symlink("/tmp", paths.runtime)
    #expect(throws: CommandFailure.self) { try paths.prepareRuntime() }
  }

  @Test func onlyFilesWithOurNamesAreOurs() {
    for name in ["lock", "ctl", "coordinator.pid", "node-12", "node-12.pid", "state.json"] {
      #expect(ClusterPaths.isOurs(name))
    }
    for name in ["node-", "node-x", "node-1.txt", "bus", "lock2", ".", "notes"] {
      #expect(!ClusterPaths.isOurs(name))
    }
  }
}

@Suite struct FileLockTests {
  @Test func oneHolderAtATime() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/lock"
    var first = try FileLock.take(path)
    #expect(first != nil)
    #expect(try FileLock.take(path) == nil)
    first = nil
    #expect(try FileLock.take(path) != nil)
  }

  @Test func aRemovedLockFileDoesNotLetTwoIn() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/lock"
    let first = try #require(try FileLock.take(path))
    first.remove()
    // The name is free: whoever comes now has a file of his own, and he alone.
    let second = try FileLock.take(path)
    #expect(second != nil)
    #expect(try FileLock.take(path) == nil)
    withExtendedLifetime((first, second)) {}
  }

  @Test func waitingEndsAtTheLimit() throws {
    let world = try World()
    let path = world.scratch.path + "/lock"
    let held = try FileLock.take(path)
    #expect {
      try FileLock.take(
        path, waitingFor: "somebody", limit: .seconds(2), clock: world.context.clock,
        preparing: {})
    } throws: { ($0 as? CommandFailure)?.status == .timeout }
    withExtendedLifetime(held) {}
  }

  @Test func theLockIsFreeWhenItsProcessWasKilled() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/lock"
    let holder = try Sleeper(
      "/usr/bin/flock", [path, "-c", "echo held > \(scratch.path)/told; exec sleep 60"])
    defer { holder.end() }
    let told = WaitingClock.real.wait(upTo: .seconds(10)) {
      Files.text(of: scratch.path + "/told")
    }
    #expect(told != nil)
    #expect(try FileLock.take(path) == nil)
    holder.end()
    // `flock` itself, the parent of the shell, has the file open too, and ends by itself.
    let taken = try WaitingClock.real.wait(upTo: .seconds(10)) { try FileLock.take(path) }
    #expect(taken != nil)
  }
}

/// A process of its own to look at and to signal.
final class Sleeper {
  let process: ClusterProcess
  init(_ executable: String = "/bin/sleep", _ arguments: [String] = ["60"]) throws {
    let pid = try Spawn.detached(
      executable, arguments, environment: ["PATH": "/usr/bin:/bin"], output: "/dev/null")
    process = try #require(ClusterProcess(role: .node, livePID: pid))
  }
  /// The whole group: it leads a session of its own.
  func end() {
    if process.isAlive { kill(-pid_t(process.pid), SIGKILL) }
    _ = WaitingClock.real.wait(upTo: .seconds(10)) {
      Spawn.reap(process.pid)
      return process.isAlive ? nil : true
    }
  }
  deinit { end() }
}

@Suite struct ProcessTableTests {

  @Test func aReusedPidIsAnotherProcess() throws {
    let me = ClusterProcess.current(.node)
    #expect(me.isAlive)
    let other = ClusterProcess(role: .node, pid: me.pid, start: me.start + 1)
    #expect(!other.isAlive)
    #expect(!other.signal(SIGKILL))
    #expect(!ClusterProcess(role: .node, pid: 1 << 30, start: 1).isAlive)
  }

  @Test func aKilledChildCountsAsGoneBeforeItIsReaped() throws {
    let sleeper = try Sleeper()
    #expect(sleeper.process.isAlive)
    #expect(sleeper.process.signal(SIGKILL))
    let gone = WaitingClock.real.wait(upTo: .seconds(10)) { sleeper.process.isAlive ? nil : true }
    #expect(gone == true)
  }

  @Test func aDetachedChildLeadsItsOwnSessionAndHoldsNothingOfOurs() throws {
    let scratch = try Scratch()
    let lock = try FileLock.take(scratch.path + "/lock")
    // Even a descriptor that is not close-on-exec stays here.
    let leaky = open(scratch.path + "/leak", O_CREAT | O_RDWR, 0o600)
    defer { close(leaky) }
    let sleeper = try Sleeper()
    #expect(getsid(pid_t(sleeper.process.pid)) == pid_t(sleeper.process.pid))
    let started = WaitingClock.real.wait(upTo: .seconds(10)) {
      Files.text(of: "/proc/\(sleeper.process.pid)/comm")?.hasPrefix("sleep") == true ? true : nil
    }
    #expect(started == true)
    let open = Files.names(in: "/proc/\(sleeper.process.pid)/fd").compactMap { Int($0) }
    #expect(open.sorted() == [0, 1, 2])
    withExtendedLifetime(lock) {}
  }

  @Test func pidFilesAreReadBackAndTornOnesSkipped() throws {
    let scratch = try Scratch()
    let paths = try scratch.paths()
    try paths.prepareRuntime()
    let node = ClusterProcess(role: .node, pid: 7, start: 8)
    let coordinator = ClusterProcess(role: .coordinator, pid: 9, start: 10)
    for process in [node, coordinator] { try ProcessTable.register(process, in: paths) }
    try Files.writeWhole("{\"role\":\"no", to: paths.pidFile(.node, pid: 99))
    #expect(ProcessTable.registered(in: paths) == [coordinator, node])
    // A successor's pid file is not removed by its predecessor's end.
    let successor = ClusterProcess(role: .coordinator, pid: 11, start: 12)
    try ProcessTable.register(successor, in: paths)
    ProcessTable.unregister(coordinator, in: paths)
    #expect(ProcessTable.registered(in: paths).first == successor)
  }
}

@Suite struct RunRecordTests {
  let time = WallTime("2026-11-23T04:05:06.123456Z")!

  @Test func recordsAreNamedByTimeAndTheLastTwentyStay() throws {
    let scratch = try Scratch()
    let paths = try scratch.paths()
    try paths.prepareRuntime()
    var all: [RunRecord] = []
    for second in 0..<24 {
      let then = WallTime(nanoseconds: time.nanoseconds + UInt64(second) * 1_000_000_000)
      all.append(try RunRecord.create(in: paths, at: then))
    }
    let twin = try RunRecord.create(in: paths, at: time)
    #expect(all[0].name == "20261123T040506Z")
    #expect(twin.name == "20261123T040506Z-2")
    #expect(RunRecord.all(in: paths) == [all[0], twin] + all.dropFirst())
    // The oldest is in use, so it stays whatever its age.
    try Files.writeWhole(all[0].path + "\n", to: paths.recordFile)
    #expect(RunRecord.current(in: paths) == all[0])
    let removed = RunRecord.prune(in: paths, keeping: 20)
    #expect(removed == [twin] + all[1...3])
    #expect(RunRecord.all(in: paths).count == 21)
  }

  @Test func aRecordSaysWhatHeldAndWhere() throws {
    let scratch = try Scratch()
    let record = try RunRecord.create(in: try scratch.paths(), at: time)
    let configuration = try EffectiveConfiguration(
      file: ("f.yaml", "seed: 9"), flags: [ConfigurationFlag("--nodes", key: "nodes", value: "2")])
    try record.write(
      configuration, cluster: .standard, build: BuildIdentity(commit: "abc1234"), at: time)
    let text = try #require(Files.text(of: record.path + "/record.json"))
    let json = try JSON(parsing: text)
    #expect(json["seed"] == .integer(9))
    #expect(json["commit"] == .string("abc1234"))
    #expect((json["machine"]?["processors"]?.integer ?? 0) > 0)
    #expect(json["machine"]?["system"]?.text?.hasPrefix("Linux ") == true)
    let yaml = try #require(Files.text(of: record.configurationFile))
    let again = try EffectiveConfiguration(file: ("again", yaml))
    #expect(again.values == configuration.values)
  }

  @Test func theCommitIsReadBesideTheBinary() throws {
    let scratch = try Scratch()
    let binary = scratch.path + "/greywave"
    let unknown = BuildIdentity.beside(executable: binary)
    #expect(unknown.commit == "unknown")
    #expect(
      "\(unknown)" == "greywave 0.1.0 (commit unknown: not built by a script of cluster/)")
    try Files.writeWhole("0123abc-dirty\n", to: scratch.path + "/greywave.commit")
    #expect(
      BuildIdentity.beside(executable: binary).description == "greywave 0.1.0 (0123abc-dirty)")
    try Files.writeWhole("fatal: not a git repository\n", to: scratch.path + "/greywave.commit")
    #expect(BuildIdentity.beside(executable: binary).commit == "unknown")
  }
}
