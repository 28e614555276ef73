// Two nodes that do a little of everything. Short: ThreadSanitizer runs this, ten times slower.

import Testing

extension ClusterTests {
  @Suite("Two nodes") struct TwoNodesTests {
    @Test(
      "build rings and trees, collect under load and by command, and end", .timeLimit(.minutes(5)))
    func aLittleOfEverything() throws {
      try withCluster("two", nodes: 2) { cluster in
        let detached = try cluster.json(
          "run", "graph", "--set", "operations=1000000000", "--set", "anchors=100", "--detach")
        for run in [
          ["rings", "--set", "rings=10", "--set", "length=10", "--set", "keep=2"],
          ["binary-trees", "--set", "depth=6"],
          ["kv", "--set", "keys=20", "--set", "operations=50"],
        ] {
          let reply = try cluster.command(["run"] + run + ["--json"])
          #expect(reply.code == 0, "\(reply.story)")
        }
        try cluster.run("gc")
        try cluster.verifyClean()
        try cluster.run("cancel", "\(detached.int("run"))")
        try cluster.verifyEmpty()
      }
    }
  }
}
