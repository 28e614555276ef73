// Processes die without a word.

import Foundation
import Glibc
import Testing

extension ClusterTests {
  @Suite("Death") struct DeathTests {
    @Test(
      "of a node under load: it is fenced, the rest collect, its run fails and says why",
      .timeLimit(.minutes(3)))
    func ofANode() throws {
      try withCluster("fence", nodes: 4) { cluster in
        try cluster.json("run", "rings", "--set", "rings=10000000", "--detach")
        try cluster.json(
          "run", "graph", "--set", "operations=1000000000", "--set", "anchors=200", "--on", "1,2",
          "--detach")
        try cluster.run("gc")
        try Pid.killHard(try cluster.status().pid(ofNode: 3))
        let fenced = try cluster.event("node_fenced") { try $0.int("node") == 3 }
        #expect(try fenced.string("level") == "error")
        #expect(
          try fenced["members"].any as? [Int] == [1, 2, 4], "members after the fence: \(fenced)")
        let failed = try cluster.event("run_ended") { try $0.int("run") == 1 }
        #expect(try !failed.bool("ok"))
        #expect(try failed.string("message").contains("dead"), "\(failed)")
        for _ in 1...3 { #expect(try cluster.json("gc").int("nodes") == 3) }
        #expect(try cluster.status().members == [1, 2, 4])
        try cluster.verifyClean()
        #expect(try cluster.status().run(2).string("state") == "running")
        try cluster.run("cancel", "2")
        try cluster.verifyEmpty()
        // As many as before: with a new number.
        try cluster.up(nodes: 4)
        #expect(try cluster.status().members == [1, 2, 4, 5])
        try cluster.run("run", "rings", "--set", "rings=5", "--set", "length=4")
        try cluster.verifyEmpty()
      }
    }

    @Test(
      "of a node ends a run whose other tasks only wait for it, too", .timeLimit(.minutes(2)),
      arguments: ["churn", "binary-trees"])
    func ofANodeThatNobodyTouches(workload: String) throws {
      try withCluster("untouched", nodes: 2) { cluster in
        let waiting = try cluster.start("run", workload, "--duration", "600s", "--json")
        try cluster.event("run_started")
        try cluster.run("gc")
        try Pid.killHard(try cluster.status().pid(ofNode: 2))
        let line = try #require(try waiting.line(before: Deadline(seconds: 30)))
        #expect(try JSONValue(parsing: line).string("message").contains("node 2"), "\(line)")
        #expect(try waiting.child.exitCode(within: 10) == 1)
        try cluster.verifyEmpty()
      }
    }

    @Test("of a node ends a run that somebody waits for, with exit code 1", .timeLimit(.minutes(2)))
    func ofANodeWhileWaiting() throws {
      try withCluster("waiting", nodes: 2) { cluster in
        let waiting = try cluster.start("run", "rings", "--set", "rings=10000000", "--json")
        try cluster.event("run_started")
        try cluster.run("gc")
        try Pid.killHard(try cluster.status().pid(ofNode: 2))
        let line = try #require(try waiting.line(before: Deadline(seconds: 30)))
        let result = try JSONValue(parsing: line)
        #expect(try !result.bool("ok"))
        #expect(try result.string("message").contains("dead"), "\(result)")
        #expect(try waiting.child.exitCode(within: 10) == 1)
        try cluster.verifyEmpty()
      }
    }

