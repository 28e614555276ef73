// The experiment that belongs to a seed: what `simulate --seed` runs.
//
// The seed decides the weather, too, when nobody else has: a third of all runs are calm, in a third
// processes, links and clocks fail, in a third the coordinator and its connections as well. Most
// worlds are small, because a short story is found in a small world; a few are large.

import GreyBasics

/// What breaks.
package enum Weather: String, Hashable, Sendable, Codable, CaseIterable {
  case calm
  case faults
  /// Faults, and the coordinator fails, too.
  case harsh
}

extension Experiment {
  /// - Parameters:
  ///   - nodes, steps: nil: drawn from the seed; as the temper has them.
  package static func drawn(
    seed: UInt64, weather: Weather? = nil, nodes: ClosedRange<Int>? = nil, steps: Int? = nil,
    without rules: [Rule] = []
  ) -> Experiment {
    var random = SplitMix(seed: seed ^ 0x3ea7)
    let drawn = Weather.allCases[random.below(Weather.allCases.count)]
    let nodes = nodes ?? size(from: &random)
    var temper: Temper
    switch weather ?? drawn {
    case .calm: temper = Temper(seed: seed, nodes: nodes)
    case .faults: temper = .broken(seed: seed, nodes: nodes, isHarsh: false)
    case .harsh: temper = .broken(seed: seed, nodes: nodes)
    }
    if let steps { temper.steps = steps }
    if temper.nodes > 8 { temper.slowDown(to: temper.nodes / 4, hasSteps: steps == nil) }
    var experiment = Experiment(seed: seed, temper: temper, without: rules)
    experiment.settles = true
    return experiment
  }

  private static func size(from random: inout SplitMix) -> ClosedRange<Int> {
    switch random.below(128) {
    case 0: 17...64
    case 1...4: 5...16
    case 5...8: 1...1
    default: 2...4
    }
  }
}

extension Temper {
  /// Where many have to agree everything takes more turns: a mood in which each of them has some, a
  /// limit that a stop of all of them can keep, and the run itself.
  fileprivate mutating func slowDown(to factor: Int, hasSteps: Bool) {
    if hasSteps { steps *= factor }
    pace.mood *= factor
    timeScale = min(1, timeScale * Double(factor))
  }
}
