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

  @Test func theKillMatrixNamesWhatCatchesARule() throws {
    let world = try World()
    #expect(
      try world.run(
        "simulate", "--kill-matrix", "--small", "--without", "allocate-black,atomic-blacken",
        "--json") == .ok)
    let json = try JSON(parsing: world.heard.output[0])
    #expect(json["schema"]?.text == "greywave.kill-matrix/1")
    let result = try KillMatrixResult(json)
    #expect(result.ok && result.small && result.rules.count == 2)
    let (black, atomic) = (result.rules[0], result.rules[1])
    #expect(black.rule == "allocate-black" && black.caught && black.redundantWith.isEmpty)
    #expect(black.by == ["explorer", "simulator"] && black.seeds >= 1 && black.events > 0)
    #expect(black.storySteps > 1)
    #expect(black.simulator?.story.last?.contains("lost") == true)
    // A race within one quantum: the simulator plays it, the explorer's steps are atomic.
    #expect(atomic.rule == "atomic-blacken" && atomic.caught && atomic.by == ["simulator"])
    #expect(atomic.explorer == nil && atomic.storySteps > 1)
  }

  /// What scripts read of each rule.
  @Test func theKillMatrixHasTheMembersThatScriptsRead() throws {
    let rule = KilledRule(.senderShade, nil, nil)
    let result = KillMatrixResult([rule], small: true, elapsed: .seconds(1))
    let line = result.json.line
    for member in [
      #""rule":"sender-shade""#, #""caught":false"#, #""by":[]"#, #""seeds":0"#, #""events":0"#,
      #""story_steps":0"#, #""redundant_with":[]"#,
    ] {
      #expect(line.contains(member), "\(member)")
    }
  }

  /// Alone, or together with a rule because of which it is redundant.
  @Test(arguments: Rule.allCases)
  func everyRuleIsExpectedToBeCaught(rule: Rule) {
    let row = RuleTable.row(rule)
    let isCaught = row.expectation == .lost || row.expectation == .stuck
    #expect(isCaught || KnownCatch.of(rule) != nil)
    // Whoever is redundant because of another: the other knows of it, or is needed by itself.
    for other in row.together { #expect(!RuleTable.row(other).together.isEmpty) }
    #expect(row.together.isEmpty || !row.remark.isEmpty)
  }

  @Test func theKillMatrixFailsWhereARuleIsCaughtByNothing() {
    let missed = KillMatrixResult(
      [KilledRule(.senderShade, nil, nil)], small: false, elapsed: .seconds(1))
    #expect(!missed.ok)
    #expect(Render.killMatrix(missed, Style()).contains("0 of 1 rule caught"))
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
