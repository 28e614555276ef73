// `metrics`: every figure there is, under the names of Go's runtime/metrics where it has one.

import ArgumentParser
import GreyEvents

package struct MetricsCommand: RequestVerb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "metrics",
      abstract: "Print all figures, by node, under the names of Go's runtime/metrics.",
      discussion: """
          $ greywave metrics heap
          $ greywave metrics --json | jq '.cluster[] | select(.value > 0)'
        """)
  }
  @OptionGroup package var cluster: ClusterOptions
  @Argument(help: "Only figures whose name contains this.")
  package var pattern: String?
  package init() {}
  package var request: ControlVerb { .metrics }
  package func shown(
    _ answer: MetricsResult, _ context: CommandContext
  ) throws -> MetricsResult {
    guard let pattern else { return answer }
    let wanted = answer.filtered { $0.name.contains(pattern) }
    if wanted.cluster.isEmpty {
      throw CommandFailure(
        .usage, "no figure's name contains '\(pattern)'; greywave metrics lists them all")
    }
    return wanted
  }

  package func render(_ answer: MetricsResult, _ style: Style) -> String {
    Render.metrics(answer, style)
  }
}
