// A cluster goes up and down, again and again, from whatever was left of it.

import Foundation
import Glibc
import Testing

extension ClusterTests {
  @Suite("A cluster's life") struct LifecycleTests {
    @Test("up and down, twice in a row", .timeLimit(.minutes(2)))
    func twice() throws {
      let cluster = try Cluster("twice")
      defer { cluster.removeFolder() }
      for _ in 1...2 {
        try cluster.up(nodes: 2)
        let status = try cluster.status()
        #expect(try status.members == [1, 2])
        #expect(try status.json.string("name") == cluster.name)
        #expect(try status.json.string("phase") == "idle")
        let pids = try status.pids
        #expect(pids.allSatisfy(Pid.isAlive))
        #expect(Set(cluster.processes()) == Set(pids))
        cluster.takeDown()
        for pid in pids { #expect(!Pid.isAlive(pid), "\(pid) is alive") }
      }
    }

    @Test("up ends with where the logs lie and the next three commands", .timeLimit(.minutes(1)))
    func lastWords() throws {
      try withCluster("words") { cluster in
        let reply = try cluster.run("up", "--nodes", "1")
        let logs = try #require(
          reply.output.split(separator: "\n").first { $0.hasPrefix("logs: ") })
        #expect(FileManager.default.fileExists(atPath: String(logs.dropFirst(6))))
        for verb in ["run", "gc", "logs"] { #expect(reply.output.contains("greywave \(verb) ")) }
      }
    }

    @Test("two clusters of different names do not touch each other", .timeLimit(.minutes(2)))
    func sideBySide() throws {
      try withCluster("left", nodes: 2) { left in
        let right = Cluster("right", beside: left)
        defer { right.takeDown() }
        try right.up(nodes: 1)
        #expect(try left.status().members == [1, 2])
        #expect(try right.status().members == [1])
        #expect(try Set(left.status().pids).isDisjoint(with: right.status().pids))
        try right.run("run", "binary-trees", "--set", "depth=6")
        #expect(try left.status().json.array("runs").isEmpty)
        try right.run("down")
        right.expectNothingLeft()
        try left.run("gc")
      }
    }

    @Test("up on a running cluster changes nothing", .timeLimit(.minutes(1)))
    func upAgain() throws {
      try withCluster("again", nodes: 2) { cluster in
        let before = try cluster.status().pids
        let result = try cluster.json("up")
        #expect(try result.array("started").isEmpty)
        let same = try cluster.json("up", "--nodes", "2")
        #expect(try same.array("started").isEmpty)
        #expect(try cluster.status().pids == before)
      }
    }

    @Test("down twice, and of what never was", .timeLimit(.minutes(1)))
    func downOfNothing() throws {
      let cluster = try Cluster("never")
      defer { cluster.removeFolder() }
      cluster.takeDown()
      try cluster.up(nodes: 1)
      cluster.takeDown()
      cluster.takeDown()
    }

    enum Victim: String, CaseIterable, Sendable { case coordinator, node, everything }

    @Test("down after a kill -9", .timeLimit(.minutes(2)), arguments: Victim.allCases)
    func downOfTheDead(_ victim: Victim) throws {
      try withCluster("dead", nodes: 2) { cluster in
        let status = try cluster.status()
        let dead =
          switch victim {
          case .coordinator: [try status.coordinator]
          case .node: [try status.pid(ofNode: 2)]
          case .everything: try status.pids
          }
        for pid in dead { try Pid.killHard(pid) }
        cluster.takeDown()
      }
    }

    @Test("up after a kill -9 of everything starts afresh", .timeLimit(.minutes(2)))
    func upOfTheDead() throws {
      try withCluster("afresh", nodes: 2) { cluster in
        for pid in try cluster.status().pids { try Pid.killHard(pid) }
        try cluster.up(nodes: 2)
        #expect(try cluster.status().nodes.map(\.state) == ["member", "member"])
        try cluster.verifyEmpty()
      }
    }

    @Test(
      "the folder of the sockets is private, and one that is not is refused",
      .timeLimit(.minutes(1)))
    func privateFolder() throws {
      try withCluster("private", nodes: 1) { cluster in
        let mode = try FileManager.default.attributesOfItem(atPath: cluster.runtime)
        #expect(mode[.posixPermissions] as? Int == 0o700)
        let other = Cluster("open", beside: cluster)
        try FileManager.default.createDirectory(
          atPath: other.runtime, withIntermediateDirectories: false,
          attributes: [.posixPermissions: 0o755])
        let reply = try other.command(["up", "--nodes", "1"])
        #expect(reply.code != 0)
        #expect(reply.errors.contains("chmod 700"), "\(reply.story)")
        rmdir(other.runtime)
      }
    }

    @Test("a second coordinator of the same name is refused", .timeLimit(.minutes(1)))
    func secondCoordinator() throws {
      try withCluster("second", nodes: 1) { cluster in
        let reply = try cluster.command(["coordinator"], limit: 20)
        #expect(reply.code == 1)
        #expect(reply.errors.contains("has a coordinator already"), "\(reply.story)")
        try cluster.run("gc")
      }
    }
  }
}

extension Pid {
  static func killHard(_ pid: Int) throws {
    kill(pid_t(pid), SIGKILL)
    guard end(pid, before: Deadline(seconds: 10)) else {
      throw TestFailure("\(pid) does not die of SIGKILL")
    }
  }
}
