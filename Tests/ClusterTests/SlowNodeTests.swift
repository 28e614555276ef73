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
