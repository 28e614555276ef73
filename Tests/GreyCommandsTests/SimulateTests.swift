// `simulate`, from the words that were typed to the exit code.

import Foundation
import GreyBasics
import GreyCommands
import GreyEvents
import GreyExplorer
import GreySimulator
import Testing

@Suite struct SimulateTests {
  @Test func sevenSeedsOfAllWeathersLoseNothing() throws {
    let world = try World()
    #expect(
      try world.run("simulate", "--seeds", "7", "--nodes", "2..3", "--steps", "800", "--json")
        == .ok)
    let result = try SimulateResult(JSON(parsing: world.heard.output[0]))
    #expect(world.heard.output.count == 1)
    #expect(world.heard.output[0].hasPrefix(#"{"schema":"greywave.simulate/1","#))
    #expect(result.seeds == 7 && result.violations == 0 && result.stuck == 0)
    #expect(result.events > 7 * 800 && result.cycles > 7 && result.objectsChecked > 0)
    #expect(result.failure == nil)
  }

  @Test func textIsForPeople() throws {
    let world = try World()
    #expect(try world.run("simulate", "--seeds", "1", "--calm", "--nodes", "1") == .ok)
    #expect(world.heard.output[0].contains("objects checked"))
    #expect(world.heard.output[0].contains("violations       0"))
  }

  @Test func aMissingRuleGivesAStoryThatCanBeToldAgain() throws {
    var world = try World()
    world.context.folder = world.scratch.path
    #expect(
      try world.run(
        "simulate", "--without", "allocate-black", "--calm", "--nodes", "2", "--steps", "1000",
        "--seeds", "400", "--save", "lost.json", "--json") == .lostObject)
    let first = try SimulateResult(JSON(parsing: world.heard.output[0]))
    let failure = try #require(first.failure)
    #expect(first.violations >= 1 && failure.without == ["allocate-black"])
    #expect(failure.story.last?.hasPrefix("a reachable object is lost: ") == true)
    #expect(failure.file == "lost.json")

    #expect(try world.run("simulate", "--replay", "lost.json", "--json") == .lostObject)
    let second = try SimulateResult(JSON(parsing: world.heard.output[1]))
    #expect(second.failure?.story == failure.story)
  }

  @Test func aSeedAloneIsSaidWithoutItsStory() throws {
    let world = try World()
    #expect(
      try world.run(
        "simulate", "--without", "allocate-black", "--calm", "--nodes", "2", "--steps", "1000",
        "--seeds", "400", "--seed-only") == .lostObject)
    #expect(world.heard.output[0].contains("lost-object"))
  }

  @Test func theKillMatrixNamesWhatCatchesARuleOrTheTestThatDoes() throws {
    let world = try World()
    #expect(
      try world.run(
        "simulate", "--kill-matrix", "--small", "--without", "allocate-black,atomic-blacken",
        "--json") == .ok)
    let json = try JSON(parsing: world.heard.output[0])
    #expect(json["schema"]?.text == "greywave.kill-matrix/1")
    let result = try KillMatrixResult(json)
    #expect(result.ok && result.small && result.rules.count == 2)
    let (caught, excused) = (result.rules[0], result.rules[1])
    #expect(caught.rule == "allocate-black" && caught.caught)
    #expect(caught.by == ["explorer", "simulator"] && caught.seeds >= 1 && caught.events > 0)
    #expect(caught.storySteps > 1 && caught.test == nil)
    #expect(caught.simulator?.story.last?.contains("lost") == true)
    #expect(excused.rule == "atomic-blacken" && !excused.caught && excused.by.isEmpty)
    #expect(excused.test == "GreyHeapTests/MarkRaceTests" && excused.explorer == nil)
  }

  /// In one of the two worlds, or by a test that is there.
  @Test(arguments: Rule.allCases)
  func everyRuleIsExpectedToBeCaught(rule: Rule) {
    let walk = RuleTable.row(rule).expectation
    let isCaught = KnownCatch.of(rule) != nil || walk == .lost || walk == .stuck
    let excuse = Excuse.of(rule)
    #expect(isCaught == (excuse == nil))
    guard let excuse else { return }
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../\(excuse.test).swift").standardizedFileURL.path
    #expect(FileManager.default.fileExists(atPath: file), "\(file)")
  }

  @Test func theKillMatrixFailsWhereARuleIsCaughtByNothing() {
    var rule = KilledRule(.senderShade, nil, nil, nil)
    let missed = KillMatrixResult([rule], small: false, elapsed: .seconds(1))
    #expect(!missed.ok)
    #expect(Render.killMatrix(missed, Style()).contains("0 of 1 rule caught"))
    rule.test = "GreyEngineTests/EarlyBatchTests"
    #expect(KillMatrixResult([rule], small: false, elapsed: .seconds(1)).ok)
  }

  @Test func aBadReplayFileIsAUsageError() throws {
    var world = try World()
    world.context.folder = world.scratch.path
    #expect(try world.run("simulate", "--replay", "none.json") == .usage)
    #expect(world.heard.notes[0].contains("cannot read none.json"))
    try #"{"schema":"greywave.replay/7"}"#.write(
      toFile: world.scratch.path + "/old.json", atomically: true, encoding: .utf8)
    #expect(try world.run("simulate", "--replay", "old.json") == .usage)
    #expect(world.heard.notes[1].contains("old.json: schema: 'greywave.replay/7'"))
    #expect(world.heard.notes[1].contains("--save"))
  }

  @Test(arguments: [
    ["--seeds", "0"], ["--seeds", "1", "--seconds", "1"], ["--nodes", "0"], ["--nodes", "4..2"],
    ["--nodes", "1..65"], ["--without", "gravity"], ["--calm", "--harsh"],
    ["--replay", "a", "--seeds", "1"], ["--steps", "0"], ["--small"],
    ["--kill-matrix", "--seconds", "1"], ["--kill-matrix", "--replay", "a"],
  ])
  func wrongWordsAreUsageErrors(words: [String]) {
    #expect(GreywaveCommand.run(["simulate"] + words) == CommandStatus.usage.rawValue)
  }
}
