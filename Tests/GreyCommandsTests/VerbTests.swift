// Whole commands, from the words that were typed to the exit code, with a cluster that is a script.

import ArgumentParser
import Foundation
import GreyBasics
import GreyCommands
import GreyEngine
import GreyEvents
import Synchronization
import Testing

@Suite struct VerbTests {
  @Test func everyVerbHasHelpWithAnExample() {
    let verbs = GreywaveCommand.configuration.subcommands
    #expect(verbs.count == 21)
    for verb in verbs {
      let help = GreywaveCommand.helpMessage(for: verb, columns: 80)
      #expect(help.contains("$ greywave \(verb.configuration.commandName!)"), "\(help)")
      for line in verb.configuration.discussion.split(separator: "\n") {
        #expect(line.count <= 78, "\(line)")
      }
    }
    #expect(GreywaveCommand.configuration.version.hasPrefix("greywave 0.1.0 ("))
  }

  @Test func wrongWordsAreUsageErrors() {
    for words in [
      ["dance"], ["gc", "--fast"], ["run"], ["cancel", "x"], ["run", "kv", "--on", "0"],
    ] {
      #expect(GreywaveCommand.run(words) == CommandStatus.usage.rawValue)
    }
  }

  @Test func wrongWordsAreJSONWhereThatWasAskedFor() throws {
    for words in [
      ["gc", "--fast", "--json"], ["run", "--json"], ["cancel", "--json", "x"],
      ["heap", "--json", "dance"], ["dance", "--json"],
    ] {
      var output: [String] = []
      var notes: [String] = []
      let code = GreywaveCommand.run(
        words, output: { output.append($0) }, note: { notes.append($0) })
      #expect(code == CommandStatus.usage.rawValue)
      #expect(output.count == 1 && !output[0].contains("\n"), "\(words): \(output)")
      let error = try JSON(parsing: output[0])
      #expect(error["schema"]?.text == "greywave.error/1")
      #expect(error["exit_code"]?.integer == 2)
      let message = try #require(error["message"]?.text)
      #expect(!message.isEmpty && notes.count == 1 && notes[0].contains(message))
    }
    var plain: [String] = []
    _ = GreywaveCommand.run(["gc", "--fast"], output: { plain.append($0) }, note: { _ in })
    #expect(plain.isEmpty)
  }

  @Test func jsonIsOneLineOnStdoutAndNothingElse() throws {
    let world = try World { result($0, GcResult(figures: Sample.figures)) }
    #expect(try world.run("gc", "--json") == .ok)
    #expect(world.heard.output == [GcResult(figures: Sample.figures).json.line])
    #expect(world.heard.output[0].hasPrefix(#"{"schema":"greywave.gc/1","cycle":3,"#))
    #expect(world.heard.notes.isEmpty)
  }

  @Test func withoutAClusterTheMessageNamesClusterUp() throws {
    var world = try World()
    world.context.connect = ControlSocket.connect
    #expect(try world.run("status", "--name", "two", "--json") == .noCluster)
    #expect(world.heard.notes.count == 1)
    #expect(world.heard.notes[0].contains("start it with: cluster/up --name two"))
    #expect(world.heard.output[0].hasPrefix(#"{"schema":"greywave.error/1","exit_code":3,"#))
  }

  @Test func aSilentCoordinatorIsATimeout() throws {
    let world = try World()
    #expect(try world.run("ps") == .timeout)
    #expect(world.heard.notes == ["greywave: the coordinator did not answer 'ps' within 10.0 s"])
  }

  @Test func repliesToOtherRequestsAreDropped() throws {
    let world = try World { request in
      [
        ControlReply(id: "999", error: ControlError(.failed, "an old one")),
        ControlReply(
          id: request.id,
          result: SetResult(key: "GOGC", previous: "100", value: "50", nodes: [NodeID(1)])),
      ]
    }
    #expect(try world.run("set", "GOGC", "50") == .ok)
    #expect(world.heard.output == ["GOGC: 100 → 50 on 1 node"])
    #expect(world.heard.requests == [.set(key: "GOGC", value: "50")])
  }

