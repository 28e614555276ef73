// `up`: a coordinator and its nodes, as processes of their own.

import ArgumentParser
import GreyBasics
import GreyEvents

package struct UpCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "up", abstract: "Start a cluster, or what is missing of it.",
      discussion: """
        On a cluster that is up already this starts the nodes that are missing, and a
        coordinator if it died: the new one takes the nodes over. More nodes: `up
        --nodes N` again.

          $ greywave up --nodes 4
          $ greywave up --name tiny --config configs/tiny.yaml
          $ greywave up --name broken --lab --without transit-root
        """)
  }
  @OptionGroup package var cluster: ClusterOptions
  @OptionGroup package var configuration: ConfigurationOptions
  package init() {}
  package var wantsJSON: Bool { cluster.json }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    let paths = try cluster.paths(context)
    let effective = try configuration.effective(context)
    var launcher = Launcher(
      context, paths: paths, configuration: effective,
      nodes: configuration.nodes == nil ? nil : effective.values.nodes)
    let result = try launcher.up()
    context.print(result, json: cluster.json) {
      Self.text(result, paths.name, program: context.program, $0)
    }
    return .ok
  }

  static func text(
    _ result: UpResult, _ name: ClusterName, program: String, _ style: Style
  ) -> String {
    let named = name == .standard ? "" : " --name \(name)"
    let what =
      result.started.isEmpty
      ? "is up already" : "is up after \(Text.microseconds(result.elapsedUs))"
    return style.verdict(true, "cluster '\(name)' \(what)")
      + ": coordinator (pid \(result.coordinator)) and \(Text.plural(result.nodes.count, "node"))\n"
      + "logs: \(result.record)\n"
      + "next: \(program) run\(named) rings\n"
      + "      \(program) gc\(named)\n"
      + "      \(program) logs\(named) --follow\n"
  }
}
