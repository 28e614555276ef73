// The story of a cluster: every transition, in three forms, filtered.

import Foundation
import Testing

extension ClusterTests {
  @Suite("Logs") struct LogsTests {
    @Test(
      "tell every transition of a cycle with from, to and cause, in three forms",
      .timeLimit(.minutes(2)))
    func forms() throws {
      try withCluster("logs", nodes: 2) { cluster in
        try cluster.run("run", "rings", "--set", "rings=20", "--set", "length=10")
        try cluster.run("gc")
        let cycle = try cluster.json("gc").int("cycle")
        let events = try lines(cluster.run("logs", "--json", "--cycle", "\(cycle)"))
        let path = try events.filter { try $0.string("event") == "phase_transition" }.map {
          #expect(try !$0.string("cause").isEmpty)
          return "\(try $0.string("from"))>\(try $0.string("to"))"
        }
        #expect(
          path == [
            "idle>prepare", "prepare>stop1", "stop1>mark", "mark>stop2", "stop2>sweep",
            "sweep>idle",
          ])
        for event in events {
          for key in ["time", "monotonic_ns", "process", "level", "epoch", "event"] {
            #expect(event.has(key), "\(event)")
          }
        }
        let times = try lines(cluster.run("logs", "--json")).map { try $0.string("time") }
        #expect(times == times.sorted(), "the logs are not merged by time")

        let trace = try cluster.run("logs", "--format", "gctrace").output.split(separator: "\n")
        let cycles = try cluster.json("status").int("cycles")
        #expect(trace.count == cycles)
        let form = /^gc \d+ @\d+\.\d+s \d+%: [\d.]+\+[\d.]+\+[\d.]+ ms clock, .*\d+ P/
        for line in trace { #expect(line.contains(form), "\(line)") }
        let text = try cluster.run("logs").output
        #expect(text.contains("prepare → stop1"))
      }
    }

    @Test("keep the lines of back-to-back cycles apart", .timeLimit(.minutes(2)))
    func cycles() throws {
      try withCluster("apart", nodes: 2, ["--option", "stop_limit=300ms"]) { cluster in
        // An attempt that is cancelled: from then on epochs are ahead of cycles.
        try cluster.json(
          "run", "stubborn", "--on", "2", "--set", "work=1000000000", "--set", "steps=1000",
          "--detach")
        try cluster.event("run_output")
        let first = try cluster.start("gc", "--json")
        try cluster.event("stop_cancelled")
        try cluster.run("cancel", "1")
        #expect(try first.child.exitCode(within: 60) == 0)
        let several = try (0..<4).map { _ in try cluster.start("gc", "--json") }
        for one in several { #expect(try one.child.exitCode(within: 60) == 0) }
        let last = try cluster.json("gc")
        #expect(try last.int("epoch") > last.int("cycle"))
        for cycle in try 1...last.int("cycle") {
          let events = try lines(
            cluster.run("logs", "--json", "--cycle", "\(cycle)", "--process", "coordinator"))
          let path = try events.filter { try $0.string("event") == "phase_transition" }.map {
            "\(try $0.string("from"))>\(try $0.string("to"))"
          }
          #expect(
            path.prefix(5) == [
              "idle>prepare", "prepare>stop1", "stop1>mark", "mark>stop2", "stop2>sweep",
            ], "cycle \(cycle): \(path)")
          // The next one may be prepared before this one's garbage is freed.
          #expect(path.count == 6 && path.last?.hasPrefix("sweep>") == true, "\(path)")
        }
      }
    }

    @Test("are filtered by process, node, level and age", .timeLimit(.minutes(2)))
    func filters() throws {
      try withCluster("filter", nodes: 2) { cluster in
        try cluster.run("gc")
        let own = try lines(cluster.run("logs", "--json", "--process", "coordinator"))
        #expect(try !own.isEmpty && own.allSatisfy { try $0.string("process") == "coordinator" })
        let two = try lines(
          cluster.run("logs", "--json", "--process", "coordinator", "--process", "node-2"))
        #expect(two.count >= own.count)
        let about = try lines(cluster.run("logs", "--json", "--node", "2"))
        #expect(try about.contains { try $0.string("event") == "node_joined" })
        let pid = try cluster.status().pid(ofNode: 2)
        func isOwn(_ line: JSONValue) throws -> Bool {
          try ["node-2", "joining-\(pid)"].contains(line.string("process"))
        }
        #expect(
          try about.allSatisfy {
            try isOwn($0) || ($0.has("node") && $0.int("node") == 2)
          }, "\(about)")
        // From its first line on, which it wrote before it had a number.
        let of2 = try lines(cluster.run("logs", "--json", "--process", "node-2"))
        #expect(try of2.first?.string("event") == "process_started", "\(of2)")
        #expect(try of2.allSatisfy(isOwn), "\(of2)")
        #expect(try about.contains { try $0.string("event") == "process_started" })
        #expect(try (own + of2).allSatisfy { try $0.string("schema") == "greywave.event/1" })
        let nothing = try cluster.run("logs", "--node", "9")
        #expect(nothing.output.isEmpty)
        #expect(nothing.errors.contains("no line matches"), "\(nothing.story)")
        #expect(try cluster.run("logs", "--level", "error").output.isEmpty)
        #expect(try cluster.run("logs", "--since", "2020-01-01T00:00:00Z").output.contains("join"))
        #expect(try cluster.run("logs", "--since", "2099-01-01T00:00:00Z").output.isEmpty)
        #expect(try !cluster.run("logs", "--since", "5m").output.isEmpty)
      }
    }

    @Test(
      "can be read after the cluster is down, and followed until it is", .timeLimit(.minutes(2)))
    func afterwards() throws {
      try withCluster("after", nodes: 1) { cluster in
        let follower = try cluster.start("logs", "--follow")
        try cluster.run("gc")
        try cluster.run("down")
        #expect(try follower.child.exitCode(within: 20) == 0, "--follow outlives the cluster")
        let text = try cluster.run("logs").output
        #expect(text.contains("stop2 → sweep"))
        let ends = try lines(cluster.run("logs", "--json")).filter {
          try $0.string("event") == "process_ended"
        }
        #expect(ends.count == 2, "every process says how it ended: \(ends)")
      }
    }

    @Test(
      "of the last twenty clusters are kept, and clean removes them", .long, .timeLimit(.minutes(3))
    )
    func records() throws {
      let cluster = try Cluster("keep")
      defer { cluster.removeFolder() }
      let records = "\(cluster.folder)/state/greywave/\(cluster.name)"
      for _ in 1...22 {
        try cluster.up(nodes: 1)
        cluster.takeDown()
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: records).count == 20)
      try cluster.run("clean")
      let left = (try? FileManager.default.contentsOfDirectory(atPath: records)) ?? []
      #expect(left.isEmpty)
    }

    @Test("lie in a record with the configuration that held", .timeLimit(.minutes(1)))
    func record() throws {
      try withCluster("record") { cluster in
        let up = try cluster.json("up", "--nodes", "1", "--option", "GOGC=77")
        let record = try up.string("record")
        let files = try FileManager.default.contentsOfDirectory(atPath: record)
        let all = files.compactMap { FileManager.default.contents(atPath: "\(record)/\($0)") }
          .map { String(decoding: $0, as: UTF8.self) }.joined()
        #expect(all.contains("GOGC: 77"), "\(files)")
      }
    }

    private func lines(_ reply: Reply) throws -> [JSONValue] {
      try reply.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }
  }
}
