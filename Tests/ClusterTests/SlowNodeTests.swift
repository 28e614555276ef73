// A node that does not answer: nothing hangs, the log says who it was, and it goes on afterwards.

import Glibc
import Testing

extension ClusterTests {
  @Suite("A node that does not answer") struct SlowNodeTests {
    @Test(
      "holds up a collection, is named, and takes part again when it wakes", .timeLimit(.minutes(3))
    )
    func stopped() throws {
      try withCluster("slow") { cluster in
        let file = try cluster.write(
          "slow.yaml", "stop_limit: 300ms\nheartbeat: 100ms\nfence_after: 60s\n")
        try cluster.up(nodes: 3, ["--config", file])
        try cluster.json(
          "run", "churn", "--on", "1", "--set", "operations=1000000000", "--detach")
        try cluster.run("gc")
        let pid = try cluster.status().pid(ofNode: 2)
        kill(pid_t(pid), SIGSTOP)
        defer { kill(pid_t(pid), SIGCONT) }
        let reply = try cluster.run("gc", "--timeout", "4s", code: 4)
        let silent = try cluster.status().nodes.first { $0.id == 2 }?.state
        #expect(silent == "silent")
        // Whether it was in a stop or before one, somebody must be told who is waited for.
        let warnings = try cluster.run("logs", "--level", "warning").output
        #expect(
          warnings.contains("node 2") || reply.errors.contains("node 2"),
          "neither the answer nor the log names node 2: \(reply.errors) \(warnings)")
        // The others were not stopped for it.
        #expect(try cluster.status().run(1).string("state") == "running")
        kill(pid_t(pid), SIGCONT)
        #expect(try cluster.json("gc").int("nodes") == 3)
        try cluster.run("cancel", "1")
        try cluster.verifyEmpty()
      }
    }

    @Test("is named by whatever waits for it", .timeLimit(.minutes(3)))
    func named() throws {
      try withCluster("named", nodes: 2, ["--option", "fence_after=60s"]) { cluster in
        let pid = try cluster.status().pid(ofNode: 2)
        kill(pid_t(pid), SIGSTOP)
        defer { kill(pid_t(pid), SIGCONT) }
        let patient = [["ps"], ["metrics"], ["heap", "show"]]
        let limited = [
          ["verify", "--timeout", "2s"], ["down", "--node", "2", "--patience", "2s"],
          ["gc", "--step", "--timeout", "2s"],
        ]
        // Those without a limit of their own take ten seconds each.
        for words in limited + (Settings.all ? patient : []) {
          let reply = try cluster.command(words)
          #expect(reply.code == 4 && reply.errors.contains("node 2"), "\(reply.story)")
        }
      }
    }

    @Test(
      "because of a task without a safepoint: the stop is cancelled, node and task are named",
      .timeLimit(.minutes(2)))
    func stubborn() throws {
      try withCluster("stubborn") { cluster in
        let file = try cluster.write(
          "stubborn.yaml", "stop_limit: 200ms\nheartbeat: 50ms\nfence_after: 60s\n")
        try cluster.up(nodes: 3, ["--config", file])
        try cluster.json(
          "run", "churn", "--on", "1", "--set", "operations=1000000000", "--detach")
        // Each step takes a second or more; the others of its node wait for it.
        try cluster.json(
          "run", "stubborn", "--on", "2", "--set", "work=1000000000", "--set", "steps=1000",
          "--detach")
        try cluster.event("run_output") { try $0.int("run") == 2 }
        let collecting = try cluster.start("gc", "--json")
        let cancelled = try cluster.event("stop_cancelled") {
          try $0.array("blamed").contains { try !$0.string("task").isEmpty }
        }
        let blamed = try cancelled.array("blamed")
        #expect(try blamed.map { try $0.int("node") } == [2], "\(cancelled)")
        #expect(
          try blamed[0].string("task").contains(/^task \d+ of run 2$/), "\(cancelled)")
        #expect(try ["stop1", "stop2"].contains(cancelled.string("phase")), "\(cancelled)")
        #expect(try cancelled.int("waited_us") >= 200_000, "\(cancelled)")
        #expect(try cancelled.int("retry_us") > 0, "\(cancelled)")
        #expect(try cancelled.string("level") == "warning")
        let text = try cluster.run("logs", "--level", "warning").output
        #expect(text.contains(/node 2 in task \d+ of run 2 reached no safepoint/), "\(text)")
        // Nobody else was stopped for it, and once it is gone the collection comes to its end.
        #expect(try cluster.status().run(1).string("state") == "running")
        try cluster.run("cancel", "2")
        let line = try #require(try collecting.line(before: Deadline(seconds: 60)))
        #expect(try JSONValue(parsing: line).int("nodes") == 3)
        #expect(try collecting.child.exitCode(within: 10) == 0)
        try cluster.run("cancel", "1")
        try cluster.verifyEmpty()
      }
    }

    @Test("is fenced after the limit, and refused when it wakes", .timeLimit(.minutes(3)))
    func fenced() throws {
      try withCluster("silent") { cluster in
        let file = try cluster.write(
          "silent.yaml", "heartbeat: 100ms\nstop_limit: 500ms\nfence_after: 2s\n")
        try cluster.up(nodes: 3, ["--config", file])
        let pid = try cluster.status().pid(ofNode: 3)
        kill(pid_t(pid), SIGSTOP)
        defer { kill(pid_t(pid), SIGCONT) }
        try cluster.event("node_fenced") { try $0.int("node") == 3 }
        #expect(try cluster.json("gc").int("nodes") == 2)
        kill(pid_t(pid), SIGCONT)
        // Refused by everyone: it ends, or it is there again under a new number.
        let ended = Pid.end(pid, before: Deadline(seconds: 15))
        if !ended {
          let node = try cluster.status().nodes.first { $0.pid == pid }
          #expect(
            node.map { $0.id > 3 } ?? false,
            "the fenced process \(pid) lives on as \(String(describing: node))")
        }
        try cluster.run("gc")
        try cluster.verifyEmpty()
      }
    }
  }
}