  @Test func settingsAreCheckedBeforeTheyAreSent() throws {
    let world = try World()
    #expect(try world.run("set", "GOCG", "50") == .usage)
    #expect(try world.run("set", "GOGC", "much") == .usage)
    #expect(try world.run("set", "workers", "2") == .usage)
    #expect(world.heard.notes[0].contains("did you mean 'GOGC'?"))
    #expect(world.heard.notes[1].contains("'much' is no whole number"))
    #expect(world.heard.notes[2].contains("holds from `up` to `down`"))
    // Whatever is refused, what can be set is named.
    for note in [0, 2] {
      for key in LiveSetting.keys { #expect(world.heard.notes[note].contains(key), "\(note)") }
    }
    #expect(world.heard.requests.isEmpty)
  }

  @Test func whatTheCommandLineTakesTheCoordinatorUnderstands() throws {
    let live = ConfigurationKey.all.filter(\.isLive)
    #expect(Set(live.map(\.name)) == Set(LiveSetting.keys))
    let samples = [
      "GOGC": ["50", "off"], "GOMEMLIMIT": ["1GiB", "1048577", "off"],
      "minimum_heap": ["4KiB", "5000"], "mark_utilization": ["1", "100"],
      "log_level": ["debug", "error"],
    ]
    for key in live {
      for text in try #require(samples[key.name]) {
        var values = ClusterConfiguration()
        try key.write(&values, text)
        _ = try LiveSetting(key.name, key.read(values))
      }
    }
    for (key, value) in [
      ("GOGC", "x"), ("GOMEMLIMIT", "-1"), ("minimum_heap", "off"), ("minimum_heap", "1KiB"),
      ("mark_utilization", "0"), ("log_level", "loud"), ("workers", "2"),
    ] {
      #expect(throws: LiveSetting.Refusal.self) { try LiveSetting(key, value) }
    }
  }

  @Test func aClustersErrorBecomesItsExitCode() throws {
    for (code, status) in [
      (ControlError.Code.noSuchRun, CommandStatus.usage), (.busy, .checkFailed),
      (.timeout, .timeout),
      (.lostObject, .lostObject), (.closing, .noCluster),
    ] {
      let world = try World { [ControlReply(id: $0.id, error: ControlError(code, "no"))] }
      #expect(try world.run("cancel", "4") == status)
      #expect(world.heard.notes == ["greywave: no"])
    }
  }

  @Test func verifyFailsByWhatItFound() throws {
    func verified(lost: Int, garbage: Int) throws -> (CommandStatus, String) {
      var node = VerifyResult.Node(node: NodeID(1))
      node.lostObjects = lost
      node.garbageObjects = garbage
      let loss = VerifyResult.Loss(
        object: ObjectName(node: NodeID(1), offset: 64), heldBy: "global 0 of run 1 on node 2")
      let answer = VerifyResult(
        cycle: 1, epoch: .zero, stoppedUs: 9, nodes: [node], lost: lost > 0 ? [loss] : [])
      let world = try World { result($0, answer) }
      return (try world.run("verify"), world.heard.output.joined())
    }
    #expect(try verified(lost: 0, garbage: 0).0 == .ok)
    #expect(try verified(lost: 0, garbage: 2).0 == .checkFailed)
    let (status, text) = try verified(lost: 1, garbage: 2)
    #expect(status == .lostObject)
    #expect(text.contains("LOST: 1 object"))
    #expect(text.contains("1:64, held by global 0"))
  }

  @Test func stepWalksUntilTheCycleIsDone() throws {
    let world = try World { request in
      guard case .step(let action, _) = request.verb else { return [] }
      let done = action == .finish
      return result(
        request,
        StepResult(
          phase: done ? .idle : .mark, epoch: Epoch(rawValue: 1), description: "\(action)",
          next: "on", isDone: done, nodes: [],
          figures: done ? Sample.figures : nil))
    }
    world.heard.state.withLock { $0.input = ["", "p", "nonsense", "f"] }
    #expect(try world.run("gc", "--step") == .ok)
    #expect(
      world.heard.requests
        == [.begin, .quantum, .phase, .finish].map { .step(action: $0, quantum: nil) })
  }

  @Test func aQuantumIsAskedForInObjectsAndShownPerNode() throws {
    let world = try World { request in
      guard case .step(let action, _) = request.verb else { return [] }
      var walk = StepResult.Walk()
      walk.objectsMarked = 1_234
      walk.greyLeft = 56
      walk.assistsHeld = 7
      return result(
        request,
        StepResult(
          phase: .mark, epoch: Epoch(rawValue: 1), description: "\(action)", next: "on",
          isDone: action == .finish,
          nodes: [
            StepResult.Node(node: NodeID(3), isIdle: false, heapBytes: 9, objects: 1, walk: walk)
          ]))
    }
    world.heard.state.withLock { $0.input = [""] }
    #expect(try world.run("gc", "--step", "--quantum", "50") == .ok)
    #expect(
      world.heard.requests == [
        .step(action: .begin, quantum: nil), .step(action: .quantum, quantum: 50),
        .step(action: .finish, quantum: 50),
      ])
    let lines = world.heard.output.joined(separator: "\n").split(separator: "\n")
    #expect(lines.contains { $0.contains("grey left") && $0.contains("let off") })
    #expect(
      lines.contains {
        $0.split(separator: " ") == ["3", "9", "B", "1", "234", "56", "0", "0", "0", "B", "7"]
      })
    for wrong in [["gc", "--quantum", "50"], ["gc", "--step", "--quantum", "0"]] {
      #expect(throws: (any Error).self) { try GreywaveCommand.parseAsRoot(wrong) }
    }
  }

  @Test func workloadsAreListedAndOneIsExplained() throws {
    let rings = WorkloadDescription(
      name: "rings", summary: "Cycles through every node.",
      parameters: [
        .init(
          name: "length", kind: "integer", standard: "8", help: "Objects a ring.",
          range: "2...1000")
      ])
    let world = try World(workloads: [rings])
    #expect(try world.run("workloads") == .ok)
    #expect(try world.run("workloads", "rings") == .ok)
    #expect(try world.run("workloads", "rigns") == .usage)
    #expect(world.heard.output[0].contains("rings  Cycles through every node."))
    #expect(world.heard.output[1].contains("greywave run rings --set length=8"))
    #expect(world.heard.notes[0].contains("did you mean 'rings'?"))
  }

  @Test func benchPrintsSpreadAndRatio() throws {
    let world = try World()
    #expect(try world.run("bench") == .ok)
    #expect(world.heard.output[0].contains("2.00  1.00 … 3.00  us    1.00  2.00×  raw  3.00× met"))
    #expect(world.heard.notes.contains("no compiler"))
    #expect(try world.run("bench", "--only", "stop", "--json") == .ok)
    #expect(
      world.heard.output[1].hasPrefix(#"{"schema":"greywave.bench/1","rows":[{"name":"stop""#))
    #expect(try world.run("bench", "--only", "none") == .checkFailed)
  }
}

