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
    #expect(!world.heard.output.joined().contains(" 0 B"))
  }

  @Test func aLostObjectEndsWithFiveAndItsStory() throws {
    let (status, world) = try run(
      Self.small + ["--slots", "2", "--without", "insertion-barrier", "--json"])
    #expect(status == .lostObject)
    let result = try ExploreResult(JSON(parsing: world.heard.output.joined()))
    #expect(result.verdict == "lost")
    #expect(result.without == ["insertion-barrier"])
    #expect(result.story.count == result.storySteps)
    #expect(result.story.first?.hasPrefix("node 1 allocates") == true)
    #expect(result.outcome.contains("was swept; it is held by"))
    #expect(result.memoryBytes ?? 0 > 0)
    #expect(!result.exhausted)
  }

  @Test func aCycleThatCannotGoOnEndsWithFour() throws {
    let (status, world) = try run(
      ["explore", "--nodes", "1", "--objects", "1", "--messages", "0", "--silence"]
        + ["--without", "stop-lease"])
    #expect(status == .timeout)
    #expect(world.heard.output.joined().contains("STUCK"))
  }

  @Test func mistakesAreNamed() throws {
    let (status, world) = try run(["explore", "--nodes", "0"])
    #expect(status == .usage)
    #expect(world.heard.notes.joined().contains("--nodes must be from 1 to 3, not 0"))
    #expect(try run(["explore", "--nodes", "7"]).0 == .usage)
    #expect(refusal("--without foo").contains("- check-membership-on-place"))
    #expect(try run(["explore", "--owners", "1,3"]).0 == .usage)
    #expect(throws: (any Error).self) {
      try GreywaveCommand.parseAsRoot(["explore", "--minutes", "0"])
    }
  }

  /// What the command line says to arguments that it refuses; empty when it takes them.
  private func refusal(_ arguments: String) -> String {
    do {
      _ = try GreywaveCommand.parseAsRoot(
        ["explore"] + arguments.split(separator: " ").map(String.init))
      return ""
    } catch {
      #expect(GreywaveCommand.exitCode(for: error) == .validationFailure)
      return GreywaveCommand.message(for: error)
    }
  }

  @Test(arguments: [
    ("--all-rules --nodes 9 --links", "--all-rules conflicts with --links and --nodes"),
    ("--all-rules --without sender-shade", "--all-rules conflicts with --without"),
    ("--links --slots 1 --objects 2", "--links conflicts with --objects and --slots"),
    ("--links --crash --memory 1", "--links conflicts with --crash and --memory"),
    ("--links --without sender-shade", "--links conflicts with --without sender-shade"),
    ("--owners 1,1 --objects 2", "--owners conflicts with --objects"),
    ("--duplicate", "--duplicate needs --without link-sequence"),
    ("--without atomic-blacken", "nothing of this rule is in the model"),
  ])
  func whatWouldBeIgnoredIsRefused(_ arguments: String, _ words: String) {
    #expect(refusal(arguments).contains(words))
  }

  @Test func linksAreJudgedByTheirDeliveries() throws {
    #expect(refusal("--links --without link-sequence,placed-after-placement") == "")
    let (status, world) = try run(["explore", "--links", "--without", "placed-after-placement"])
    #expect(status == .lostObject)
    let printed = world.heard.output.joined()
    #expect(printed.contains("UNSAFE in 9 steps, and in no fewer: the root of message 1"))
    #expect(!printed.contains("object") && !printed.contains(" 0 B"))
  }

  @Test func anUnfinishedWalkEndsWithFour() throws {
    let (status, world) = try run(["explore", "--slots", "1", "--memory", "0.0005", "--json"])
    #expect(status == .timeout)
    let result = try ExploreResult(JSON(parsing: world.heard.output.joined()))
    #expect(result.limit == "memory")
    #expect(result.verdict == "unfinished")
  }

  /// Nothing is sent, so nothing is under way that a transit table would keep.
  @Test func aWalkThatNeverAsksTheRuleSaysSo() throws {
    let (status, world) = try run(Self.small + ["--without", "transit-root,keep-stamp", "--json"])
    #expect(status == .ok)
    let result = try ExploreResult(JSON(parsing: world.heard.output.joined()))
    #expect(result.verdict == "safe" && result.vacuous == ["transit-root", "keep-stamp"])
    let (_, other) = try run(
      Self.small + ["--slots", "2", "--without", "nil-store-barrier"])
    #expect(!other.heard.output.joined().contains("made no difference"))
    let (_, third) = try run(Self.small + ["--without", "transit-root"])
    #expect(third.heard.output.joined().contains("transit-root made no difference"))
  }

  @Test func symmetricStatesAreWalkedOnceUnlessAsked() throws {
    let walk = ["explore", "--slots", "1", "--messages", "0", "--json"]
    let once = try ExploreResult(JSON(parsing: run(walk).1.heard.output.joined()))
    let each = try ExploreResult(
      JSON(parsing: run(walk + ["--no-symmetry"]).1.heard.output.joined()))
    #expect(once.states < each.states && once.standsFor == each.states)
    #expect(each.standsFor == each.states && once.verdict == each.verdict)
  }

  @Test func aTableNamesEveryColumn() {
    let row = RuleTable.row(.atomicBlacken)
    let result = ExploreRulesResult(rules: [ExploredRule(row, nil, elapsed: .zero)])
    #expect(result.asExpected)
    #expect(Render.exploredRules(result, Style()).contains("atomic-blacken"))
    #expect(result.json["rules"] != nil)
  }
}
