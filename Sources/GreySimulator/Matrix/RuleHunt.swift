// The search for a run that goes wrong without a rule: the simulator's half of the kill matrix.
//
// A rule is caught by a run that fails without it and shows nothing with every rule in force: the
// second half is what says that the failure is the rule's. Runs are tried in a fixed order, so that
// the same build finds the same run after the same number of them.

import GreyBasics

/// Where a run comes from.
package struct Trial: Hashable, Sendable {
  package let weather: Weather
  package let nodes: ClosedRange<Int>
  package let seed: UInt64

  package init(_ weather: Weather, _ seed: UInt64, nodes: ClosedRange<Int>? = nil) {
    self.weather = weather
    self.seed = seed
    self.nodes = nodes ?? (weather == .calm ? 2...3 : 2...4)
  }

  /// `calm 12 2..3`, as in the file of regressions.
  package var words: String {
    "\(weather.rawValue) \(seed) \(nodes.lowerBound)..\(nodes.upperBound)"
  }

  package func experiment(without rules: [Rule]) -> Experiment {
    Experiment.drawn(seed: seed, weather: weather, nodes: nodes, without: rules)
  }

  /// In every weather, seed after seed.
  package static func order(seeds: Int) -> some Sequence<Trial> {
    (0..<seeds).lazy.flatMap { seed in
      Weather.allCases.map { Trial($0, UInt64(seed)) }
    }
  }
}

package struct RuleHunt: Sendable {
  /// All of them are off.
  package let rules: [Rule]
  /// Runs so far, and the turns in them.
  package private(set) var runs = 0
  package private(set) var events = 0
  /// The first run that was caught.
  package private(set) var caught: Catch?
  /// Runs that went wrong with every rule in force: mistakes, whatever was off.
  package private(set) var mistakes: [Trial] = []

  package struct Catch: Sendable {
    package let trial: Trial
    package let experiment: Experiment
    package let violation: Violation
  }

  package init(without rules: [Rule]) { self.rules = rules }

  /// Whether this run is caught.
  package mutating func tries(_ trial: Trial) throws -> Bool {
    var experiment = trial.experiment(without: rules)
    // What is stuck for so long stays so.
    experiment.patience = 30_000
    let verdict = try experiment.run(hashing: false)
    runs += 1
    events += verdict.events
    guard let violation = verdict.violation else { return false }
    var sound = experiment
    sound.rules = .all
    sound.patience = Experiment(seed: 0).patience
    guard try sound.run(hashing: false).violation == nil else {
      mistakes.append(trial)
      return false
    }
    caught = Catch(trial: trial, experiment: experiment, violation: violation)
    return true
  }

  /// The shortest story of what was caught that is found in so many runs.
  package func story(
    attempts: Int, progress: @escaping (String) -> Void = { _ in }
  ) throws -> Replay? {
    guard let caught else { return nil }
    let recording = try caught.experiment.run(recording: true, hashing: false).recording
    guard var shrinker = try Shrinker(caught.experiment, recording, limit: attempts)
    else { return nil }
    shrinker.progress = progress
    try shrinker.shrink()
    return Replay(
      experiment: shrinker.experiment, steps: shrinker.steps, violation: shrinker.violation,
      commit: "")
  }
}
