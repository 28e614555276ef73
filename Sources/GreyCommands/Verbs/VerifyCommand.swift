// `verify`: ask the oracle, which shares no code with the collector.

import ArgumentParser
import GreyEvents

package struct VerifyCommand: RequestVerb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "verify",
      abstract: "Stop the world and compare what is reachable with what is there.",
      discussion: """
        Fails with 5 when a reachable object was freed, with 1 when garbage of the
        last cycle is still there, or no node whose heap could be looked at.

          $ greywave verify --json | jq .lost_objects
        """)
  }
  @OptionGroup package var cluster: ClusterOptions
  @Option(help: ArgumentHelp("Give up after so long.", valueName: "duration"))
  package var timeout: DurationArgument = .init(.seconds(120))
  package init() {}
  package var request: ControlVerb { .verify }
  package var limit: Duration { timeout.value }
  package func render(_ answer: VerifyResult, _ style: Style) -> String {
    Render.verify(answer, style)
  }
  package func status(of answer: VerifyResult) -> CommandStatus {
    answer.lostObjects > 0 ? .lostObject : answer.garbageObjects > 0 ? .checkFailed : .ok
  }
}
