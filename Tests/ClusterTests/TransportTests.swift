// The same cluster over other transports and detectors, and what a configuration may say.

import Foundation
import Glibc
import Testing

extension ClusterTests {
  @Suite("Configurations") struct TransportTests {
    @Test("nodes reach each other over tcp", .timeLimit(.minutes(2)))
    func tcp() throws {
      try withCluster("tcp", nodes: 3, ["--config", "configs/tcp.yaml"]) { cluster in
        let joined = try cluster.event("node_joined")
        #expect(try joined.string("endpoint").hasPrefix("tcp://"))
        try cluster.run("run", "rings", "--set", "rings=20", "--set", "length=10")
        try cluster.verifyEmpty()
        // A new coordinator is found where the old one was, and fences nobody.
        let before = try cluster.status()
        try Pid.killHard(before.coordinator)
        try cluster.up(nodes: 3)
        let after = try cluster.status()
        #expect(try after.term == 2)
        #expect(try after.members == [1, 2, 3], "the nodes were not taken over")
        try Pid.killHard(after.pid(ofNode: after.members[2]))
        try cluster.event("node_fenced")
        try cluster.run("run", "rings", "--set", "rings=20", "--set", "length=10")
        try cluster.verifyEmpty()
      }
    }

    @Test("on one host stops have lines of their own", .timeLimit(.minutes(2)))
    func stopLines() throws {
      try withCluster("lines", nodes: 3) { cluster in
        try cluster.run("gc")
        try expectStopLines(3, of: cluster)
        // Those of a new coordinator are other ones.
        try Pid.killHard(cluster.status().coordinator)
        try cluster.up(nodes: 3)
        try cluster.run("run", "rings", "--set", "rings=20", "--set", "length=10")
        try expectStopLines(3, of: cluster)
        try cluster.verifyEmpty()
      }
      try withCluster("far", nodes: 2, ["--config", "configs/tcp.yaml"]) { cluster in
        try cluster.run("gc")
        try expectStopLines(0, of: cluster)
      }
    }

    @Test("a cluster without stop lines says why, and works", .timeLimit(.minutes(2)))
    func noStopLines() throws {
      try withCluster("nolines") { cluster in
        // What cannot be removed is in the place of the socket.
        let place = "\(cluster.runtime)/stops"
        try FileManager.default.createDirectory(
          atPath: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { rmdir(place) }
        try cluster.up(nodes: 2)
        let warning = try cluster.event("stop_lines_unavailable")
        #expect(try warning.string("path") == place && warning.int("errno") == Int(EADDRINUSE))
        #expect(try warning.string("level") == "warning", "\(warning)")
        try cluster.run("run", "rings", "--set", "rings=20", "--set", "length=10")
        try cluster.verifyEmpty()
        let lines = try cluster.run("logs", "--level", "warning").output.split(separator: "\n")
        #expect(lines.filter { $0.contains(place) }.count == 1, "\(lines)")
      }
    }

    /// The kernel's table is read in pieces while others open and close sockets, and then may leave
    /// out one that is there: it is read until it says what it should.
    private func expectStopLines(
      _ count: Int, of cluster: Cluster, location: SourceLocation = #_sourceLocation
    ) throws {
      let deadline = Deadline(seconds: 20)
      var found = try stopLines(of: cluster)
      while found != count, !deadline.isOver { found = try stopLines(of: cluster) }
      #expect(found == count, sourceLocation: location)
    }

    /// Connections of the kernel's that were accepted at the coordinator's path for them: of
    /// messages (type 5), connected (state 3).
    private func stopLines(of cluster: Cluster) throws -> Int {
      let all = try String(contentsOfFile: "/proc/net/unix", encoding: .utf8)
      return all.split(separator: "\n").filter { line in
        let fields = line.split(separator: " ")
        return fields.last == "\(cluster.runtime)/stops" && fields[4] == "0005" && fields[5] == "03"
      }.count
    }

    @Test(
      "every configuration that comes along works", .timeLimit(.minutes(3)),
      arguments: ["local", "tiny", "stress", "reference"])
    func files(_ name: String) throws {
      try withCluster("conf", nodes: 2, ["--config", "configs/\(name).yaml"]) { cluster in
        try cluster.run("run", "rings", "--set", "rings=20", "--set", "length=10")
        try cluster.verifyEmpty()
      }
    }

    @Test("Mattern's four counters detect the end as well", .timeLimit(.minutes(2)))
    func fourCounters() throws {
      try withCluster("four", nodes: 3, ["--option", "detector=four-counters"]) { cluster in
        try cluster.json(
          "run", "graph", "--set", "operations=1000000000", "--set", "anchors=200", "--detach")
        for _ in 1...5 { try cluster.run("gc") }
        try cluster.verifyClean()
        try cluster.run("cancel", "1")
        try cluster.verifyEmpty()
      }
    }

    @Test("several workers and mark workers a node", .timeLimit(.minutes(2)))
    func threads() throws {
      try withCluster("threads", nodes: 2, ["--option", "workers=2", "--option", "mark_workers=2"])
      {
        cluster in
        for workload in ["rings", "kv", "graph", "hot-potato"] {
          let settings = (EveryWorkloadTests.small[workload] ?? [:]).flatMap {
            ["--set", "\($0.key)=\($0.value)"]
          }
          let reply = try cluster.command(["run", workload] + settings)
          #expect(reply.code == 0, "\(reply.story)")
          try cluster.verifyEmpty()
        }
      }
    }

    @Test(
      "a mistake in a file is refused with its line and the nearest key", .timeLimit(.minutes(1)))
    func mistakes() throws {
      let cluster = try Cluster("oops")
      defer { cluster.removeFolder() }
      let unknown = try cluster.write("unknown.yaml", "nodes: 2\nheart_beat: 1s\n")
      let reply = try cluster.run("up", "--config", unknown, code: 2)
      #expect(reply.errors.contains("unknown.yaml:2"), "\(reply.story)")
      #expect(reply.errors.contains("heartbeat"), "\(reply.story)")
      for text in ["nodes: many\n", "nodes: 0\n", "heartbeat: 3\n", "transport: smoke\n", "[1\n"] {
        let file = try cluster.write("wrong.yaml", "# wrong\n" + text)
        let reply = try cluster.run("up", "--config", file, code: 2)
        #expect(reply.errors.contains("wrong.yaml:"), "\(text): \(reply.story)")
      }
      try cluster.run("up", "--config", "\(cluster.folder)/none.yaml", code: 2)
      cluster.expectNothingLeft()
    }

    @Test(
      "environment overrides file, flags override both, and --print-config says why",
      .timeLimit(.minutes(1)))
    func precedence() throws {
      let cluster = try Cluster("why")
      defer { cluster.removeFolder() }
      let file = try cluster.write("a.yaml", "GOGC: 150\nnodes: 3\nheartbeat: 250ms\n")
      let reply = try cluster.command(
        ["coordinator", "--print-config", "--config", file, "--option", "nodes=7"],
        environment: ["GOGC": "70", "GREYWAVE_NODES": "5"])
      #expect(reply.code == 0)
      for (key, source) in [
        ("GOGC: 70", "GOGC"), ("nodes: 7", "--option"), ("heartbeat: 250ms", "a.yaml"),
      ] {
        let line = reply.output.split(separator: "\n").first { $0.hasPrefix(key) }
        #expect(line?.dropFirst(key.count).contains(source) ?? false, "\(key): \(reply.output)")
      }
    }
  }
}
