// `status`: the cluster at a glance.

import ArgumentParser
import GreyEvents

package struct StatusCommand: RequestVerb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "status", abstract: "Show the cluster's phase, nodes and runs.",
      discussion: """
          $ greywave status
          $ greywave status --name two --json | jq '.nodes | length'
        """)
  }
  @OptionGroup package var cluster: ClusterOptions
  package init() {}
  package var request: ControlVerb { .status }
  package func render(_ answer: StatusResult, _ style: Style) -> String {
    Render.status(answer, style)
  }
}
