// A node leaves while it is at work: what it has comes to its end, or is named.

import Foundation
import Testing

extension ClusterTests {
  @Suite("Leaving") struct LeavingTests {
    private func owed(_ cluster: Cluster) throws -> [String] {
      try cluster.run("logs").output.split(separator: "\n").map(String.init).filter {
        $0.contains("still owes")
      }
    }

    @Test(
      "in the middle of a run that spreads: what it begins there is refused, and the run says so",
      .timeLimit(.minutes(3)))
    func inTheMiddle() throws {
      try withCluster("middle", nodes: 3) { cluster in
        try cluster.json("run", "rings", "--set", "rings=10000000", "--detach")
        try cluster.run("gc")
        try cluster.json("down", "--node", "3", limit: 90)
        #expect(try cluster.status().members == [1, 2])
        let run = try cluster.status().run(1)
        #expect(try run.string("state") == "failed", "\(run)")
        #expect(try run.string("message").contains("leaving the cluster"), "\(run)")
        // The run's tasks were dropped everywhere, so nothing was left to owe.
        #expect(try owed(cluster) == [])
        try cluster.verifyEmpty()
      }
    }

    @Test(
      "while its tasks come to their end: they do, and no other run is placed on it",
      .timeLimit(.minutes(3)))
    func afterItsTasks() throws {
      try withCluster("after", nodes: 3) { cluster in
        try cluster.json("run", "churn", "--on", "3", "--duration", "3s", "--detach")
        let leaving = try cluster.start("down", "--node", "3", "--json")
        let deadline = Deadline(seconds: 30)
        while try cluster.status().nodes.last?.state == "member", !deadline.isOver {}
        #expect(try cluster.status().nodes.last?.state == "leaving")
        let other = try cluster.json("run", "rings", "--set", "rings=5", "--set", "length=4")
        #expect(try other["nodes"].any as? [Int] == [1, 2])
        let refused = try cluster.run("run", "rings", "--on", "1,3", code: 1)
        #expect(refused.errors.contains("node 3 is leaving"), "\(refused.story)")
        #expect(try leaving.child.exitCode(within: 60) == 0)
        #expect(try cluster.status().members == [1, 2])
        let run = try cluster.status().run(1)
        #expect(try run.string("state") == "ok", "\(run)")
        #expect(try owed(cluster) == [])
        try cluster.verifyEmpty()
      }
    }

    @Test(
      "with tasks that do not end: it leaves at its limit, and the log says what it owed",
      .timeLimit(.minutes(3)))
    func atTheLimit() throws {
      try withCluster("limit", nodes: 3) { cluster in
        try cluster.json(
          "run", "churn", "--on", "3", "--set", "operations=1000000000", "--detach")
        try cluster.run("gc")
        try cluster.json("down", "--node", "3", limit: 90)
        #expect(try cluster.status().members == [1, 2])
        let run = try cluster.status().run(1)
        #expect(try run.string("state") == "failed", "\(run)")
        #expect(try run.string("message").contains("node 3"), "\(run)")
        let owed = try owed(cluster)
        #expect(owed.count == 1 && owed[0].contains("still owes 2 tasks"), "\(owed)")
        try cluster.verifyEmpty()
      }
    }
  }
}