    @Test(
      "of the coordinator: the nodes wait, up takes them over, the term rises",
      .timeLimit(.minutes(3)))
    func ofTheCoordinator() throws {
      try withCluster("reign", nodes: 3) { cluster in
        try cluster.json(
          "run", "graph", "--set", "operations=1000000000", "--set", "anchors=200", "--detach")
        try cluster.run("gc")
        try cluster.run("run", "rings", "--set", "rings=5", "--set", "length=4")
        let before = try cluster.status()
        let epoch = try before.json.int("epoch")
        try Pid.killHard(before.coordinator)
        let gone = try cluster.run("gc", code: 3)
        #expect(gone.errors.contains("cluster/up"), "\(gone.story)")
        for node in try before.nodes { #expect(Pid.isAlive(node.pid), "node \(node.id) is dead") }
        try cluster.up(nodes: 3)
        let after = try cluster.status()
        #expect(try after.term == before.term + 1)
        #expect(try after.nodes.map(\.pid).sorted() == before.nodes.map(\.pid).sorted())
        #expect(try after.members == [1, 2, 3])
        let figures = try cluster.json("gc")
        #expect(try figures.int("epoch") > epoch, "an epoch's number came back")
        // The load went on all the while.
        #expect(try figures.int("objects_marked") > 0)
        try cluster.verifyClean()
        try cluster.event("coordinator_taken_over") { try $0.int("term") == before.term + 1 }
        // The new one knows the run and how old it is, and can end it; and the one that ended.
        #expect(try after.run(1).string("state") == "running")
        #expect(try after.run(1).int("elapsed_us") > before.run(1).int("elapsed_us"))
        #expect(try after.run(2).string("state") == "ok")
        #expect(try after.run(2).int("elapsed_us") == before.run(2).int("elapsed_us"))
        try cluster.run("cancel", "1")
        try cluster.verifyEmpty()
      }
    }

    @Test(
      "of the coordinator after a cancelled run: the next one tells it again until all know it",
      .timeLimit(.minutes(2)))
    func afterACancel() throws {
      try withCluster("ended", nodes: 2, ["--option", "GOGC=1000"]) { cluster in
        func untold() throws -> [Int] {
          let text = try String(contentsOfFile: "\(cluster.runtime)/state.json", encoding: .utf8)
          return try JSONValue(parsing: text).array("ended").map { try $0.int("run") }
        }
        try cluster.json("run", "rings", "--set", "rings=10000000", "--detach")
        try cluster.run("cancel", "1")
        #expect(try untold() == [1])
        try Pid.killHard(try cluster.status().coordinator)
        try cluster.up(nodes: 2)
        #expect(try untold() == [1])
        try cluster.run("gc")
        try cluster.verifyEmpty()
        #expect(try untold() == [])
      }
    }

    @Test(
      "of the coordinator while a run comes to its end: its successor hears of it",
      .timeLimit(.minutes(2)))
    func whileARunEnds() throws {
      try withCluster("gap", nodes: 2) { cluster in
        try cluster.json("run", "churn", "--duration", "2s", "--detach")
        try Pid.killHard(try cluster.status().coordinator)
        // It ends now, and nobody is there to hear it.
        #expect(throws: TestFailure.self) { try cluster.event("run_ended", within: 8) }
        try cluster.up(nodes: 2)
        let ended = try cluster.event("run_ended")
        #expect(try ended.bool("ok"), "\(ended)")
        #expect(try cluster.status().run(1).string("state") == "ok")
        try cluster.verifyEmpty()
      }
    }

    @Test("of the coordinator during collections, again and again", .long, .timeLimit(.minutes(4)))
    func ofManyCoordinators() throws {
      try withCluster("reigns", nodes: 3) { cluster in
        try cluster.json(
          "run", "graph", "--set", "operations=1000000000", "--set", "anchors=2000", "--detach")
        for term in 1...10 {
          // Killed while a collection that somebody waits for is on its way: a node that is
          // stopped keeps it from ending.
          let node = try cluster.status().nodes[term % 3].pid
          let last = try cluster.status().json.int("epoch")
          kill(pid_t(node), SIGSTOP)
          defer { kill(pid_t(node), SIGCONT) }
          let collecting = try cluster.start("gc")
          try cluster.event("cycle_started") { try $0.int("attempt") > last }
          try Pid.killHard(try cluster.status().coordinator)
          #expect(
            try collecting.child.exitCode(within: 70) != 4, "gc waited for a dead coordinator")
          kill(pid_t(node), SIGCONT)
          try cluster.up(nodes: 3)
          #expect(try cluster.status().term == term + 1)
          #expect(try cluster.status().members == [1, 2, 3])
          try cluster.run("gc")
          try cluster.verifyClean()
        }
      }
    }

    @Test("of the coordinator for good: orphaned nodes end by themselves", .timeLimit(.minutes(2)))
    func ofOrphans() throws {
      try withCluster("orphans") { cluster in
        let file = try cluster.write(
          "orphans.yaml",
          "orphan_timeout: 3s\nfence_after: 1s\nstop_limit: 500ms\nheartbeat: 100ms\n")
        try cluster.up(nodes: 2, ["--config", file])
        let status = try cluster.status()
        try Pid.killHard(status.coordinator)
        for node in try status.nodes {
          #expect(
            Pid.end(node.pid, before: Deadline(seconds: 20)), "orphan \(node.id) stays")
        }
        let end = try cluster.event("process_ended") { try $0.string("process") == "node-1" }
        #expect(try !end.string("reason").isEmpty)
        // What such a node leaves is its own to remove.
        let files = try FileManager.default.contentsOfDirectory(atPath: cluster.runtime)
        #expect(files.allSatisfy { !$0.hasPrefix("node-") }, "left: \(files)")
      }
    }

    @Test("of nodes, one after the other, down to one", .long, .timeLimit(.minutes(3)))
    func oneAfterTheOther() throws {
      try withCluster("fewer", nodes: 5) { cluster in
        for node in 2...5 {
          try cluster.json("run", "rings", "--set", "rings=10000000", "--detach")
          try cluster.run("gc")
          try Pid.killHard(try cluster.status().pid(ofNode: node))
          try cluster.event("node_fenced") { try $0.int("node") == node }
          try cluster.run("gc")
          try cluster.verifyEmpty()
        }
        #expect(try cluster.status().members == [1])
      }
    }
  }
}
