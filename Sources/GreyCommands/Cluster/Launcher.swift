// Brings a cluster up to as many nodes as it should have, whatever state it was left in.
//
//   nothing alive        what lies around is swept away; a new record, a coordinator, the nodes
//   nodes, but no        the coordinator is started on the same name, record and configuration;
//   coordinator          it finds the nodes again and takes them over
//   a coordinator        the missing nodes, if any, are started
//
// `launch.lock` is held meanwhile, so that two of these do not start a cluster twice; whether a
// coordinator may bind is decided by `lock` alone, which it takes itself. What was started and did
// not come up in time is ended again.

import Foundation
import Glibc
import GreyBasics
import GreyEvents
import GreyRuntime

package struct UpResult: ControlResult {
  package static let schema = "greywave.up/1"
  package var name: String
  package var coordinator: Int
  package var nodes: [NodeID]
  /// Pids of what was started now; empty when everything was there already.
  package var started: [Int]
  package var record: String
  package var elapsedUs: Int
}

package struct Launcher {
  private let context: CommandContext
  private let paths: ClusterPaths
  private let wanted: EffectiveConfiguration
  /// Nil: as many as it should have had before.
  private let nodes: Int?
  private var started: [(process: ClusterProcess, output: String)] = []
  /// Nil until the coordinator can be reached.
  private var client: ControlClient?

  package init(
    _ context: CommandContext, paths: ClusterPaths, configuration: EffectiveConfiguration,
    nodes: Int?
  ) {
    self.context = context
    self.paths = paths
    self.wanted = configuration
    self.nodes = nodes
  }

  package mutating func up() throws -> UpResult {
    let begin = context.clock.now()
    let limit = wanted.values.scaled(wanted.values.launchTimeout)
    let launchLock = try FileLock.take(
      paths.launchLock, waitingFor: "another `up` or `down`", limit: limit, clock: context.clock,
      preparing: paths.prepareRuntime)
    defer { withExtendedLifetime(launchLock) {} }

    let alive = ProcessTable.registered(in: paths).filter(\.isAlive)
    let coordinator = alive.first { $0.role == .coordinator }
    // Of a cluster that was up already; a new one gets what is wanted.
    let isKept = !alive.isEmpty
    do {
      let (record, configuration) = try prepareRecord(anythingAlive: isKept)
      let target = nodes ?? paths.target ?? configuration.values.nodes
      try Files.writeWhole("\(target)\n", to: paths.targetFile)
      if coordinator == nil { try start(.coordinator, record) }
      var missing = target
      if !alive.isEmpty {
        let status = try ready(members: 0, limit: limit)
        missing = target - living(status).count { $0.state != .leaving }
      }
      for _ in 0..<max(0, missing) { try start(.node, record) }
      let status = try ready(members: target, limit: limit)
      if isKept { tellWhatIsKept(configuration, status) }
      return UpResult(
        name: paths.name.description, coordinator: status.coordinator.pid,
        nodes: status.nodes.map(\.node), started: started.map(\.process.pid),
        record: record.path, elapsedUs: Int((context.clock.now() - begin).microseconds))
    } catch {
      endWhatWasStarted()
      throw error
    }
  }

  /// The record that the cluster writes to, with the configuration that holds for it.
  private func prepareRecord(
    anythingAlive: Bool
  ) throws -> (RunRecord, EffectiveConfiguration) {
    if anythingAlive, let record = RunRecord.current(in: paths),
      let text = Files.text(of: record.configurationFile)
    {
      return (record, try EffectiveConfiguration(file: (record.configurationFile, text)))
    }
    for warning in wanted.warnings { context.note(warning) }
    if !anythingAlive { Teardown.removeFiles(of: paths, keepingLaunchLock: true) }
    let record = try RunRecord.create(in: paths, at: context.clock.wall())
    try record.write(wanted, cluster: paths.name, build: context.build, at: context.clock.wall())
    try Files.writeWhole(record.path + "\n", to: paths.recordFile)
    RunRecord.prune(in: paths, keeping: RunRecord.kept)
    return (record, wanted)
  }

  /// Says what was wanted and does not hold. What `set` may have changed since the record was
  /// written is as the running cluster says it.
  private func tellWhatIsKept(_ configuration: EffectiveConfiguration, _ status: StatusResult) {
    let live = Dictionary(
      status.settings.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    let ignored = ConfigurationKey.all.filter {
      wanted.source(of: $0.name) != .standard && $0.name != "nodes"
    }.map { key in
      (
        key: key, wanted: key.read(wanted.values),
        present: live[key.name] ?? key.read(configuration.values)
      )
    }.filter { $0.wanted != $0.present }
    let fixed = ignored.filter { !$0.key.isLive }.map { "\($0.key.name)=\($0.present)" }
    if !fixed.isEmpty {
      context.note("'\(paths.name)' is up and keeps \(Text.list(fixed)), as it was started with")
    }
    let named = paths.name == .standard ? "" : " --name \(paths.name)"
    for (key, wanted, present) in ignored where key.isLive {
      context.note(
        "'\(paths.name)' is up and keeps \(key.name)=\(present); change it with: greywave set"
          + "\(named) \(key.name) \(wanted)")
    }
  }

  private mutating func start(_ role: ClusterProcess.Role, _ record: RunRecord) throws {
    // A node's output is called after its pid, as its log is, as soon as there is one.
    var output = record.output(of: role == .coordinator ? "coordinator" : "starting-\(getpid())")
    // What holds is in the record's file; the environment must not override it a second time.
    let names = Set(
      ConfigurationKey.all.map(\.environment) + EffectiveConfiguration.otherVariables)
    let environment = context.environment.filter { !names.contains($0.key) }
    let pid = try context.spawn(
      context.executable,
      [
        role.rawValue, "--name", paths.name.description, "--record", record.path, "--config",
        record.configurationFile,
      ], environment, output)
    if role == .node {
      let final = record.output(of: "node-\(pid)")
      if rename(output, final) == 0 { output = final }
    }
    // One that has ended already counts as dead.
    let process =
      ClusterProcess(role: role, livePID: pid) ?? ClusterProcess(role: role, pid: pid, start: 0)
    started.append((process, output))
    if process.start != 0 { try ProcessTable.register(process, in: paths) }
  }

  /// Without those whose process we know to be dead: the coordinator may not have noticed yet.
  private func living(_ status: StatusResult) -> [StatusResult.Node] {
    let dead = Set(ProcessTable.registered(in: paths).filter { !$0.isAlive }.map(\.pid))
    return status.nodes.filter { !dead.contains($0.pid) }
  }

  /// Waits until the coordinator answers and has that many members.
  private mutating func ready(members: Int, limit: Duration) throws -> StatusResult {
    var client = self.client
    defer { self.client = client }
    var last: StatusResult?
    let found = try context.clock.wait(upTo: limit) { () throws -> StatusResult? in
      try complainAboutTheDead()
      if client == nil, FileManager.default.fileExists(atPath: paths.controlSocket) {
        client = try? context.client(paths)
      }
      let status: StatusResult? = try? client?.request(.status, limit: .seconds(1))
      guard let status else { return nil }
      last = status
      let count = living(status).count { $0.state == .member }
      context.progress?("starting '\(paths.name)': \(count) of \(members) nodes …")
      return status.phase != .takeover && count >= members ? status : nil
    }
    context.progress?("")
    if let found { return found }
    let seen = last.map {
      "\($0.nodes.count { $0.state == .member }) of \(members) nodes are members, "
        + "phase \($0.phase.rawValue)"
    }
    throw CommandFailure(
      .timeout,
      "cluster '\(paths.name)' is not up after \(Text.microseconds(Int(limit.microseconds))): "
        + (seen ?? "its coordinator does not answer"))
  }

  private func complainAboutTheDead() throws(CommandFailure) {
    for (process, output) in started {
      Spawn.reap(process.pid)
      if process.isAlive { continue }
      let said = Files.tail(of: output, lines: 5)
      throw CommandFailure(
        .checkFailed,
        "the \(process.role.rawValue) (pid \(process.pid)) ended while starting; \(output)"
          + (said.isEmpty ? " is empty" : " ends with:\n\(said)"))
    }
  }

  private func endWhatWasStarted() {
    for (process, _) in started { process.signal(SIGTERM) }
    _ = context.clock.wait(upTo: .seconds(3)) {
      for (process, _) in started { Spawn.reap(process.pid) }
      return started.contains { $0.process.isAlive } ? nil : true
    }
    for (process, _) in started {
      process.signal(SIGKILL)
      Spawn.reap(process.pid)
      ProcessTable.unregister(process, in: paths)
    }
    if ProcessTable.registered(in: paths).allSatisfy({ !$0.isAlive }) {
      Teardown.removeFiles(of: paths, keepingLaunchLock: false)
    }
  }
}
