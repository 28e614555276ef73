// Nodes come and go under load: four, one more, one fewer.

import Foundation
import Testing

extension ClusterTests {
  @Suite("Membership") struct MembershipTests {
    @Test(
      "a node joins under load, another leaves, and collections go on",
      .timeLimit(.minutes(3)))
    func oneMoreOneFewer() throws {
      try withCluster("members", nodes: 4) { cluster in
        // The load stays on three nodes: the fourth can leave while it goes on.
        try cluster.json(
          "run", "graph", "--set", "operations=1000000000", "--set", "anchors=500", "--on",
          "1,2,3", "--detach")
        try cluster.run("gc")
        try cluster.up(nodes: 5)
        #expect(try cluster.status().members == [1, 2, 3, 4, 5])
        #expect(try cluster.json("gc").int("nodes") == 5)
        let leaver = try cluster.status().pid(ofNode: 4)
        let left = try cluster.json("down", "--node", "4", limit: 90)
        #expect(try left.int("node") == 4)
        #expect(Pid.end(leaver, before: Deadline(seconds: 10)), "node 4 said goodbye and stays")
        #expect(try cluster.status().members == [1, 2, 3, 5])
        try cluster.event("node_left") { try $0.int("node") == 4 }
        #expect(try cluster.json("gc").int("nodes") == 4)
        try cluster.verifyClean()
        let run = try cluster.status().run(1)
        #expect(try run.string("state") == "running", "\(run)")
        try cluster.run("cancel", "1")
        try cluster.verifyEmpty()
      }
    }

    @Test("an idle node leaves, and its number is never given again", .timeLimit(.minutes(2)))
    func idleLeave() throws {
      try withCluster("idle", nodes: 2) { cluster in
        try cluster.json("down", "--node", "2", limit: 30)
        #expect(try cluster.status().members == [1])
        try cluster.up(nodes: 2)
        #expect(try cluster.status().members == [1, 3])
        try cluster.run("run", "rings", "--set", "rings=5", "--set", "length=4")
        try cluster.verifyEmpty()
      }
    }

    @Test("a node that is not there cannot leave", .timeLimit(.minutes(1)))
    func stranger() throws {
      try withCluster("stranger", nodes: 1) { cluster in
        let reply = try cluster.run("down", "--node", "7", code: 2)
        #expect(reply.errors.contains("7"), "\(reply.story)")
      }
    }
  }
}