@Suite struct RunVerbTests {
  @Test func aFileIsOneSeenFromWhereTheCommandIsGiven() throws {
    let snapshot = WorkloadDescription(
      name: "snapshot", summary: "Reads.",
      parameters: [
        .init(name: "file", kind: "path", standard: "", help: "What it reads.", isFile: true),
        .init(name: "word", kind: "text", standard: "", help: "No file."),
      ])
    for (given, sent) in [("a/b", "/home/me/a/b"), ("/a/b", "/a/b"), ("", "")] {
      var world = try World(workloads: [snapshot]) { result($0, Sample.run(ok: nil)) }
      world.context.folder = "/home/me"
      #expect(
        try world.run(
          "run", "snapshot", "--set", "file=\(given)", "--set", "word=a", "--detach") == .ok)
      guard case .run(_, let parameters, _, _, _, _)? = world.heard.requests.first else {
        Issue.record("nothing was asked for")
        return
      }
      #expect(parameters == ["file": sent, "word": "a"])
    }
  }

  @Test func theRequestCarriesWhatWasTyped() throws {
    let world = try World { result($0, Sample.run(ok: nil)) }
    #expect(
      try world.run(
        "run", "rings", "--set", "rings=10", "--set", "text=a=b", "--seed", "7", "--duration",
        "1m30s", "--on", "2,1", "--detach") == .ok)
    #expect(
      world.heard.requests == [
        .run(
          workload: "rings", parameters: ["rings": "10", "text": "a=b"], seed: 7,
          durationUs: 90_000_000, nodes: [NodeID(2), NodeID(1)], detach: true)
      ])
    #expect(world.heard.output[0].contains("greywave cancel 5"))
  }

  @Test func outputIsShownAsItComesAndTheEndDecidesTheStatus() throws {
    let run = RunID(rawValue: 5)
    for (answer, status) in [
      (Sample.run(ok: true), CommandStatus.ok), (Sample.run(ok: false), .checkFailed),
      (Sample.run(ok: false, failure: .lostObject), .lostObject),
      (Sample.run(ok: false, failure: .timeout), .timeout),
    ] {
      let world = try World { request in
        [
          ControlReply(
            id: request.id,
            event: Sample.record(.runOutput(run: run, node: NodeID(2), text: "half way"))),
          ControlReply(id: request.id, result: answer),
        ]
      }
      #expect(try world.run("run", "rings", "--json") == status)
      #expect(world.heard.notes == ["node 2: half way"])
      #expect(world.heard.output == [answer.json.line])
    }
  }

  @Test(arguments: [true, false])
  func whoGivesUpCancelsTheRun(_ byKeyboard: Bool) throws {
    let run = RunID(rawValue: 5)
    let world = try World { request in
      if case .cancel(let cancelled) = request.verb {
        return result(request, CancelResult(run: cancelled, workload: "rings", wasRunning: true))
      }
      return [
        ControlReply(
          id: request.id,
          event: Sample.record(
            .runStarted(
              run: run, workload: "rings", parameters: .object([]), seed: 1, nodes: [])))
      ]
    }
    if byKeyboard { world.heard.state.withLock { $0.interrupts = 3 } }
    let status =
      byKeyboard ? try world.run("run", "rings") : try world.run("run", "rings", "--timeout", "2s")
    #expect(status == .timeout)
    #expect(world.heard.requests.last == .cancel(run: run))
    #expect(world.heard.notes[0].hasSuffix("run 5: it is cancelled"))
  }

  @Test func parametersAreCheckedBeforeAnythingIsSent() throws {
    let world = try World()
    #expect(try world.run("run", "kv", "--set", "novalue") == .usage)
    #expect(try world.run("run", "kv", "--set", "a=1", "--set", "a=2") == .usage)
    #expect(try world.run("run", "program.go") == .usage)
    #expect(world.heard.requests.isEmpty)
  }
}
