// `bench`: measure this build on this machine.

import ArgumentParser
import GreyEvents

package struct BenchCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "bench",
      abstract: "Measure allocation, marking, barriers, grey references and stops.",
      discussion: """
        Every figure is the median of several rounds, with the lowest and the
        highest. Where the same run measures a peer, the ratio is ours / peer: small
        is good for times, large for rates. The stops are measured on a cluster of
        their own, which is started and ended here, beside a barrier in C over libzmq
        if there is a compiler.

          $ greywave bench --quick
          $ greywave bench --only mark store
          $ greywave bench --only stop --rounds 11 --json
        """)
  }

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Only rows whose name contains one of these.", valueName: "name"))
  package var only: [String] = []
  @Flag(help: "Smaller sizes and fewer rounds: seconds instead of a minute.")
  package var quick = false
  @Option(help: ArgumentHelp("How often each is measured.", valueName: "count"))
  package var rounds: Int?
  @Flag(help: "Print one JSON object on one line; everything else goes to stderr.")
  package var json = false

  package init() {}
  package var wantsJSON: Bool { json }

  package func validate() throws {
    if let rounds, !(1...1_000).contains(rounds) {
      throw ValidationError("--rounds must be from 1 to 1000")
    }
  }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    let request = BenchRequest(only: only, quick: quick, rounds: rounds)
    let result = try context.runtime.bench(request) { news in
      switch news {
      case .progress(let text): (context.progress ?? context.note)(text)
      case .note(let text): context.note(text)
      }
    }
    context.progress?("")
    guard !result.rows.isEmpty else {
      throw CommandFailure(.checkFailed, "nothing could be measured; see above")
    }
    context.print(result, json: json) { Render.bench(result, $0) }
    return .ok
  }
}

extension BenchSuite {
  /// What the executable runs. Ctrl-C is looked at between rounds, so that a cluster is ended.
  package static func runLive(
    _ request: BenchRequest, news: (BenchNews) -> Void
  ) throws -> BenchResult {
    Interrupt.watch()
    return try BenchSuite.all(.live).run(request, news: news)
  }
}
