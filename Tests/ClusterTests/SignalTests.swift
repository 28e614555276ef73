// SIGTERM and SIGINT: a process that is asked to end cleans up behind itself.

import Foundation
import Glibc
import Testing

extension ClusterTests {
  @Suite("Signals") struct SignalTests {
    static let signals: [(name: String, number: Int32)] = [
      ("SIGTERM", SIGTERM), ("SIGINT", SIGINT),
    ]

    @Test(
      "a node that is asked to end leaves the cluster", .timeLimit(.minutes(2)),
      arguments: ["SIGTERM", "SIGINT"])
    func node(_ signal: String) throws {
      try withCluster("node", nodes: 3) { cluster in
        let pid = try cluster.status().pid(ofNode: 2)
        send(signal, to: pid)
        #expect(Pid.end(pid, before: Deadline(seconds: 20)), "\(signal) does not end a node")
        try cluster.event("process_ended") { try $0.string("process") == "node-2" }
        try cluster.event("node_left") { try $0.int("node") == 2 }
        expectNoFiles(of: cluster) { $0.hasPrefix("node-\(pid)") }
        #expect(try cluster.status().members == [1, 3])
        try cluster.run("gc")
      }
    }

    @Test(
      "a coordinator that is asked to end says so, and leaves no socket", .timeLimit(.minutes(2)),
      arguments: ["SIGTERM", "SIGINT"])
    func coordinator(_ signal: String) throws {
      try withCluster("head", nodes: 2) { cluster in
        let pid = try cluster.status().coordinator
        send(signal, to: pid)
        #expect(Pid.end(pid, before: Deadline(seconds: 20)), "\(signal) does not end a coordinator")
        try cluster.event("process_ended") { try $0.string("process") == "coordinator" }
        expectNoFiles(of: cluster) { $0 == "coordinator.pid" || $0 == "coordinator" || $0 == "ctl" }
      }
    }

    @Test("Ctrl-C on a run that is waited for cancels it", .timeLimit(.minutes(2)))
    func cancels() throws {
      try withCluster("ctrl", nodes: 2) { cluster in
        let waiting = try cluster.start("run", "rings", "--set", "rings=10000000", "--json")
        try cluster.event("run_started")
        try cluster.run("gc")
        kill(pid_t(waiting.child.pid), SIGINT)
        #expect(try waiting.child.exitCode(within: 30) != 0)
        try cluster.event("run_cancelled")
        try cluster.verifyEmpty()
      }
    }

    /// Only SIGKILL leaves no time to let the cycle go: then the coordinator sees to it.
    @Test(
      "whoever walks a cycle and is gone does not hold the world", .timeLimit(.minutes(2)),
      arguments: Settings.all ? [SIGHUP, SIGTERM, SIGKILL] : [SIGTERM, SIGKILL])
    func walker(_ signal: Int32) throws {
      try withCluster("walker", nodes: 2) { cluster in
        try cluster.json("run", "churn", "--set", "operations=1000000000", "--detach")
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let input = "/proc/\(getpid())/fd/\(ends[0])"
        let walker = try Follower(cluster, ["gc", "--step", "--json"], input: input)
        // Prepared, then in stop 1: the world stands.
        _ = try walker.line(before: Deadline(seconds: 20))
        #expect(write(ends[1], "p\n", 2) == 2)
        let at = try #require(try walker.line(before: Deadline(seconds: 20)))
        #expect(try JSONValue(parsing: at).string("phase") == "stop1", "\(at)")
        let waiting = try cluster.command(["gc", "--timeout", "3s"])
        #expect(waiting.code == 4 && waiting.errors.contains("gc --step"), "\(waiting.story)")
        kill(pid_t(walker.child.pid), signal)
        _ = try walker.child.exitCode(within: 20)
        try cluster.run("gc", "--timeout", "15s")
        try cluster.run("cancel", "1")
        try cluster.verifyEmpty()
      }
    }

    /// However impatiently it is asked.
    @Test(
      "a bench that is ended ends its cluster first", .timeLimit(.minutes(3)),
      arguments: [SIGTERM, SIGINT],
      [
        ["--only", "stop1-nodes-2"], ["--compare", "--only", "9-stop1-idle-2"],
        ["--compare", "--only", "12-churn"],
      ])
    func bench(_ signal: Int32, _ words: [String]) throws {
      let cluster = try Cluster("bench")
      defer { cluster.removeFolder() }
      let bench = try Follower(
        cluster, ["bench", "--rounds", "1000"] + words, readsNotes: true)
      defer { kill(pid_t(bench.child.pid), SIGKILL) }
      let mark = "/greywave/bench-\(bench.child.pid)/"
      var said = ""
      let deadline = Deadline(seconds: 60)
      while !said.contains(": round 1 of 1000") {
        said = try #require(try bench.line(before: deadline), "after: \(said)")
      }
      // Where each round has a cluster of its own it is on its way now.
      if !words.contains("12-churn") { #expect(Pid.mentioning(mark).count == 3) }
      for _ in 1...3 { kill(pid_t(bench.child.pid), signal) }
      #expect(try bench.child.exitCode(within: 60) == 1)
      let left = Pid.mentioning(mark)
      #expect(left.isEmpty, "processes are left: \(left)")
      for pid in left { kill(pid_t(pid), SIGKILL) }
      let folders = try FileManager.default.contentsOfDirectory(atPath: "/tmp").filter {
        $0.hasPrefix("greywave-bench-")
          && FileManager.default.fileExists(atPath: "/tmp/\($0)/bench-\(bench.child.pid)")
      }
      #expect(folders.isEmpty, "left behind: \(folders)")
    }

    private func send(_ name: String, to pid: Int) {
      for (known, number) in Self.signals where known == name { kill(pid_t(pid), number) }
    }

    private func expectNoFiles(
      of cluster: Cluster, location: SourceLocation = #_sourceLocation,
      where isWrong: (String) -> Bool
    ) {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: cluster.runtime)) ?? []
      let left = files.filter(isWrong)
      #expect(left.isEmpty, "left behind: \(left)", sourceLocation: location)
    }
  }
}
