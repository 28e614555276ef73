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

        With --compare the same work is done by other programs: Go, Boehm GC, the JVM,
        libzmq alone, a marker that knows everything beforehand. cluster/compare
        builds them and then runs this; without it they are absent. Rows have
        numbers.

          $ cluster/compare --only 4,9 --runs 11
        """)
  }

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Only rows whose name contains one of these, or has this number (--compare).",
      valueName: "name"))
  package var only: [String] = []
  @Flag(help: "Smaller sizes and fewer rounds: seconds instead of a minute.")
  package var quick = false
  @Option(
    name: [.long, .customLong("runs")],
    help: ArgumentHelp("How often each is measured.", valueName: "count"))
  package var rounds: Int?
  @Flag(help: "Compare with other programs, in one run that alternates between all.")
  package var compare = false
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
    let words = only.flatMap { $0.split(separator: ",").map { String($0) } }
    let request = BenchRequest(only: words, quick: quick, rounds: rounds, compares: compare)
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
  /// What the executable runs. Ctrl-C is looked at between rounds and wherever something is waited
  /// for, so that a cluster is ended; however often it is pressed meanwhile.
  package static func runLive(
    _ request: BenchRequest, news: (BenchNews) -> Void
  ) throws -> BenchResult {
    Interrupt.watch(endsOthersFirst: true)
    let suite = request.compares ? BenchSuite.comparison(.live) : BenchSuite.all(.live)
    return try suite.run(request, news: news)
  }
}
