// A failing run becomes a story, and a file from which the same story is told again.

import GreyBasics
import GreyEvents
import GreySimulator
import Testing

@Suite struct StoryTests {
  /// Cut down a little: enough for a story.
  private func lost(without rule: Rule) throws -> Replay {
    for seed in 0..<20 as Range<UInt64> {
      let experiment = Experiment.drawn(
        seed: seed, weather: .calm, nodes: 2...3, without: [rule])
      let verdict = try experiment.run(recording: true, hashing: false)
      guard verdict.violation != nil,
        var shrinker = try Shrinker(experiment, verdict.recording, limit: 150)
      else { continue }
      try shrinker.shrink()
      #expect(shrinker.mistake == nil)
      return Replay(shrinker, commit: "abc")
    }
    throw JSONError(offset: 0, problem: "no seed loses anything")
  }

  @Test func aStoryNamesWhatWasDoneAndEndsWithTheLoss() throws {
    let replay = try lost(without: .allocateBlack)
    let story = try replay.story()
    #expect(story.count >= 4, "\(story)")
    #expect(story.contains { $0.contains("makes") })
    #expect(story.contains { $0.contains("turns its barrier on") })
    #expect(story.last?.hasPrefix("a reachable object is lost: node ") == true)
    #expect(story.last?.contains(" → ") == true)

    let again = try Replay(JSON(parsing: replay.json.line))
    #expect(again == replay)
    #expect(try again.story() == story)

    // And what comes of the turns is what the file says, down to the log.
    let verdict = try again.experiment.replay(again.steps)
    #expect(again.hash != 0 && again.differences(from: verdict).isEmpty)
    var other = again
    other.hash += 1
    #expect(other.differences(from: verdict).count == 1)
    other.violation = Violation(kind: .stuck, step: 1, detail: "it")
    #expect(other.differences(from: verdict).count == 3)

    // The same turns with every rule in force.
    var sound = replay
    sound.experiment.rules = .all
    let clean = try sound.experiment.replay(sound.steps)
    #expect(again.differences(from: clean) == ["nothing goes wrong"])
    #expect(try sound.story() == ["nothing is lost: another build wrote this"])
  }

  @Test(arguments: [
    "engine 0", "worker 1 0: 3 0 7", "collector 2 1: 0", "arrival 0>1", "arrival c>3",
    "arrival x0>c", "time: 12", "collect", "start-run", "fault disconnect c 1",
    "fault disconnect 0 1", "fault duplicate 0>1", "fault drop 1>0", "fault clog c>1",
    "fault unclog 1>c", "fault kill 0", "fault crash 1", "fault restart 2", "fault stall 3",
    "fault wake 3", "fault leave 0", "fault join", "fault restart-coordinator",
    "fault restart-coordinator-between-phases", "fault kill-coordinator",
    "fault revive-coordinator", "fault kill-coordinator-in-turn", "fault stall-coordinator",
    "fault wake-coordinator", "fault partition 1 both", "fault partition 0 in",
    "fault partition 2 out", "fault heal", "fault cancel-run",
  ])
  func aTurnIsALineOfText(text: String) {
    #expect(DrawnStep(text)?.description == text)
  }

  @Test(arguments: [
    "", "worker 1", "worker 1 -1", "engine x", "arrival 0", "arrival 0>", "arrival 0>1>2",
    "fault", "fault melt 1", "fault kill", "fault clog 1", "fault disconnect 1", "time: x",
    "time: -1", "dance", "fault partition 1", "fault partition x both", "fault partition 1 up",
    "fault heal 1",
  ])
  func whatIsNoTurnIsRefused(text: String) { #expect(DrawnStep(text) == nil) }

  private static func problem(_ text: String) throws -> String {
    let json = try JSON(parsing: text)
    do throws(ReplayError) {
      _ = try Replay(json)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func aBadReplayIsRefusedWithItsPlace() throws {
    let experiment = Experiment(seed: 1)
    let good = Replay(
      experiment: experiment, steps: [DrawnStep(actor: .time)],
      violation: Violation(kind: .stuck, step: 1, detail: "it", nature: "so"), hash: 255,
      commit: "abc")
    #expect(try Replay(good.json) == good)
    let text = good.json.line
    func problem(_ old: String, _ new: String) throws -> String {
      #expect(text.contains(old), "\(old)")
      return try Self.problem(text.replacing(old, with: new))
    }
    #expect(try problem("replay/2", "replay/9").hasPrefix("schema: 'greywave.replay/9'"))
    #expect(try problem(#""schema""#, #""scheme""#).contains("no replay file"))
    #expect(try problem(#""without":[]"#, #""without":["x"]"#) == "without: there is no rule 'x'")
    #expect(try problem(#""time""#, #""tame""#) == "steps[0]: 'tame' is no turn")
    #expect(try problem(#""stuck""#, #""sad""#) == "kind: there is no violation 'sad'")
    #expect(try problem(#""hash":"ff""#, #""hash":"x""#) == "hash: 'x' is no hexadecimal number")
    #expect(
      try problem(#""tolerated":[]"#, #""tolerated":["sad"]"#)
        == "tolerated: there is no violation 'sad'")
    #expect(
      try problem(#""companions":[]"#, #""companions":["x"]"#)
        == "companions: there is no rule 'x'")
    #expect(try problem(#""batch":"#, #""batch":-"#).hasPrefix("temper.batch: must be"))
    #expect(try problem(#""tasks":"#, #""tusks":"#).contains("tasks"))
    #expect(try problem(#""patience":100000"#, #""patience":0"#).hasPrefix("patience: must be"))
  }
}
