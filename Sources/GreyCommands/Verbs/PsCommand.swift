// `ps`: what runs.

import ArgumentParser
import GreyEvents

package struct PsCommand: RequestVerb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "ps", abstract: "List runs and what their tasks are doing.",
      discussion: """
          $ greywave ps
          $ greywave ps --json | jq '.tasks[] | select(.state == "running")'
        """)
  }
  @OptionGroup package var cluster: ClusterOptions
  package init() {}
  package var request: ControlVerb { .ps }
  package func render(_ answer: PsResult, _ style: Style) -> String { Render.ps(answer, style) }
}
