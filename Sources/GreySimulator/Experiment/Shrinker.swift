// From a failing run to a short one that fails in the same way.
//
// A run is a list of steps, any of which may be left out (`Draws`). So the search is the classic
// one for minimal failing inputs (Zeller, Hildebrandt: "Simplifying and isolating failure-inducing
// input", 2002), from large chunks to single steps, again and again until nothing more can go, and
// then the numbers of each step are tried as zeros. What is left is minimal in that no single step
// can be left out; another seed may well have a shorter story.

import GreyBasics

package struct Shrinker {
  package let experiment: Experiment
  package private(set) var steps: [DrawnStep]
  package private(set) var violation: Violation
  /// Runs tried so far.
  package private(set) var attempts = 0
  private let limit: Int
  /// Told of every shorter story.
  package var progress: ((String) -> Void)?

  /// - Parameters:
  ///   - steps: a recording that ends in a violation.
  ///   - limit: runs tried at most.
  package init?(_ experiment: Experiment, _ steps: [DrawnStep], limit: Int = 20_000) throws {
    self.experiment = experiment
    self.limit = limit
    let verdict = try experiment.replay(steps)
    guard let violation = verdict.violation else { return nil }
    self.violation = violation
    self.steps = Array(steps.prefix(verdict.steps))
  }

  package mutating func shrink() throws {
    var before = Int.max
    while steps.count < before, attempts < limit {
      before = steps.count
      var chunk = max(1, steps.count / 2)
      while true {
        try dropChunks(of: chunk)
        if chunk == 1 { break }
        chunk /= 2
      }
    }
    try dropValues()
  }

  /// From the end on, because what comes last hangs on what came before.
  private mutating func dropChunks(of size: Int) throws {
    var end = steps.count
    while end > 0, attempts < limit {
      let start = max(0, end - size)
      var shorter = steps
      shorter.removeSubrange(start..<end)
      _ = try keepIfItFails(shorter)
      end = min(start, steps.count)
    }
  }

  private mutating func dropValues() throws {
    for index in steps.indices.reversed() {
      guard index < steps.count else { continue }
      for place in steps[index].values.indices where attempts < limit {
        guard index < steps.count, steps[index].values[place] != 0 else { continue }
        var simpler = steps
        simpler[index].values[place] = 0
        _ = try keepIfItFails(simpler)
      }
    }
  }

  private mutating func keepIfItFails(_ candidate: [DrawnStep]) throws -> Bool {
    attempts += 1
    let verdict = try experiment.replay(candidate)
    guard let found = verdict.violation, found.kind == violation.kind else { return false }
    violation = found
    steps = Array(candidate.prefix(verdict.steps))
    progress?("\(steps.count) steps after \(attempts) runs")
    return true
  }
}
