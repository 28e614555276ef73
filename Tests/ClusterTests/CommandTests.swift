// What people type: settings, mistakes and their exit codes, logs in three forms, help.

import Foundation
import Testing

extension ClusterTests {
  @Suite("The command line") struct CommandTests {
    static let verbs = [
      ["up"], ["down"], ["run"], ["ps"], ["cancel"], ["gc"], ["set"], ["status"], ["metrics"],
      ["logs"], ["verify"], ["heap", "show"], ["heap", "snapshot"],
      ["workloads"], ["clean"], ["bench"],
      ["coordinator"], ["node"], ["simulate"], ["explore"], ["check"], ["build"],
    ]

    @Test("--help of every verb shows an example", .timeLimit(.minutes(1)))
    func help() throws {
      let cluster = try Cluster("help")
      defer { cluster.removeFolder() }
      for verb in Self.verbs {
        let reply = try cluster.command(verb + ["--help"])
        #expect(reply.code == 0)
        #expect(
          reply.output.contains("$ greywave \(verb.joined(separator: " "))"), "\(reply.story)")
      }
      let all = try cluster.run("--help").output
      for verb in Self.verbs { #expect(all.contains("  \(verb[0]) "), "\(verb)") }
      let version = try cluster.run("--version").output
      #expect(version.hasPrefix("greywave ") && version.contains("("), "\(version)")
      for shell in ["bash", "zsh", "fish"] {
        #expect(try cluster.run("--generate-completion-script", shell).output.contains("greywave"))
      }
    }

    @Test("a mistake is exit code 2, with the nearest name", .timeLimit(.minutes(1)))
    func mistakes() throws {
      try withCluster("wrong", nodes: 2) { cluster in
        func refuses(
          _ words: String..., saying text: String, location: SourceLocation = #_sourceLocation
        ) throws {
          let reply = try cluster.command(words)
          #expect(reply.code == 2, "\(reply.story)", sourceLocation: location)
          #expect(reply.errors.contains(text), "\(reply.story)", sourceLocation: location)
          #expect(reply.output.isEmpty, "\(reply.story)", sourceLocation: location)
        }
        try refuses("run", "ring", saying: "rings")
        try refuses("run", "rings", "--set", "ringz=3", saying: "'rings'")
        try refuses("run", "rings", "--set", "rings=many", saying: "whole number")
        try refuses("run", "rings", "--set", "rings=0", saying: "1")
        try refuses("run", "rings", "--set", "rings", saying: "key=value")
        try refuses("run", "rings", "--on", "9", saying: "9")
        try refuses("run", "heap-snapshot", "--set", "partition=bsf", saying: "bfs")
        try refuses("set", "GOGC", "banana", saying: "GOGC")
        try refuses("set", "GOGC", "-5", saying: "GOGC: -5 is out of range")
        try refuses("run", "rings", "--seed", "-1", saying: "'-1' is invalid for '--seed")
        try refuses("set", "GOMEMLIMIT", "3", saying: "1MiB")
        try refuses("set", "stop_limit", "1s", saying: "stop_limit")
        try refuses("set", "GOGCC", "50", saying: "'GOGC'")
        try refuses("cancel", "99", saying: "99")
        try refuses("heap", "show", "--node", "9", saying: "9")
        try refuses("workloads", "ring", saying: "rings")
        try refuses("logs", "--level", "loud", saying: "warning")
        try refuses("logs", "--since", "yesterday", saying: "--since")
        try refuses("logs", "--process", "nobody", saying: "node-1")
        try refuses("status", "--name", "No_Name", saying: "name")
        try refuses("status", "--name", String(repeating: "a", count: 33), saying: "32")
        try refuses("colect", saying: "colect")
      }
    }

    @Test("a mistake is one JSON object where JSON was asked for", .timeLimit(.minutes(1)))
    func mistakesAsJSON() throws {
      let cluster = try Cluster("wrongjson")
      defer { cluster.removeFolder() }
      for (words, code) in [
        (["gc", "--fast"], 2), (["run"], 2), (["cancel", "x"], 2), (["colect"], 2),
        (["logs", "--level", "loud"], 2), (["status", "--name", "No_Name"], 2), (["gc"], 3),
      ] {
        let reply = try cluster.command(words + ["--json"])
        #expect(reply.code == code, "\(reply.story)")
        let error = try reply.json()
        #expect(try error.string("schema") == "greywave.error/1")
        #expect(try error.int("exit_code") == code)
        #expect(try !error.string("message").isEmpty && !reply.errors.isEmpty)
      }
    }

    @Test("a cluster that is not up is exit code 3 and names cluster/up", .timeLimit(.minutes(1)))
    func unknownCluster() throws {
      let cluster = try Cluster("nope")
      defer { cluster.removeFolder() }
      for verb in [
        ["gc"], ["run", "rings"], ["ps"], ["cancel", "1"], ["set", "GOGC", "50"], ["status"],
        ["metrics"], ["verify"], ["heap", "show"], ["logs"], ["down", "--node", "1"],
      ] {
        let reply = try cluster.command(verb)
        #expect(reply.code == 3, "\(reply.story)")
        #expect(reply.errors.contains("cluster/up"), "\(reply.story)")
      }
    }

