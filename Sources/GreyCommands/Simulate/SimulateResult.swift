// What came of simulated clusters, for people and for scripts.

import GreyBasics
import GreyEvents
import GreySimulator

package struct SimulationTally: Hashable, Sendable {
  package var seeds = 0
  package var events = 0
  package var logLines = 0
  package var cycles = 0
  package var faults = 0
  package var objectsChecked = 0
  package var simulatedUs = 0
  package var violations = 0
  package var stuck = 0
  /// Seeds in which no cycle ended before everything was mended.
  package var seedsWithoutCycle = 0
  /// Of the log of the run, when there was one only; zero otherwise.
  package var hash: UInt64 = 0

  package init() {}

  package mutating func add(_ verdict: Verdict) {
    seeds += 1
    if verdict.cyclesUnderLoad == 0 { seedsWithoutCycle += 1 }
    hash = seeds == 1 ? verdict.hash : 0
    events += verdict.events
    logLines += verdict.logged
    cycles += verdict.cycles
    faults += verdict.faults
    objectsChecked += verdict.objectsChecked
    simulatedUs += verdict.microseconds
    if let violation = verdict.violation {
      if violation.kind.isUnsafe { violations += 1 } else { stuck += 1 }
    }
  }

  package func line(elapsed: Duration) -> String {
    let rate = Double(events) / max(elapsed.inSeconds, 1e-9)
    return
      "\(Text.plural(seeds, "seed")), \(Text.count(events)) events (\(Text.count(Int(rate)))/s), "
      + "\(Text.count(cycles)) cycles, \(Text.count(faults)) faults"
  }
}

package struct SimulateResult: ControlResult {
  package static let schema = "greywave.simulate/1"
  package var firstSeed: UInt64
  package var seeds: Int
  /// Turns of the schedule: task steps, mark and sweep quanta, messages, timers, faults.
  package var events: Int
  package var eventsPerSecond: Int
  package var logLines: Int
  package var cycles: Int
  package var faults: Int
  package var objectsChecked: Int
  package var simulatedUs: Int
  package var elapsedUs: Int
  package var violations: Int
  package var stuck: Int
  /// In which no cycle ended while things broke.
  package var seedsWithoutCycle: Int
  /// Of everything that was logged, of a single seed and of a replay; empty otherwise.
  package var hash: String
  /// Where a replay differs from what its file says.
  package var differences: [String]
  package var failure: Failure?

  package struct Failure: Codable, Hashable, Sendable {
    package var seed: UInt64
    package var kind: String
    package var detail: String
    package var without: [String]
    /// Turns of the shortest run that still fails.
    package var turns: Int
    package var story: [String]
    package var file: String?

    package init(_ replay: Replay, _ story: [String], saved: String?) {
      seed = replay.experiment.seed
      kind = replay.violation.kind.rawValue
      detail = replay.violation.detail
      without = replay.experiment.rules.switchedOff.map(\.rawValue)
      turns = replay.steps.count
      self.story = story
      file = saved
    }
  }

  package init(_ tally: SimulationTally, firstSeed: UInt64, elapsed: Duration) {
    self.firstSeed = firstSeed
    seeds = tally.seeds
    events = tally.events
    eventsPerSecond = Int(Double(tally.events) / max(elapsed.inSeconds, 1e-9))
    logLines = tally.logLines
    cycles = tally.cycles
    faults = tally.faults
    objectsChecked = tally.objectsChecked
    simulatedUs = tally.simulatedUs
    elapsedUs = Int(elapsed.microseconds)
    violations = tally.violations
    stuck = tally.stuck
    seedsWithoutCycle = tally.seedsWithoutCycle
    hash = tally.hash == 0 ? "" : String(tally.hash, radix: 16)
    differences = []
  }

  package var status: CommandStatus {
    if !differences.isEmpty { return .checkFailed }
    if violations > 0 { return .lostObject }
    return stuck > 0 ? .timeout : .ok
  }
}

extension Render {
  package static func simulation(_ result: SimulateResult, _ style: Style) -> String {
    var text = ""
    if let failure = result.failure {
      let without =
        failure.without.isEmpty ? "" : " without \(failure.without.joined(separator: ", "))"
      text += style.title("Seed \(failure.seed)\(without): \(failure.kind)") + "\n"
      for (index, line) in failure.story.enumerated() { text += "\(index + 1). \(line)\n" }
      text += "\n"
    }
    func row(_ name: String, _ value: String) { text += style.faint(name) + value + "\n" }
    row("seeds            ", "\(Text.count(result.seeds)), from \(result.firstSeed)")
    row(
      "events           ",
      "\(Text.count(result.events)), \(Text.count(result.eventsPerSecond)) a second")
    row("cycles           ", Text.count(result.cycles))
    if result.seedsWithoutCycle > 0 {
      row("seeds without one", " \(Text.count(result.seedsWithoutCycle)), before all was mended")
    }
    row("faults           ", Text.count(result.faults))
    row("objects checked  ", Text.count(result.objectsChecked))
    row("simulated time   ", Text.microseconds(result.simulatedUs))
    row("violations       ", style.verdict(result.violations == 0, Text.count(result.violations)))
    row("stuck            ", style.verdict(result.stuck == 0, Text.count(result.stuck)))
    return text
  }
}
