// A task within a step that does not end keeps nobody's process alive.

import Glibc
import Testing

extension ClusterTests {
  @Suite("A node whose task does not come to a safepoint") struct StubbornEndTests {
    /// A step of it takes minutes.
    private func stick(_ cluster: Cluster) throws {
      try cluster.json(
        "run", "stubborn", "--on", "2", "--set", "work=300000000000", "--set", "steps=5",
        "--detach")
      try cluster.event("run_started")
      // A stop finds it within its step.
      let collecting = try cluster.start("gc", "--json")
      try cluster.event("stop_cancelled")
      collecting.end()
    }

    private func withStuckCluster(_ name: String, _ body: (Cluster, Int) throws -> Void) throws {
      try withCluster(name) { cluster in
        let file = try cluster.write(
          "stuck.yaml",
          "stop_limit: 300ms\nheartbeat: 100ms\nfence_after: 1s\norphan_timeout: 2s\n")
        try cluster.up(nodes: 2, ["--config", file])
        try stick(cluster)
        try body(cluster, cluster.status().pid(ofNode: 2))
      }
    }

    @Test("ends when it has no coordinator any more", .timeLimit(.minutes(2)))
    func orphan() throws {
      try withStuckCluster("stuck") { cluster, node in
        try Pid.killHard(cluster.status().coordinator)
        #expect(Pid.end(node, before: Deadline(seconds: 15)), "it outlives its coordinator")
        let files = try? cluster.program("/bin/ls", [cluster.runtime], limit: 10).output
        #expect(files?.contains("node-\(node)") == false, "left behind: \(files ?? "")")
        let log = try cluster.run("logs", "--process", "node-2").output
        #expect(log.contains("worker 0, in a step of task"), "\(log.suffix(600))")
      }
    }

    @Test("goes down with the others, and is not killed", .timeLimit(.minutes(2)))
    func down() throws {
      try withStuckCluster("stuckdown") { cluster, node in
        let result = try cluster.json("down", "--patience", "5s")
        #expect(try result.array("killed").isEmpty, "\(result)")
        #expect(!Pid.isAlive(node))
      }
    }
  }
}
