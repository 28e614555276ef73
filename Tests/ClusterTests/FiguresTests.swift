// The figures that scripts read: every field is there, and sums are sums.

import Testing

extension ClusterTests {
  @Suite("Figures") struct FiguresTests {
    /// What `gc --json` promises at least.
    static let ofACycle = [
      "cycle", "epoch", "trigger", "nodes", "stop1_us", "mark_us", "stop2_us", "sweep_us",
      "heap_start_bytes", "heap_end_bytes", "heap_live_bytes", "goal_bytes", "objects_marked",
      "objects_freed", "bytes_freed", "grey_refs_sent", "grey_batches", "waves",
      "false_candidates", "assist_us", "per_node",
    ]
    static let sums = [
      "heap_start_bytes", "heap_end_bytes", "heap_live_bytes", "goal_bytes", "objects_marked",
      "objects_freed", "bytes_freed", "grey_refs_sent", "grey_batches", "assist_us",
    ]

    @Test(
      "of a cycle under load are complete, and the sums of what the nodes report",
      .timeLimit(.minutes(2)))
    func cycle() throws {
      try withCluster("figures", nodes: 3) { cluster in
        try cluster.json(
          "run", "graph", "--set", "operations=1000000000", "--set", "anchors=500", "--detach")
        // The anchors take a while to be there; each collection finds more of them.
        var marked = 0
        for _ in 1...20 where marked == 0 {
          let figures = try cluster.json("gc")
          try check(figures)
          marked = try figures.int("objects_marked")
        }
        #expect(marked > 0)
        let status = try cluster.json("status")
        let last = try status["last_cycle"]
        try check(last)
        #expect(try last.int("cycle") == status.int("cycles"))
        try cluster.run("cancel", "1")
      }
    }

    private func check(_ figures: JSONValue) throws {
      for key in Self.ofACycle { #expect(figures.has(key), "no \(key)") }
      let nodes = try figures.array("per_node")
      #expect(try nodes.count == figures.int("nodes"))
      for key in Self.sums {
        let sum = try nodes.map { try $0.int(key) }.reduce(0, +)
        #expect(try figures.int(key) == sum, "\(key) is not the sum of the nodes' \(key)")
      }
      #expect(try figures.int("waves") >= 1)
      #expect(try figures.int("stop1_us") > 0 && figures.int("stop2_us") > 0)
      #expect(try figures.int("heap_live_bytes") <= figures.int("goal_bytes"))
    }

    @Test("of status, run, verify, ps, metrics and heap show are complete", .timeLimit(.minutes(1)))
    func others() throws {
      try withCluster("fields", nodes: 2) { cluster in
        let run = try cluster.json("run", "rings", "--set", "rings=10", "--set", "length=5")
        try expect(
          run,
          "run", "workload", "parameters", "seed", "nodes", "ok", "elapsed_us", "cycles", "result")
        // The same fields when nobody waits for the end.
        let detached = try cluster.json(
          "run", "rings", "--set", "rings=10000000", "--detach")
        #expect(detached.keys == run.keys)
        try cluster.run("cancel", "2")
        let joins = try cluster.event("node_joined") { try $0.int("node") == 2 }
        #expect(try joins["members"].any as? [Int] == [1, 2])
        let status = try cluster.json("status")
        try expect(status, "name", "phase", "epoch", "coordinator", "nodes", "runs")
        for node in try status.array("nodes") {
          try expect(node, "node", "pid", "host", "state", "heap_bytes", "goal_bytes", "objects")
        }
        let verified = try cluster.json("verify")
        try expect(
          verified, "reachable_objects", "lost_objects", "garbage_objects", "floating_objects",
          "nodes")
        for key in ["reachable_objects", "lost_objects", "garbage_objects", "floating_objects"] {
          let sum = try verified.array("nodes").map { try $0.int(key) }.reduce(0, +)
          #expect(try verified.int(key) == sum, "\(key)")
        }
        try expect(try cluster.json("ps"), "runs", "tasks")
        let metrics = try cluster.json("metrics")
        let names = try Set(metrics.array("cluster").map { try $0.string("name") })
        for name in [
          "/gc/cycles/total:gc-cycles", "/gc/heap/live:bytes", "/gc/heap/objects:objects",
          "/gc/heap/allocs:bytes", "/memory/classes/total:bytes", "/gc/scan/total:bytes",
          "/gc/gogc:percent", "/gc/gomemlimit:bytes", "/cpu/classes/gc/total:cpu-seconds",
          "/gc/cycles/automatic:gc-cycles", "/gc/cycles/forced:gc-cycles",
        ] { #expect(names.contains(name), "no \(name)") }
        #expect(try metrics.array("nodes").count == 2)
        let spans = try cluster.json("heap", "show")
        #expect(try spans.array("nodes").count == 2)
        #expect(try !cluster.run("heap", "show", "--colour").output.isEmpty)
        #expect(try cluster.json("heap", "show", "--node", "2").array("nodes").count == 1)
      }
    }

    private func expect(_ value: JSONValue, _ keys: String...) throws {
      for key in keys { #expect(value.has(key), "no \(key) in \(value.keys.sorted())") }
    }

    @Test(
      "of the heap agree: what the oracle reaches is what the last cycle found",
      .timeLimit(.minutes(1)))
    func agreement() throws {
      try withCluster("agree", nodes: 2) { cluster in
        // Held at its end, so that the heap stands still.
        try cluster.json(
          "run", "heap-snapshot", "--set", "rounds=1", "--set", "hold=300", "--detach")
        try cluster.event("run_output", within: 60)
        try cluster.run("gc")
        try cluster.run("gc")
        let cycle = try cluster.json("gc")
        let found = try cluster.verifyClean()
        #expect(try found.int("reachable_objects") > 10_000)
        #expect(try cycle.int("objects_marked") == found.int("reachable_objects"))
        try cluster.run("cancel", "1")
        try cluster.verifyEmpty()
      }
    }
  }
}
