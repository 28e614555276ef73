// A laboratory cluster: rules are off, and nothing lets one forget it.

import Testing

extension ClusterTests {
  @Suite("Laboratory") struct LabTests {
    static let rules = [
      "transit-root", "sender-shade", "deletion-barrier", "insertion-barrier", "allocate-black",
      "count-batches",
    ]

    @Test("a rule that is off marks every line unsafe", .timeLimit(.minutes(2)))
    func unsafe() throws {
      try withCluster("lab") { cluster in
        let up = try cluster.run("up", "--nodes", "2", "--lab", "--without", "transit-root")
        #expect(up.errors.contains("UNSAFE"), "\(up.story)")
        try cluster.run("run", "binary-trees", "--set", "depth=6")
        try cluster.run("gc")
        let lines = try cluster.run("logs", "--json").output.split(separator: "\n")
        #expect(lines.count > 10)
        for line in lines {
          #expect(try JSONValue(parsing: String(line)).bool("unsafe"), "\(line)")
        }
        for line in try cluster.run("logs").output.split(separator: "\n") {
          #expect(line.contains("UNSAFE"), "\(line)")
        }
        let trace = try cluster.run("logs", "--format", "gctrace").output.split(separator: "\n")
        #expect(!trace.isEmpty && trace.allSatisfy { $0.contains(" | UNSAFE epoch ") }, "\(trace)")
        for words in [
          ["run", "binary-trees", "--set", "depth=6"], ["gc"], ["gc", "--step"], ["ps"],
          ["status"], ["metrics"], ["heap", "show"], ["set", "GOGC", "50"], ["up"],
        ] {
          for words in [words, words + ["--json"]] {
            let reply = try cluster.command(words)
            let marks = reply.errors.split(separator: "\n").filter { $0.hasPrefix("UNSAFE: ") }
            #expect(marks.count == 1 && marks[0].contains("transit-root"), "\(reply.story)")
            if words.contains("--step") {
              #expect(reply.errors.contains("UNSAFE  Enter: a step."), "\(reply.story)")
            }
          }
        }
        let verify = try cluster.command(["verify"])
        #expect(verify.errors.contains("UNSAFE: rules switched off: transit-root"))
        let status = try cluster.json("status")
        #expect(try status["without_rules"].any as? [String] == ["transit-root"])
        #expect(try cluster.run("status").output.contains("UNSAFE"))
      }
    }

    /// Two dozen lists on each of two nodes grow, object by object on the other node. The answers
    /// wait for long behind steps of 20 ms and more, because workers look at one message between
    /// two of them. What such an answer brings has no other root than its sender's transit table.
    private func build(in cluster: Cluster, _ body: ([Follower]) throws -> Void) throws {
      let lists = try (0..<24).map { _ in
        try cluster.start(
          "run", "list-across", "--set", "length=1000", "--set", "words=0", "--set",
          "rounds=1000000", "--json")
      }
      try cluster.event("run_started") { try $0.int("run") == 24 }
      try cluster.json(
        "run", "stubborn", "--set", "work=20000000", "--set", "steps=1000000000", "--detach")
      try cluster.event("run_output")
      try body(lists)
    }

    @Test(
      "a touch of a freed slot is a lost object with its name, and exit code 5",
      .timeLimit(.minutes(3)))
    func lost() throws {
      let options = ["--lab", "--without", "transit-root", "--option", "quantum_messages=1"]
      try withCluster("lost", nodes: 2, options) { cluster in
        try build(in: cluster) { lists in
          var lost = 0
          for _ in 1...20 where lost == 0 {
            try cluster.run("gc")
            lost = try cluster.json("ps").array("runs").filter {
              try $0.string("state") == "failed"
            }.count
          }
          #expect(lost > 0, "no answer was under way while a whole cycle passed, twenty times")
          let event = try cluster.event("lost_object") { $0.has("object") }
          #expect(try event.string("object").contains(/^[12]:\d+$/), "\(event)")
          #expect(try event.string("detail").contains("freed list-across.element"), "\(event)")
          #expect(try event.string("level") == "error" && event.bool("unsafe"))
          let run = try event.int("run")
          let asked = try cluster.event("lost_object") {
            try $0.int("run") == run && $0.string("detail").contains("task ")
          }
          #expect(try asked.string("detail").contains(/list, task \d+|a task of node [12]/))
          for run in 1...24 { try cluster.run("cancel", "\(run)") }
          // The rest was cancelled, which is a failure of another kind.
          let codes = try lists.map { try $0.child.exitCode(within: 30) }
          #expect(Set(codes).isSubset(of: [1, 5]) && codes.contains(5), "\(codes)")
        }
      }
    }

