// Every line of `regressions`: seeds that once failed with every rule in force.

import Foundation
import GreyBasics
import GreySimulator
import Testing

/// One line: `weather seed nodes workers reason`.
struct Regression: Sendable, CustomTestStringConvertible {
  let weather: Weather
  let seed: UInt64
  let nodes: ClosedRange<Int>
  let workers: Int
  let reason: String

  var testDescription: String { "\(weather.rawValue) \(seed): \(reason)" }

  init?(line: some StringProtocol) {
    let words = String(line).split(separator: " ", maxSplits: 4)
    guard words.count == 5, let weather = Weather(rawValue: String(words[0])),
      let seed = UInt64(words[1]), let workers = Int(words[3])
    else { return nil }
    let ends = words[2].split(separator: ".").compactMap { Int($0) }
    guard ends.count == 2, ends[0] <= ends[1] else { return nil }
    self.weather = weather
    self.seed = seed
    nodes = ends[0]...ends[1]
    self.workers = workers
    reason = String(words[4])
  }

  static let text =
    (try? String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "regressions"), encoding: .utf8)) ?? ""
  static let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
  static let all = lines.compactMap { Regression(line: $0) }
}

@Suite struct RegressionTests {
  @Test func everyLineIsRead() {
    #expect(!Regression.all.isEmpty)
    #expect(Regression.all.count == Regression.lines.count)
  }

  @Test(arguments: Regression.all)
  func nothingIsLostAndNothingIsStuck(_ regression: Regression) throws {
    var experiment = Experiment.drawn(
      seed: regression.seed, weather: regression.weather, nodes: regression.nodes)
    experiment.temper.workers = regression.workers
    #expect(try experiment.run().violation == nil)
  }
}
