// What a command says must be so: unsafe clusters are marked, a bound that is not there is none.

import ArgumentParser
import GreyBasics
import GreyCommands
import GreyEvents
import Testing

@Suite struct UnsafeMarkTests {
  /// A cluster without a rule that has something to say before its result.
  private func makeWorld(_ answer: some ControlResult) throws -> World {
    try World { request in
      var replies = [
        ControlReply(id: request.id, event: Sample.record(.remark(text: "under way"))),
        ControlReply(id: request.id, result: answer),
      ]
      for index in replies.indices { replies[index].withoutRules = ["transit-root"] }
      return replies
    }
  }
  private let mark = "UNSAFE: rules switched off: transit-root; objects may be lost"

  @Test func everyCommandOfALabClusterSaysSoOnce() throws {
    let gc = try makeWorld(GcResult(figures: Sample.figures))
    #expect(try gc.run("gc", "--json") == .ok)
    #expect(gc.heard.notes == [mark])
    #expect(gc.heard.output == [GcResult(figures: Sample.figures).json.line])
    let ps = try makeWorld(PsResult(runs: [], tasks: [], taskCount: 0))
    #expect(try ps.run("ps") == .ok)
    #expect(ps.heard.notes == [mark])
    let run = try makeWorld(Sample.run(ok: true))
    #expect(try run.run("run", "rings") == .ok)
    #expect(run.heard.notes == [mark])
  }

  @Test func thePromptOfASteppedCycleIsMarked() throws {
    let step = StepResult(
      phase: .idle, epoch: Epoch(rawValue: 1), description: "done", next: "", isDone: true,
      nodes: [], figures: Sample.figures)
    let lab = try makeWorld(step)
    #expect(try lab.run("gc", "--step") == .ok)
    #expect(lab.heard.notes.first == mark)
    #expect(lab.heard.notes.last?.hasPrefix("UNSAFE  Enter: a step.") == true)
    let sound = try World { result($0, step) }
    #expect(try sound.run("gc", "--step") == .ok)
    #expect(sound.heard.notes.count == 1 && sound.heard.notes[0].hasPrefix("Enter: a step."))
  }
}

@Suite struct NoGoalTests {
  private func metrics(_ goals: [Double]) -> MetricsResult {
    MetricsResult(
      own: [],
      nodes: goals.enumerated().map {
        .init(
          node: NodeID($0.offset + 1),
          metrics: [Metric(name: Metric.heapGoal, value: $0.element)])
      })
  }

  @Test func noGoalIsZeroInJSONAndOffForPeople() throws {
    #expect(HeapBound.told(Int.max) == 0 && HeapBound.told(UInt64(Int.max)) == 0)
    #expect(HeapBound.sum([4 << 20, .max]) == 0 && HeapBound.sum([4 << 20, 1 << 20]) == 5 << 20)
    let heap = HeapShowResult(nodes: [
      .init(node: NodeID(1), pageBytes: 8_192, heapBytes: 1, goalBytes: 0, spans: [])
    ])
    let world = try World { result($0, heap) }
    #expect(try world.run("heap", "show") == .ok)
    #expect(world.heard.output[0].contains(": 1 B, goal off, "), "\(world.heard.output)")
    var figures = Sample.figures
    figures.goalBytes = HeapBound.none
    let cycle = Render.cycle(figures, Style(colours: false, width: 100))
    #expect(cycle.contains("next goal off\n"))
  }

  @Test func whereOneNodeHasNoGoalTheClusterHasNone() throws {
    #expect(metrics([4, 5]).cluster.map(\.value) == [9])
    let one = metrics([4_096, 0])
    #expect(one.cluster.map(\.value) == [0])
    let world = try World { result($0, one) }
    #expect(try world.run("metrics") == .ok)
    let row = world.heard.output[0].split(separator: "\n").last { $0.contains("goal") }
    #expect(
      try #require(row).split(separator: " ") == [
        "/gc/heap/goal:bytes", "off", "4.00", "KiB", "off",
      ])
  }
}

@Suite struct LogsFormTests {
  @Test func jsonAndAnotherFormExcludeEachOther() throws {
    for format in ["gctrace", "text"] {
      var output: [String] = []
      let code = GreywaveCommand.run(
        ["logs", "--json", "--format", format], output: { output.append($0) }, note: { _ in })
      #expect(code == CommandStatus.usage.rawValue)
      #expect(try JSON(parsing: #require(output.first))["exit_code"]?.integer == 2)
    }
    _ = try GreywaveCommand.parseAsRoot(["logs", "--json", "--format", "json"])
  }
}
