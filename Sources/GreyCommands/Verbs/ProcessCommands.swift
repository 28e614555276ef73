// `coordinator` and `node`: become one process of a cluster. `up` calls these; so may anybody who
// wants one in a debugger, under valgrind, or on another host.

import ArgumentParser
import CGrey
import Foundation
import Glibc
import GreyBasics
import GreyEvents
import GreyRuntime

package struct CoordinatorCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "coordinator", abstract: "Be the coordinator of a cluster, in the foreground.",
      discussion: """
          $ greywave coordinator --config configs/local.yaml
          $ greywave coordinator --print-config     # what holds, and why
        """)
  }
  @OptionGroup package var cluster: ClusterOptions
  @OptionGroup package var configuration: ConfigurationOptions
  @Option(
    help: ArgumentHelp("Where to write the log. Default: a new record.", valueName: "folder"),
    completion: .directory)
  package var record: String?
  @Flag(help: "Print every key with its value and where it comes from, and end.")
  package var printConfig = false
  @Flag(help: ArgumentHelp("Print configs/reference.yaml, and end.", visibility: .hidden))
  package var printReference = false
  @OptionGroup package var bond: ParentOptions
  package init() {}
  package var wantsJSON: Bool { cluster.json }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    if printReference {
      context.output(String(ConfigurationReference.text.dropLast()))
      return .ok
    }
    let effective = try configuration.effective(context)
    if printConfig {
      context.output(cluster.json ? effective.json.line : String(effective.yaml.dropLast()))
      return .ok
    }
    let paths = try cluster.paths(context)
    try paths.prepareRuntime()
    guard let lock = try FileLock.take(paths.lock) else {
      let named = paths.name == .standard ? "" : " --name \(paths.name)"
      throw CommandFailure(
        .checkFailed,
        "cluster '\(paths.name)' has a coordinator already: end it with cluster/down\(named), or "
          + "choose another --name")
    }
    try bond.obey()
    let record = try self.record.map(RunRecord.init) ?? fresh(effective, paths, context)
    return try ProcessLaunch(
      paths: paths, configuration: effective, build: context.build, record: record,
      coordinatorEndpoint: "", lock: FileLockToken(lock)
    ).run(as: .coordinator, context.runtime.coordinator)
  }

  private func fresh(
    _ effective: EffectiveConfiguration, _ paths: ClusterPaths, _ context: CommandContext
  ) throws -> RunRecord {
    let now = context.clock.wall()
    let record = try RunRecord.create(in: paths, at: now)
    try record.write(effective, cluster: paths.name, build: context.build, at: now)
    try Files.writeWhole(record.path + "\n", to: paths.recordFile)
    for warning in effective.warnings { context.note(warning) }
    context.note("logs: \(record.path)")
    return record
  }
}

package struct NodeCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "node", abstract: "Be a node of a cluster, in the foreground.",
      discussion: """
          $ greywave node                                # joins 'local'

        On another host than the coordinator's, which must then have been started with
        `--transport tcp --option host=10.0.0.1 --option port=7000`:

          $ greywave node --coordinator tcp://10.0.0.1:7000 --option host=10.0.0.2
        """)
  }
  @OptionGroup package var cluster: ClusterOptions
  @OptionGroup package var configuration: ConfigurationOptions
  @Option(
    help: ArgumentHelp(
      "Where the coordinator is; over tcp so are the nodes. Default: the one of this cluster on "
        + "this host.",
      valueName: "endpoint"))
  package var coordinator: String?
  @Option(
    help: ArgumentHelp(
      "Where to write the log. Default: the cluster's record.", valueName: "folder"),
    completion: .directory)
  package var record: String?
  @OptionGroup package var bond: ParentOptions
  package init() {}
  package var wantsJSON: Bool { cluster.json }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    try bond.obey()
    var effective = try configuration.effective(context)
    if let coordinator { try checkReach(from: coordinator, effective.values) }
    let paths = try cluster.paths(context)
    try paths.prepareRuntime()
    let endpoint = try coordinator ?? find(paths, effective.values, context)
    // Peers of a coordinator that is reached by tcp may be on any host.
    if endpoint.hasPrefix("tcp://") {
      try effective.imply("transport", "tcp", from: "--coordinator \(endpoint)")
    }
    let record =
      try self.record.map(RunRecord.init) ?? RunRecord.current(in: paths)
      ?? RunRecord.create(in: paths, at: context.clock.wall())
    return try ProcessLaunch(
      paths: paths, configuration: effective, build: context.build, record: record,
      coordinatorEndpoint: endpoint, printsOutput: bond.printsOutput
    ).run(as: .node, context.runtime.node)
  }

  /// Its peers are told where this node is: where the coordinator is on another host, so are they.
  private func checkReach(
    from coordinator: String, _ values: ClusterConfiguration
  ) throws(CommandFailure) {
    let isLocal = ["127.", "localhost", "[::1]"].contains { name in
      coordinator.hasPrefix("tcp://" + name)
    }
    guard coordinator.hasPrefix("tcp://"), !isLocal, values.advertise == nil,
      values.host.hasPrefix("127.") || values.host == "localhost"
    else { return }
    throw CommandFailure(
      .usage,
      "a coordinator at \(coordinator) could not tell others how to reach a node at "
        + "\(values.host): say with --option host=ADDRESS which address of this host they can")
  }

  /// The coordinator may be starting at this moment: its endpoint is there when it listens.
  private func find(
    _ paths: ClusterPaths, _ values: ClusterConfiguration, _ context: CommandContext
  ) throws -> String {
    let limit = values.scaled(values.launchTimeout)
    let found = context.clock.wait(upTo: limit) {
      Files.text(of: paths.endpointFile).map { String($0.prefix { !$0.isNewline }) }
    }
    guard let found, !found.isEmpty else {
      throw CommandFailure.noCluster(paths.name, "nobody wrote \(paths.endpointFile)")
    }
    return found
  }
}

/// What a process is told that belongs to one command and ends with it.
package struct ParentOptions: ParsableArguments {
  @Option(
    name: .customLong("parent"),
    help: ArgumentHelp("End when this process, which started us, ends.", visibility: .hidden))
  package var parent: Int32?
  @Flag(
    help: ArgumentHelp(
      "What programs print goes to descriptors 3 and 4.", visibility: .hidden))
  package var printsOutput = false
  package init() {}

  func obey() throws {
    guard let parent, grey_end_with_parent(parent) == 0 else { return }
    throw CommandFailure(.checkFailed, "process \(parent), which started this one, has ended")
  }
}

extension ProcessLaunch {
  /// Registers this process for as long as it lives; a clean end leaves no pid file and no socket.
  func run(
    as role: ClusterProcess.Role, _ body: (ProcessLaunch) throws -> CommandStatus
  ) throws -> CommandStatus {
    // A reader of our output that goes away, or a terminal that is closed, is no reason to die.
    signal(SIGPIPE, SIG_IGN)
    let process = ClusterProcess.current(role)
    try ProcessTable.register(process, in: paths)
    defer { ProcessTable.unregister(process, in: paths) }
    return try body(self)
  }
}
