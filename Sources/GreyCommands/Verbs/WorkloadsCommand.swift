// `workloads`: what can be run, and with which parameters.

import ArgumentParser
import GreyEvents
import GreyMutator

package struct WorkloadsCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "workloads", abstract: "List the workloads, or one with its parameters.",
      discussion: """
          $ greywave workloads
          $ greywave workloads churn
        """)
  }
  @Argument(help: "One workload, with its parameters.")
  package var workload: String?
  @Flag(help: "Print one JSON object on one line; everything else goes to stderr.")
  package var json = false
  package init() {}
  package var wantsJSON: Bool { json }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    let all = context.runtime.workloads()
    guard let workload else {
      context.print(WorkloadsResult(workloads: all), json: json) { Render.workloads(all, $0) }
      return .ok
    }
    guard let found = all.first(where: { $0.name == workload }) else {
      let hint = NearestName.of(workload, in: all.map(\.name))
      throw CommandFailure(
        .usage,
        "there is no workload '\(workload)'" + (hint.map { "; did you mean '\($0)'?" } ?? ""))
    }
    context.print(WorkloadsResult(workloads: [found]), json: json) { Render.workload(found, $0) }
    return .ok
  }
}
