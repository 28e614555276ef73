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
  package func render(_ answer: MetricsResult, _ style: Style) -> String {
    var wanted = answer
    if let pattern { wanted.cluster.removeAll { !$0.name.contains(pattern) } }
    return wanted.cluster.isEmpty ? "no figure is called so" : Render.metrics(wanted, style)
  }
}
