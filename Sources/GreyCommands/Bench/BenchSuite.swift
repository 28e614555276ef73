// Runs the measurements that were asked for, one after the other, and makes rows of their rounds.
//
// The first round of each warms up (pages are faulted in, processes meet for the first time) and
// counts for nothing. A comparison has none: there every round starts its processes anew, and they
// warm up by themselves.

import GreyEvents

package struct BenchSuite: Sendable {
  package var measurements: [Measurement]
  /// Asked between rounds: Ctrl-C was pressed.
  package var interrupted: @Sendable () -> Bool
  package var warmsUp: Bool

  package init(
    _ measurements: [Measurement], warmsUp: Bool = true,
    interrupted: @escaping @Sendable () -> Bool = { false }
  ) {
    self.measurements = measurements
    self.warmsUp = warmsUp
    self.interrupted = interrupted
  }

  /// Every row that this build can measure.
  package static func all(_ tools: BenchTools) -> BenchSuite {
    BenchSuite(
      AllocationBench.all + MarkBench.all + StoreBench.all + [GreyBench.measurement]
        + [1, 2, 4, 8].map { StopBench.measurement(nodes: $0, tools: tools) },
      interrupted: tools.interrupted)
  }

  /// In a comparison `3` is every row of that number; anything else is a part of a name.
  package static func isWanted(_ name: String, by only: [String]) -> Bool {
    only.isEmpty
      || only.contains { word in
        word.allSatisfy(\.isNumber) ? name.hasPrefix(word + "-") : name.contains(word)
      }
  }

  package var names: [String] { measurements.flatMap { $0.headings.map(\.name) } }

  package func run(
    _ request: BenchRequest, news: (BenchNews) -> Void
  ) throws -> BenchResult {
    let scale = BenchScale(request)
    func isWanted(_ heading: RowHeading) -> Bool {
      Self.isWanted(heading.name, by: request.only)
    }
    for name in request.only where !names.contains(where: { Self.isWanted($0, by: [name]) }) {
      throw CommandFailure(
        .usage,
        "nothing that is called '\(name)' can be measured; there are: "
          + Text.list(names))
    }
    var rows: [BenchRow] = []
    for measurement in measurements where measurement.headings.contains(where: isWanted) {
      try goOnUnlessInterrupted()
      do {
        rows += try rowsOf(measurement, scale, news).filter { row in
          measurement.headings.contains { $0.name == row.name && isWanted($0) }
        }
      } catch let skipped as BenchSkipped {
        let names = measurement.headings.map(\.name)
        news(.note("not measured: \(Text.list(names)): \(skipped.reason)"))
      }
    }
    return BenchResult(rows: rows)
  }

  private func goOnUnlessInterrupted() throws(CommandFailure) {
    if interrupted() { throw CommandFailure(.checkFailed, "interrupted") }
  }

  private func rowsOf(
    _ measurement: Measurement, _ scale: BenchScale, _ news: (BenchNews) -> Void
  ) throws -> [BenchRow] {
    let names = Text.list(measurement.headings.map(\.name))
    news(.progress("\(names): preparing"))
    let rounds = try measurement.prepare(scale, news)
    defer { rounds.end() }
    if warmsUp { _ = try rounds.round() }
    var samples: [[RoundSample]] = []
    for number in 1...max(1, scale.rounds) {
      try goOnUnlessInterrupted()
      news(.progress("\(names): round \(number) of \(scale.rounds)"))
      samples.append(try rounds.round())
    }
    return measurement.headings.indices.map { index in
      BenchRow(measurement.headings[index], samples.map { $0[index] })
    }
  }
}
