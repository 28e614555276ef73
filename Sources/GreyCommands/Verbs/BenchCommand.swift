// `bench`: measure this build on this machine.

import ArgumentParser
import GreyBasics
import GreyEvents

package struct BenchCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "bench", abstract: "Measure allocation, marking, barriers, stops and batches.",
      discussion: """
        Needs no cluster. Every figure is the median of several rounds, with the
        lowest and the highest; where the same run measured a peer, the ratio to it.

          $ greywave bench
          $ greywave bench stop --rounds 9
        """)
  }
  @Argument(help: "Only measurements whose name contains one of these.")
  package var names: [String] = []
  @Option(help: "How often each is measured.")
  package var rounds = 5
  @Option(help: ArgumentHelp("How long a round lasts, about.", valueName: "duration"))
  package var round: DurationArgument = .init(.milliseconds(500))
  @Flag(help: "Print one JSON object on one line; everything else goes to stderr.")
  package var json = false
  package init() {}
  package var wantsJSON: Bool { json }

  package func validate() throws {
    guard (1...1_000).contains(rounds) else {
      throw ValidationError("--rounds must be from 1 to 1000")
    }
  }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    let request = BenchRequest(names: names, rounds: rounds, seconds: round.value.inSeconds)
    let result = try context.runtime.bench(request) { context.progress?($0) }
    context.progress?("")
    guard !result.measurements.isEmpty else {
      throw CommandFailure(.usage, "no measurement is called \(names.joined(separator: " or "))")
    }
    context.print(result, json: json) { Render.bench(result, $0) }
    return .ok
  }
}
