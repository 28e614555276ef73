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
  /// The rules in question are off, and their companions, without which they would not be missed.
  package let rules: [Rule]
  package let companions: [Rule]
  /// Runs so far, and the turns in them.
  package private(set) var runs = 0
  package private(set) var events = 0
  /// The run that was caught last.
  package private(set) var caught: Catch?
  /// Runs that went wrong with every rule in force: mistakes, whatever was off.
  package private(set) var mistakes: [Trial] = []
  /// All runs that were caught.
  private var trials: [Trial] = []

  package struct Catch: Sendable {
    package let trial: Trial
    package let experiment: Experiment
    package let violation: Violation
    /// Of the run, before anything is cut out of it.
    package let steps: Int
  }

  package init(without rules: [Rule], and companions: [Rule] = []) {
    self.rules = rules
    self.companions = companions
  }

  /// What a run of this hunt is.
  package func experiment(_ trial: Trial) -> Experiment {
    var experiment = trial.experiment(without: rules + companions)
    experiment.companions = companions
    // Who leaves stop 1 early marks while others do not: that is the companion's doing.
    if companions.contains(.armTogether) { experiment.tolerated = [.barrierOff] }
    return experiment
  }

  /// Whether this run is caught: it fails, and does not when the rules in question are put back.
  package mutating func tries(_ trial: Trial) throws -> Bool {
    let experiment = experiment(trial)
    let verdict = try experiment.run(hashing: false)
    runs += 1
    events += verdict.events
    guard let violation = verdict.violation else { return false }
    let sound = experiment.sound(without: companions)
    guard try sound.run(hashing: false).violation == nil else {
      mistakes.append(trial)
      return false
    }
    trials.append(trial)
    caught = Catch(
      trial: trial, experiment: experiment, violation: violation, steps: verdict.steps)
    return true
  }

  /// Which run a story was cut out of.
  package func trial(of replay: Replay) -> Trial? {
    trials.first {
      $0.seed == replay.experiment.seed
        && experiment($0).temper.steps == replay.experiment.temper.steps
        && experiment($0).temper.faults == replay.experiment.temper.faults
    }
  }

  /// The shortest story of what was caught last that is found in so many runs.
  package func story(
    attempts: Int, progress: @escaping (String) -> Void = { _ in }
  ) throws -> Replay? {
    guard let caught else { return nil }
    let recording = try caught.experiment.run(recording: true, hashing: false).recording
    guard var shrinker = try Shrinker(caught.experiment, recording, limit: attempts)
    else { return nil }
    shrinker.progress = progress
    try shrinker.shrink()
    return Replay(shrinker, commit: "")
  }
}

extension Replay {
  /// What a shrinker has left.
  package init(_ shrinker: Shrinker, commit: String) {
    self.init(
      experiment: shrinker.experiment, steps: shrinker.steps, violation: shrinker.violation,
      hash: shrinker.hash, commit: commit)
  }
}