    @Test("set changes the goal of a running cluster", .timeLimit(.minutes(2)))
    func set() throws {
      try withCluster("set", nodes: 2) { cluster in
        try cluster.json(
          "run", "heap-snapshot", "--set", "rounds=1", "--set", "hold=300", "--detach")
        try cluster.event("run_output", within: 60)
        func goal(at percent: String) throws -> (goal: Int, live: Int) {
          try cluster.run("set", "GOGC", percent)
          try cluster.run("gc")
          let figures = try cluster.json("gc")
          return (try figures.int("goal_bytes"), try figures.int("heap_live_bytes"))
        }
        let (small, live) = try goal(at: "50")
        let (large, _) = try goal(at: "400")
        let (off, _) = try goal(at: "off")
        // 4 MiB a node at GOGC 100 is the least.
        #expect(small >= live + live / 2 && small < live * 2 + (2 << 20))
        #expect(large >= live * 5 && large < live * 6 + (32 << 20))
        #expect(off == 0 || off > large)
        let status = try cluster.json("status")
        let settings = try status.array("settings").map {
          "\(try $0.string("key"))=\(try $0.string("value"))"
        }
        #expect(settings.contains("GOGC=off"))
        try cluster.event("setting_changed") { try $0.string("to") == "400" }
        try cluster.run("set", "GOMEMLIMIT", "256MiB")
        try cluster.run("set", "GOGC", "50")
        // A node that comes later lives by the same settings.
        try cluster.up(nodes: 3)
        try cluster.run("gc")
        let newcomer = try #require(
          try cluster.json("status").array("nodes").first { try $0.int("node") == 3 })
        #expect(try newcomer.int("goal_bytes") == 2 << 20, "\(newcomer)")
      }
    }

    @Test("ps, cancel, and a time limit", .timeLimit(.minutes(2)))
    func runs() throws {
      try withCluster("runs", nodes: 2) { cluster in
        let detached = try cluster.json(
          "run", "rings", "--set", "rings=10000000", "--detach")
        #expect(try detached.int("run") == 1)
        try cluster.run("gc")
        let list = try cluster.json("ps")
        #expect(try list.array("runs").count == 1)
        #expect(try !list.array("tasks").isEmpty)
        #expect(try cluster.run("ps").output.contains("rings"))
        try cluster.run("cancel", "1")
        try cluster.event("run_cancelled") { try $0.int("run") == 1 }
        #expect(try cluster.json("ps").array("tasks").isEmpty)
        try cluster.verifyEmpty()
        let late = try cluster.command(
          ["run", "rings", "--set", "rings=10000000", "--timeout", "1s"], limit: 30)
        #expect(late.code == 4, "\(late.story)")
        try cluster.event("run_cancelled") { try $0.int("run") == 2 }
        let timed = try cluster.json(
          "run", "churn", "--set", "operations=1000000000", "--duration", "1s", limit: 30)
        #expect(try timed.bool("ok"))
        #expect(try timed.int("elapsed_us") >= 1_000_000)
        try cluster.verifyEmpty()
      }
    }

    @Test("a run that does not end when its time is over is cancelled", .timeLimit(.minutes(1)))
    func overdue() throws {
      try withCluster("overdue", nodes: 2, ["--option", "time_scale=0.2"]) { cluster in
        let late = try cluster.command(
          [
            "run", "heap-snapshot", "--set", "rounds=1", "--set", "hold=300", "--duration", "100ms",
            "--json",
          ], limit: 30)
        #expect(late.code == 4, "\(late.story)")
        let result = try late.json()
        #expect(try result.string("message").contains("did not end"), "\(result)")
        #expect(try result.int("elapsed_us") >= 2_100_000)
        try cluster.event("run_cancelled") { try $0.int("run") == 1 }
        try cluster.verifyEmpty()
      }
    }

    @Test("cycles start by themselves, by heap size and by time", .timeLimit(.minutes(2)))
    func triggers() throws {
      try withCluster("auto") { cluster in
        let configuration = "\(cluster.folder)/often.yaml"
        try "periodic_cycle: 2s\n".write(
          toFile: configuration, atomically: true, encoding: .utf8)
        try cluster.up(nodes: 2, ["--config", configuration])
        let churn = try cluster.json("run", "churn", "--set", "operations=500000")
        #expect(try churn.int("cycles") > 0)
        try cluster.event("cycle_started") { try $0.string("trigger") == "heap" }
        try cluster.event("cycle_started") { try $0.string("trigger") == "periodic" }
      }
    }

    @Test("a cycle can be walked phase by phase", .timeLimit(.minutes(2)))
    func steps() throws {
      try withCluster("step", nodes: 2) { cluster in
        try cluster.json(
          "run", "graph", "--set", "operations=1000000000", "--set", "anchors=100", "--detach")
        let step = try cluster.command(["gc", "--step"], limit: 60)
        #expect(step.code == 0, "\(step.story)")
        for phase in ["prepare", "stop", "mark", "sweep"] {
          #expect(step.output.contains(phase) || step.errors.contains(phase), "\(step.story)")
        }
        try cluster.run("cancel", "1")
        try cluster.verifyEmpty()
      }
    }

