// `down`: end a cluster, or let one node leave it.

import ArgumentParser
import GreyBasics
import GreyEvents

package struct DownCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "down", abstract: "End a cluster, or let one node leave it.",
      discussion: """
        Asks first; what does not end in time is ended. Works in every state, also
        when there is nothing to end. The records stay.

          $ greywave down
          $ greywave down --node 3      # node 3 leaves, the others go on
        """)
  }
  @OptionGroup package var cluster: ClusterOptions
  @Option(help: "Only this node leaves, at the next cycle boundary.")
  package var node: UInt16?
  @Option(
    help: ArgumentHelp(
      "How long to wait before being rude: 10s (times time_scale), or 60s for one node, which is "
        + "never rude.",
      valueName: "duration"))
  package var patience: DurationArgument?
  package init() {}
  package var wantsJSON: Bool { cluster.json }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    if let node { return try leave(NodeID(rawValue: node), context) }
    let paths = try cluster.paths(context)
    let limit = patience?.value ?? Self.standardPatience(of: paths)
    let result = try Teardown(context, paths: paths, patience: limit).down()
    context.print(result, json: cluster.json) { style in
      guard let record = result.record else { return "cluster '\(result.name)' is not up" }
      let rude = result.killed.isEmpty ? "" : ", \(result.killed.count) of them killed"
      return "cluster '\(result.name)' is down: \(Text.plural(result.ended.count, "process", "es"))"
        + " ended\(rude)\nlogs: \(record)"
    }
    return .ok
  }

  /// As the cluster's own limits are stretched, so is this one.
  package static func standardPatience(of paths: ClusterPaths) -> Duration {
    let standard = Duration.seconds(10)
    guard let record = RunRecord.current(in: paths),
      let text = Files.text(of: record.configurationFile),
      let held = try? EffectiveConfiguration(file: (record.configurationFile, text))
    else { return standard }
    return max(standard, held.values.scaled(standard))
  }

  private func leave(_ node: NodeID, _ context: CommandContext) throws -> CommandStatus {
    var client = try cluster.client(context)
    let progress = ProgressLine(context, doing: "\(node) leaves")
    let result: LeaveResult = try client.request(
      .leave(node: node), limit: patience?.value ?? .seconds(60), onQuiet: { progress.quiet($0) })
    progress.end()
    // The next `up` must not start another one in its place.
    let paths = try cluster.paths(context)
    if let target = paths.target, target > 1 {
      try Files.writeWhole("\(target - 1)\n", to: paths.targetFile)
    }
    context.print(result, json: cluster.json) { _ in
      "\(result.node) has left; \(Text.plural(result.members.count, "node")) in the cluster"
    }
    return .ok
  }
}
