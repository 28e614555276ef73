// A negative number is a value, however it is given, and is refused for what it is.

import ArgumentParser
import GreyEvents
import Testing

@testable import GreyCommands

@Suite struct NegativeNumberTests {
  private func refusal(_ words: [String]) throws -> String {
    var output: [String] = []
    let code = GreywaveCommand.run(
      words + ["--json"], output: { output.append($0) }, note: { _ in })
    #expect(code == CommandStatus.usage.rawValue)
    let error = try JSON(parsing: #require(output.first))
    return try #require(error["message"]?.text)
  }

  @Test(arguments: [
    (["run", "rings", "--seed", "-1"], "'-1' is invalid for '--seed <seed>'"),
    (["run", "rings", "--duration", "-5s"], "'-5s' is invalid for '--duration <duration>'"),
    (["run", "rings", "--on", "-1,2"], "'-1,2' is invalid for '--on <node,…>'"),
    (["heap", "show", "--node", "-1"], "'-1' is invalid for '--node <node>'"),
    (["cancel", "-1"], "'-1' is invalid for '<run>'"),
    (["gc", "--step", "--quantum", "-3"], "at least one object"),
  ])
  func theMessageIsAboutTheValue(_ words: [String], _ message: String) throws {
    let told = try refusal(words)
    #expect(told.contains(message), "\(told)")
  }

  @Test func theVerbReadsItWhereTheParserTakesAnyText() throws {
    let world = try World()
    #expect(try world.run("set", "GOGC", "-5", "--json") == .usage)
    #expect(world.heard.notes[0].contains("GOGC: -5 is out of range"), "\(world.heard.notes)")
    #expect(world.heard.output.count == 1)
    #expect(try world.run("up", "--nodes", "-2") == .usage)
    #expect(world.heard.notes[1].contains("--nodes: nodes: -2 is out of range"))
    #expect(try world.run("run", "kv", "--set", "-1") == .usage)
    #expect(world.heard.notes[2].contains("--set: '-1' is not key=value"))
    #expect(world.heard.requests.isEmpty)
    let other = try World { result($0, Sample.run(ok: nil)) }
    #expect(try other.run("run", "kv", "--set", "x=-1", "--detach") == .ok)
    guard case .run(_, let parameters, _, _, _, _)? = other.heard.requests.first else {
      Issue.record("nothing was asked for")
      return
    }
    #expect(parameters == ["x": "-1"])
  }

  @Test func whatHasNoNegativeNumberIsLeftAlone() {
    for words in [["run", "kv", "--seed", "--json"], ["gc", "--", "x"], ["set", "-x", "-"]] {
      #expect(Arguments.readable(words, taking: { ["--seed"] }) == words)
    }
    #expect(
      Arguments.readable(["set", "-1", "a", "--json", "--name", "b", "--", "c"]) { ["--name"] }
        == ["set", "--json", "--name", "b", "--", "-1", "a", "c"])
  }

  @Test func theHelpSaysWhatTakesAValue() {
    let known = Arguments.optionsWithValue
    #expect(known.isSuperset(of: ["--seed", "--set", "--name", "--node", "--on", "--quantum"]))
    #expect(known.isDisjoint(with: ["--json", "--detach", "--help", "--step", "--lab"]))
  }
}
