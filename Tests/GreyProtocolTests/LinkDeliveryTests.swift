// Whatever the network does: every message once, in order, and its root released once, after it
// was placed. Hundreds of seeds; and each rule of the link taken out is caught.

import GreyBasics
import GreyProtocol
import Testing

/// Small enough that windows fill and messages are cut all the time.
private var tight: LinkConfiguration {
  var configuration = LinkConfiguration()
  configuration.windowBytes = 1_000
  configuration.windowFrames = 24
  configuration.frameBytes = 64
  configuration.resendAfter = .milliseconds(20)
  configuration.resendAtMost = .milliseconds(200)
  configuration.queryAfter = .milliseconds(50)
  configuration.queryAtMost = .milliseconds(400)
  return configuration
}

private func weather(_ seed: UInt64) -> LinkWorld.Weather {
  var random = SplitMix(seed: seed ^ 0xFEED)
  var weather = LinkWorld.Weather()
  weather.lossPercent = random.below(4) * 10
  weather.duplicatePercent = random.below(3) * 15
  weather.slowest = .microseconds([50, 2_000, 30_000][random.below(3)])
  weather.inbox = [1, 4, Int.max][random.below(3)]
  weather.slowestPlace = .milliseconds([1, 10, 60][random.below(3)])
  return weather
}

private func problems(
  seed: UInt64, messages: Int = 30, rules: RuleSet = .all
) -> [String] {
  var world = LinkWorld(
    seed: seed, weather: weather(seed), configuration: tight, rules: rules)
  world.run(messages: messages, breaks: Int(seed % 3))
  return world.problems
}

@Suite struct LinkDelivery {
  @Test func everyMessageIsPlacedOnceAndInOrderUnderAnyWeather() {
    for seed in 0..<220 as Range<UInt64> {
      #expect(problems(seed: seed) == [], "seed \(seed)")
    }
  }

  @Test func longRunsEndToo() {
    for seed in 1_000..<1_004 as Range<UInt64> {
      #expect(problems(seed: seed, messages: 400) == [], "seed \(seed)")
    }
  }

  @Test func theSameSeedGivesTheSameRun() {
    func end(_ seed: UInt64) -> (Moment, Int, [LinkStatistics]) {
      var world = LinkWorld(seed: seed, weather: weather(seed), configuration: tight)
      world.run(messages: 40, breaks: 1)
      return (world.now, world.steps, world.ends.map(\.link.statistics))
    }
    let first = end(5)
    let second = end(5)
    #expect(first.0 == second.0)
    #expect(first.1 == second.1)
    #expect(first.2 == second.2)
  }

  @Test func theWeatherIsBadEnough() {
    var total = LinkStatistics()
    for seed in 0..<40 as Range<UInt64> {
      var world = LinkWorld(seed: seed, weather: weather(seed), configuration: tight)
      world.run(messages: 30, breaks: Int(seed % 3))
      for end in world.ends {
        total.framesResent += end.link.statistics.framesResent
        total.duplicates += end.link.statistics.duplicates
        total.early += end.link.statistics.early
        total.queries += end.link.statistics.queries
        total.stalls += end.link.statistics.stalls
        total.dropped += end.link.statistics.dropped
        total.acknowledgementsAlone += end.link.statistics.acknowledgementsAlone
        total.acknowledgementsRiding += end.link.statistics.acknowledgementsRiding
      }
    }
    #expect(total.framesResent > 100)
    #expect(total.duplicates > 100)
    #expect(total.early > 100)
    #expect(total.queries > 20)
    #expect(total.stalls > 20)
    #expect(total.dropped > 20)
    #expect(total.acknowledgementsAlone > 100)
    #expect(total.acknowledgementsRiding > 100)
  }

  @Test func withoutNumbersAMessageIsDeliveredTwice() {
    let caught = (0..<20 as Range<UInt64>).filter { seed in
      problems(seed: seed, rules: RuleSet(without: [.linkSequence])).contains {
        $0.contains("is delivered,")
      }
    }
    #expect(caught.count >= 5, "caught by seeds \(caught)")
  }

  @Test func acknowledgedBeforePlacementARootIsReleasedTooEarly() {
    let caught = (0..<20 as Range<UInt64>).filter { seed in
      problems(seed: seed, rules: RuleSet(without: [.placedAfterPlacement])).contains {
        $0.contains("released before its message was placed")
      }
    }
    #expect(caught.count >= 15, "caught by seeds \(caught)")
  }

  @Test func aGoodNetworkNeedsNoResends() {
    var weather = LinkWorld.Weather()
    // Always the same delay: frames keep their order, as they do on a connection.
    weather.slowest = .nanoseconds(1)
    var world = LinkWorld(seed: 1, weather: weather, configuration: LinkConfiguration())
    world.run(messages: 2_000)
    #expect(world.problems == [])
    for end in world.ends {
      let statistics = end.link.statistics
      #expect(statistics.framesResent == 0 && statistics.duplicates == 0)
      #expect(statistics.framesSent == 2_000)
      // Traffic in both directions: most acknowledgements ride.
      #expect(statistics.acknowledgementsAlone < 100)
    }
  }
}
