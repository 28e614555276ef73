// `explore` as a person types it: what is refused, what is printed, how it ends.

import ArgumentParser
import GreyBasics
import GreyCommands
import GreyEvents
import GreyExplorer
import Testing

@Suite("explore")
struct ExploreVerbTests {
  private static let small = [
    "explore", "--nodes", "1", "--owners", "1,1", "--messages", "0", "--slots", "1",
  ]

  private func run(_ arguments: [String]) throws -> (CommandStatus, World) {
    let world = try World()
    guard var command = try GreywaveCommand.parseAsRoot(arguments) as? ExploreCommand else {
      Issue.record("another command")
      return (.usage, world)
    }
    _ = command.json
    command.minutes = 1
    return (command.perform(world.context), world)
  }

  @Test func aSafeClusterEndsWithZero() throws {
    let (status, world) = try run(Self.small)
    #expect(status == .ok)
    #expect(world.heard.output.joined().contains("SAFE"))
  }

  @Test func aLostObjectEndsWithFiveAndItsStory() throws {
    let (status, world) = try run(
      Self.small + ["--slots", "2", "--without", "insertion-barrier", "--json"])
    #expect(status == .lostObject)
    let result = try ExploreResult(JSON(parsing: world.heard.output.joined()))
    #expect(result.verdict == "lost")
    #expect(result.without == ["insertion-barrier"])
    #expect(result.story.count == result.storySteps + 1)
    #expect(!result.exhausted)
  }

  @Test func aCycleThatCannotGoOnEndsWithOne() throws {
    let (status, world) = try run(
      ["explore", "--nodes", "1", "--objects", "1", "--messages", "0", "--silence"]
        + ["--without", "stop-lease"])
    #expect(status == .checkFailed)
    #expect(world.heard.output.joined().contains("STUCK"))
  }

  @Test func mistakesAreNamed() throws {
    let (status, world) = try run(Self.small + ["--without", "epoch-chek"])
    #expect(status == .usage)
    #expect(world.heard.notes.joined().contains("did you mean 'epoch-check'"))
    #expect(try run(["explore", "--nodes", "7"]).0 == .usage)
    #expect(try run(["explore", "--owners", "1,3"]).0 == .usage)
    #expect(throws: (any Error).self) {
      try GreywaveCommand.parseAsRoot(["explore", "--minutes", "0"])
    }
  }

  @Test func anUnfinishedWalkEndsWithFour() throws {
    let (status, world) = try run(["explore", "--slots", "1", "--memory", "0.0005", "--json"])
    #expect(status == .timeout)
    let result = try ExploreResult(JSON(parsing: world.heard.output.joined()))
    #expect(result.limit == "memory")
    #expect(result.verdict == "unfinished")
  }

  @Test func aTableNamesEveryColumn() {
    let row = RuleTable.row(.atomicBlacken)
    let result = ExploreRulesResult(rules: [ExploredRule(row, nil, seconds: 0)])
    #expect(result.asExpected)
    #expect(Render.exploredRules(result, Style()).contains("atomic-blacken"))
    #expect(result.json["rules"] != nil)
  }
}