    @Test("a file is found from where the command is given", .timeLimit(.minutes(2)))
    func relativeFile() throws {
      try withCluster("relative", nodes: 2) { cluster in
        guard let binary = Settings.binary else { return }
        let folder = "\(Settings.package)/configs/snapshots"
        let program = binary.hasPrefix("/") ? binary : "\(Settings.package)/\(binary)"
        for (file, code) in [("node-program.heapsnapshot", 0), ("none.heapsnapshot", 1)] {
          let reply = try cluster.program(
            "/usr/bin/env",
            [
              "-C", folder, program, "run", "heap-snapshot", "--set", "file=\(file)", "--set",
              "rounds=1",
            ], limit: 60)
          #expect(reply.code == code, "\(reply.story)")
          if code != 0 { #expect(reply.output.contains("\(folder)/\(file)"), "\(reply.story)") }
        }
        try cluster.verifyEmpty()
      }
    }

    @Test("the sample is found from anywhere, output has no empty lines", .timeLimit(.minutes(2)))
    func sample() throws {
      let cluster = try Cluster("sample")
      defer { cluster.removeFolder() }
      guard let binary = Settings.binary else { return }
      let program = binary.hasPrefix("/") ? binary : "\(Settings.package)/\(binary)"
      func elsewhere(_ words: String...) throws -> Reply {
        try cluster.program("/usr/bin/env", ["-C", cluster.folder, program] + words, limit: 60)
      }
      defer { cluster.takeDown() }
      let up = try elsewhere("up", "--nodes", "2")
      #expect(up.code == 0, "\(up.story)")
      let run = try elsewhere("run", "heap-snapshot", "--set", "rounds=2")
      #expect(run.code == 0, "\(run.story)")
      let lines = run.errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      #expect(lines.filter { $0.contains("round ") }.count == 2, "\(run.errors)")
      #expect(!lines.contains { $0.isEmpty }, "\(run.errors)")
      try cluster.verifyEmpty()
    }

    @Test("settings of a running cluster are more than Go's two", .timeLimit(.minutes(1)))
    func liveSettings() throws {
      try withCluster("live", nodes: 2) { cluster in
        try cluster.run("set", "log_level", "debug")
        try cluster.run("gc")
        // Of a node, and too unimportant for the level that it was started with.
        try cluster.event("pacer_decision")
        try cluster.run("set", "mark_utilization", "90")
        try cluster.run("set", "minimum_heap", "8MiB")
        let settings = try cluster.json("status").array("settings").map {
          "\(try $0.string("key"))=\(try $0.string("value"))"
        }
        for text in ["log_level=debug", "mark_utilization=90", "minimum_heap=8MiB", "GOGC=100"] {
          #expect(settings.contains(text), "\(settings)")
        }
        try cluster.run("gc")
        try cluster.event("pacer_decision") { try $0.int("goal_bytes") == 8 << 20 }
        let refused = try cluster.run("set", "heartbeat", "1s", code: 2)
        #expect(refused.errors.contains("log_level"), "\(refused.story)")
      }
    }

    @Test("a cycle can be walked quantum by quantum", .timeLimit(.minutes(2)))
    func quanta() throws {
      try withCluster("quantum", nodes: 2) { cluster in
        try cluster.json(
          "run", "heap-snapshot", "--set", "partition=hash", "--set", "rounds=1", "--set",
          "hold=600", "--detach")
        try cluster.event("run_output") { try $0.string("text").contains("holding") }
        // Twelve steps, then the end of the input lets the cycle run free.
        let reply = try cluster.command(
          ["gc", "--step", "--quantum", "20", "--json"], input: String(repeating: "\n", count: 12))
        #expect(reply.code == 0, "\(reply.story)")
        let steps = try reply.output.split(separator: "\n").map {
          try JSONValue(parsing: String($0))
        }
        #expect(steps.count == 14, "\(reply.story)")
        #expect(try steps.last?.bool("is_done") == true)
        #expect(try steps.dropLast().allSatisfy { try !$0.bool("is_done") })
        let marking = try steps.filter { try $0.string("phase") == "mark" }
        // prepare, stop 1, and then quanta: so small that marking outlasts the steps.
        #expect(marking.count == 11, "\(reply.story)")
        var before = [0, 0]
        for step in marking {
          let walks = try step.array("nodes").map { try $0["walk"] }
          let marked = try walks.map { try $0.int("objects_marked") }
          #expect(zip(before, marked).allSatisfy(<=), "\(step)")
          #expect(try walks.contains { try $0.int("grey_left") > 0 }, "\(step)")
          before = marked
        }
        #expect(before.allSatisfy { $0 > 0 }, "\(reply.story)")
        try cluster.run("gc")
        try cluster.run("cancel", "1")
        try cluster.verifyEmpty()
      }
    }
  }
}
