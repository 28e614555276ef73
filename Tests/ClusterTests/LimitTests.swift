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
    @Test(
      "a run that gets no memory says whose limit it was, which task's, and what helps",
      .timeLimit(.minutes(2)),
      arguments: [
        // Its objects lie on its own node; half of them lie on the other one.
        ("binary-trees", ["depth=20"]), ("list-across", ["length=1000000"]),
      ])
    func outOfMemory(_ workload: String, _ settings: [String]) throws {
      let options = ["--option", "heap_limit=4MiB", "--option", "allocation_patience=2s"]
      try withCluster("full", nodes: 2, options) { cluster in
        let words = ["run", workload] + settings.flatMap { ["--set", $0] }
        let run = try cluster.command(words + ["--json"], limit: 90)
        #expect(run.code == 1, "\(run.story)")
        let found = try run.json()
        #expect(try found.string("failure") == "out_of_memory", "\(found)")
        let message = try found.string("message")
        #expect(message.hasPrefix("out of memory: "), "\(message)")
        #expect(message.contains(/, task \d+ on node [12]/), "\(message)")
        #expect(message.contains(/on node [12], whose heap has a limit of 4\.00 MiB/), "\(message)")
        #expect(message.contains("raise heap_limit"), "\(message)")
        let event = try cluster.event("out_of_memory")
        #expect(try event.string("level") == "error" && event.int("limit_bytes") == 4 << 20)
        #expect(try event.int("run") == 1 && [1, 2].contains(event.int("node")))
        // For people the same.
        let told = try cluster.command(words, limit: 90)
        #expect(told.code == 1, "\(told.story)")
        #expect((told.output + told.errors).contains("raise heap_limit"), "\(told.story)")
        try cluster.verifyEmpty()
      }
    }
  }
}
