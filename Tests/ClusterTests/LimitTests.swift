// Memory limits: cycles come before anybody is parked, and the figures say what started them.

import Testing

extension ClusterTests {
  @Suite("Limits") struct LimitTests {
    @Test(
      "of the heap alone start cycles by themselves, before a task is parked",
      .timeLimit(.minutes(2)))
    func heapLimit() throws {
      try withCluster("limit") { cluster in
        let configuration = try cluster.write(
          "limit.yaml", "heap_limit: 128MiB\nGOGC: off\nworkers: 2\n")
        try cluster.up(nodes: 2, ["--config", configuration])
        let churn = try cluster.json("run", "churn", "--set", "operations=3000000", limit: 90)
        #expect(try churn.bool("ok"))
        #expect(try churn.int("cycles") > 0)
        for node in try cluster.json("status").array("nodes") {
          #expect(try node.int("limit_bytes") == 128 << 20)
          #expect(try node.int("goal_bytes") < 128 << 20)
        }
        let first = try cluster.event("cycle_started")
        #expect(try first.string("trigger") == "limit")
        #expect(try first.string("reason").hasSuffix("near its memory limit"))
        let cycle = try cluster.event("cycle_finished")
        #expect(try cycle.int("processors") == 4)
        #expect(try cycle.array("per_node").map { try $0.int("processors") } == [2, 2])
      }
    }
  }
}