    @Test("with every rule in force the same loses nothing", .timeLimit(.minutes(3)))
    func notLost() throws {
      let options = ["--lab", "--option", "quantum_messages=1"]
      try withCluster("kept", nodes: 2, options) { cluster in
        try build(in: cluster) { lists in
          for _ in 1...6 { try cluster.run("gc") }
          for run in 1...25 { try cluster.run("cancel", "\(run)") }
          #expect(try lists.allSatisfy { try $0.child.exitCode(within: 30) == 1 })
          let lost = try cluster.run("logs", "--json").output.split(separator: "\n")
            .filter { $0.contains("lost_object") }
          #expect(lost.isEmpty, "\(lost)")
          try cluster.verifyClean()
        }
      }
    }

    /// Most of what a run leaves behind lies on spans that are passed over. Nothing of it is lost,
    /// and no later cycle frees it.
    @Test("verify finds what a sweep passes over, with exit code 1", .timeLimit(.minutes(2)))
    func garbage() throws {
      try withCluster("litter", nodes: 2, ["--lab", "--without", "sweep-all"]) { cluster in
        try cluster.json("run", "rings", "--set", "rings=40", "--set", "length=200")
        for _ in 1...2 {
          try cluster.run("gc")
          let found = try cluster.json("verify", code: 1)
          #expect(try found.int("garbage_objects") > 0, "\(found)")
          #expect(try found.int("lost_objects") == 0, "\(found)")
          for node in try found.array("nodes") {
            #expect(try node.int("garbage_objects") > 0, "\(node)")
          }
        }
        let told = try cluster.command(["verify"])
        #expect(told.code == 1 && told.output.contains("garbage"), "\(told.story)")
      }
    }

    @Test("with every rule in force the same leaves nothing", .timeLimit(.minutes(2)))
    func noGarbage() throws {
      try withCluster("swept", nodes: 2, ["--lab"]) { cluster in
        try cluster.json("run", "rings", "--set", "rings=40", "--set", "length=200")
        try cluster.verifyEmpty()
      }
    }

    @Test("every rule can be off", .long, .timeLimit(.minutes(4)))
    func everyRule() throws {
      for rule in Self.rules {
        try withCluster("off", nodes: 2, ["--lab", "--without", rule]) { cluster in
          #expect(
            try cluster.json("status")["without_rules"].any as? [String] == [rule])
          // Objects may be lost here: the run may fail, the cluster must not.
          let run = try cluster.command(["run", "hot-potato", "--json"], limit: 60)
          #expect([0, 1, 4, 5].contains(run.code), "\(run.story)")
          #expect(try cluster.status().members.count == 2)
        }
      }
    }

    @Test(
      "a cluster that is none refuses, and so does a rule that is none", .timeLimit(.minutes(1)))
    func refusals() throws {
      let cluster = try Cluster("tidy")
      defer { cluster.removeFolder() }
      let normal = try cluster.run("up", "--nodes", "1", "--without", "transit-root", code: 2)
      #expect(normal.errors.contains("lab"), "\(normal.story)")
      let wrong = try cluster.run("up", "--lab", "--without", "transit-rot", code: 2)
      #expect(wrong.errors.contains("transit-root"), "\(wrong.story)")
      cluster.expectNothingLeft()
    }
  }
}
