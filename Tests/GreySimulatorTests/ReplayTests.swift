// A seed is a run: byte for byte, and so is its recording.

import GreyBasics
import GreySimulator
import Testing

@Suite struct ReplayTests {
  @Test(arguments: [3, 8, 21] as [UInt64])
  func theSameSeedGivesTheSameEvents(seed: UInt64) throws {
    let experiment = Experiment(seed: seed)
    let first = try experiment.run(recording: true)
    let second = try experiment.run(recording: true)
    #expect(first == second)
    #expect(first.logged > 10)
    let other = try Experiment(seed: seed + 1).run()
    #expect(other.hash != first.hash)
  }

  @Test func aRecordingGivesTheSameEvents() throws {
    let experiment = Experiment(seed: 5)
    let run = try experiment.run(recording: true)
    // Each time the heaps lie somewhere else in memory.
    for _ in 0..<6 {
      let replay = try experiment.replay(run.recording)
      #expect(replay.hash == run.hash)
      #expect(replay.cycles == run.cycles)
    }
  }

  @Test func aFailingRunShrinksToOneThatFailsInTheSameWay() throws {
    let experiment = Experiment.drawn(
      seed: 0, weather: .calm, nodes: 2...3, without: [.allocateBlack])
    let run = try experiment.run(recording: true)
    let violation = try #require(run.violation)
    var shrinker = try #require(try Shrinker(experiment, run.recording, limit: 150))
    try shrinker.shrink()
    #expect(shrinker.steps.count < run.recording.count)
    #expect(shrinker.violation.kind == violation.kind)
    #expect(try shrinker.experiment.replay(shrinker.steps).violation == shrinker.violation)

    // Whoever's time is over gets what there is: it fails, too.
    var hasty = try #require(try Shrinker(experiment, run.recording))
    var left = 10
    hasty.goesOn = {
      left -= 1
      return left > 0
    }
    try hasty.shrink()
    #expect(hasty.attempts < 20 && hasty.steps.count > shrinker.steps.count)
    #expect(try hasty.experiment.replay(hasty.steps).violation == hasty.violation)
  }
}
