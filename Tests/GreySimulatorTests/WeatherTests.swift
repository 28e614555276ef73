// What can break does break, and what a process sees of it is what it would see in the world.

import GreyBasics
import GreySimulator
import Testing

@Suite struct WeatherTests {
  @Test func everyKindOfFaultHappens() throws {
    var left: Set = [
      "disconnect", "duplicate", "drop", "clog", "unclog", "kill", "crash", "restart", "stall",
      "wake", "leave", "join", "restart-coordinator", "restart-coordinator-between-phases",
      "kill-coordinator", "revive-coordinator", "kill-coordinator-in-turn", "stall-coordinator",
      "wake-coordinator", "partition", "heal", "cancel-run",
    ]
    for seed in 0..<80 as Range<UInt64> where !left.isEmpty {
      let experiment = Experiment.drawn(seed: seed, weather: .harsh, nodes: 2...3)
      for step in try experiment.run(recording: true, hashing: false).recording {
        guard case .fault = step.actor else { continue }
        left.remove(String(step.description.split(separator: " ")[1]))
      }
    }
    #expect(left.isEmpty)
  }

  @Test func aSeedDecidesTheWeatherAndTheSize() {
    let all = (0..<400 as Range<UInt64>).map { Experiment.drawn(seed: $0) }
    #expect(all.contains { !$0.temper.faults.isAny })
    #expect(all.contains { $0.temper.faults.boundaries > 0 })
    #expect(all.contains { $0.temper.nodes == 1 } && all.contains { $0.temper.nodes > 16 })
    #expect(all.allSatisfy { (1...64).contains($0.temper.nodes) && $0.settles })
    #expect(Experiment.drawn(seed: 7, nodes: 5...5).temper.nodes == 5)
  }

  /// Sixteen nodes come up, run, collect and settle.
  @Test func aLargeWorldRuns() throws {
    let verdict = try Experiment.drawn(seed: 1, weather: .calm, nodes: 16...16, steps: 2_000).run()
    #expect(verdict.violation == nil)
    #expect(verdict.cycles >= 3)
  }

  /// Tasks find no room, wait for some, and get it or are told that there is none.
  @Test func aSmallHeapRefusesAndNobodyIsLost() throws {
    var waits = 0
    for seed in 0..<6 as Range<UInt64> {
      var experiment = Experiment.drawn(seed: seed, weather: .calm, nodes: 2...2, steps: 1_500)
      experiment.temper.heapBytes = 16 << 10
      experiment.temper.weights = StirOperation.allCases.map {
        [.allocateLeaf, .allocateBefore, .store].contains($0) ? 16 : 1
      }
      let verdict = try experiment.run(hashing: false)
      #expect(verdict.violation == nil, "seed \(seed)")
      waits += verdict.memoryWaits
    }
    #expect(waits > 0)
  }

  @Test func clocksThatGoAtOtherRatesLoseNothing() throws {
    for seed in 0..<6 as Range<UInt64> {
      var experiment = Experiment.drawn(seed: seed, weather: .faults, nodes: 2...3, steps: 1_500)
      experiment.temper.pace.clockRates = [800, 1_200, 1_000]
      #expect(try experiment.run(hashing: false).violation == nil, "seed \(seed)")
    }
  }
}
