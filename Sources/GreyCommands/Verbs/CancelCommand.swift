// `cancel`: end a run; what it held is garbage from then on.

import ArgumentParser
import GreyBasics
import GreyEvents

package struct CancelCommand: RequestVerb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "cancel", abstract: "End a run: its tasks, globals and mailboxes are dropped.",
      discussion: """
          $ greywave run churn --detach
          $ greywave cancel 1
        """)
  }
  @OptionGroup package var cluster: ClusterOptions
  @Argument(help: "The run's number, as `ps` shows it.")
  package var run: UInt64
  package init() {}
  package var request: ControlVerb { .cancel(run: RunID(rawValue: run)) }
  package func render(_ answer: CancelResult, _ style: Style) -> String {
    let run = "run \(answer.run) (\(answer.workload))"
    return answer.wasRunning
      ? "\(run) is cancelled; the next cycle frees what it held"
      : "\(run) had ended before; greywave ps says how"
  }
}
