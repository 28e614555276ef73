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
        let status = try cluster.json("status")
        #expect(try status["without_rules"].any as? [String] == ["transit-root"])
        #expect(try cluster.run("status").output.contains("UNSAFE"))
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
