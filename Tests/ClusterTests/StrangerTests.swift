// Strangers at the sockets: whatever they say, however many they are, cycles are completed, memory
// has a bound and no core stays busy.
//
// Over tcp anybody of the host can connect to the coordinator and to every node; the control
// interface is a socket in the cluster's folder, where a script may run wild.

import Foundation
import Glibc
import Testing

extension ClusterTests {
  @Suite("Strangers at the sockets") struct StrangerTests {
    /// Private bytes that strangers may cost a process.
    private static let mostGrowth = 128 << 20

    @Test("garbage and half handshakes are ended and change nothing", .timeLimit(.minutes(2)))
    func garbage() throws {
      try withStrangers("garbage") { doors in
        var strangers: [(stranger: Stranger, what: String)] = []
        for endpoint in doors.endpoints {
          for bytes in Self.garbage + Self.halfHandshakes {
            let stranger = try #require(Stranger(endpoint), "\(endpoint)")
            stranger.say(bytes)
            strangers.append((stranger, "\(endpoint) keeps who said \(bytes.prefix(12))"))
          }
        }
        try doors.collect()
        let deadline = Deadline(seconds: 20)
        for (stranger, what) in strangers {
          #expect(stranger.isClosed(before: deadline), "\(what)")
        }
      }
    }

    /// What ends a connection at once, or within the limit for a handshake.
    private static var garbage: [[UInt8]] {
      let random = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 >> 3) }
      return [
        Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), random,
        ZMTP.greeting + [0x04, 0xFF] + random,
        // More than any message may have.
        ZMTP.greeting + ZMTP.ready("a stranger") + ZMTP.announced(1 << 40),
      ]
    }

    private static var halfHandshakes: [[UInt8]] {
      [[], [0xFF], ZMTP.greeting, Array((ZMTP.greeting + ZMTP.ready("x")).dropLast(3))]
        .flatMap { Array(repeating: $0, count: 5) }
    }

    /// A cycle in a flood, in seconds; without one it takes some hundredths.
    private static let longestCycle = 3.0

    @Test("a flood of well-formed messages delays no cycle for long", .timeLimit(.minutes(2)))
    func flood() throws {
      try withStrangers("flood") { doors in
        let flood = try Flood(doors.endpoints)
        let before = try doors.pids.map { try Consumption.residentBytes(of: $0) }
        // libzmq's thread and the process's own read what comes; nobody else has anything to do.
        let load = try Consumption.load(of: doors.pids)
        #expect(load.allSatisfy { $0 < 1.6 }, "\(load) of a core in the flood")
        for _ in 0..<5 {
          let start = ContinuousClock.now
          try doors.collect()
          let seconds = (ContinuousClock.now - start) / .seconds(1)
          #expect(seconds < Self.longestCycle * Deadline.scale, "a cycle took \(seconds) s")
        }
        for (pid, bytes) in zip(doors.pids, before) {
          let grown = try Consumption.residentBytes(of: pid) - bytes
          #expect(
            grown < Self.mostGrowth, "in the flood, process \(pid) grew by \(grown >> 20) MiB")
        }
        flood.end()
        #expect(flood.bytes > 1 << 20, "that was no flood: \(flood.bytes) bytes")
        // A line for each frame would fill the logs.
        let lines = try doors.cluster.run("logs", "--level", "warning", "--json").output
        let malformed = lines.split(separator: "\n").count { $0.contains("malformed_frame") }
        #expect((1...500).contains(malformed), "\(malformed) lines of malformed frames")
      }
    }

    @Test("a message of parts without end is cut off", .timeLimit(.minutes(2)))
    func endlessParts() throws {
      try withStrangers("parts") { doors in
        let part = (0..<1_000).flatMap { _ in ZMTP.frame([1, 2], more: true) }
        let deadline = Deadline(seconds: 30)
        // The control interface cannot be reached from outside.
        for endpoint in doors.endpoints where endpoint.hasPrefix("tcp://") {
          let stranger = try #require(Stranger(endpoint))
          try #require(stranger.greet("a stranger", before: deadline))
          var parts = 0
          while stranger.sayAll(part, before: deadline) { parts += 1_000 }
          #expect(!deadline.isOver, "\(endpoint) took \(parts) parts")
        }
        try doors.cluster.event("remark") { try $0.string("text").contains("without end") }
      }
    }

    @Test("a crowd at one door keeps nobody from another", .timeLimit(.minutes(2)))
    func crowdAtOneDoor() throws {
      try withStrangers("one-door") { doors in
        try doors.makeDescriptorsShort()
        let door = try #require(doors.endpoints.first)
        var strangers: [Stranger?] = []
        // One after the other, so that some always stay; whether the next one is the last that
        // there is room for changes from one to the next. Who asks comes through the control
        // interface, where there is nobody who could make room.
        for count in 1...16 {
          strangers.append(Stranger(door))
          strangers.last??.say(ZMTP.greeting + ZMTP.ready(""))
          try doors.cluster.run("status")
          if count > 8 { try doors.collect() }
        }
        #expect(strangers.contains { $0?.isClosed(before: Deadline(seconds: 0)) == false })
      }
    }

    private static func crowd(at endpoints: [String]) -> [Stranger?] {
      let strangers = endpoints.flatMap { endpoint in (0..<60).map { _ in Stranger(endpoint) } }
      for stranger in strangers { stranger?.say(ZMTP.greeting + ZMTP.ready("")) }
      return strangers
    }

    @Test(
      "out of descriptors nobody spins, and strangers that go make room", .timeLimit(.minutes(2)))
    func outOfDescriptors() throws {
      try withStrangers("emfile") { doors in
        try doors.makeDescriptorsShort()
        try withExtendedLifetime(Self.crowd(at: doors.endpoints)) {
          try doors.refuseSomebody()
          let load = try Consumption.load(of: doors.pids)
          #expect(load.allSatisfy { $0 < 0.4 }, "\(load) of a core while nothing happens")
          // Nor is anybody of the cluster shut out meanwhile, or a member's connection ended.
          try doors.collect()
          let log = try doors.cluster.run("logs", "--json").output
          #expect(!log.contains("\"coordinator_lost\""), "a member lost its coordinator")
        }
        try doors.cluster.up(nodes: 3)
        try doors.collect()
      }
    }

    @Test("ten thousand connections are carried or refused", .long, .timeLimit(.minutes(5)))
    func tenThousand() throws {
      var limits = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
      limits.rlim_cur = limits.rlim_max
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
      // Those of both ends: the processes of the cluster have the same limit.
      let count = min(10_000, Int(clamping: limits.rlim_max) - 500)
      try withStrangers("many", growth: 600 << 20) { doors in
        let endpoint = try #require(doors.endpoints.first)
        let strangers = (0..<count).map { _ in Stranger(endpoint) }
        for stranger in strangers { stranger?.say(ZMTP.greeting + ZMTP.ready("")) }
        try doors.collect()
        let load = try Consumption.load(of: doors.pids)
        #expect(load.allSatisfy { $0 < 0.4 }, "\(load) of a core while nothing happens")
        #expect(strangers.count { $0 != nil } > count / 2)
      }
    }

    // MARK: The cluster

    private struct Doors {
      let cluster: Cluster
      let endpoints: [String]
      let pids: [Int]

      /// A cycle is completed as if nobody was there.
      func collect() throws { try cluster.run("gc", "--timeout", "20s") }

      /// From now on each process can have ten more than it has.
      func makeDescriptorsShort() throws {
        for pid in pids {
          let limit = try Consumption.descriptors(of: pid) + 10
          let reply = try cluster.program(
            "/usr/bin/prlimit", ["--pid", "\(pid)", "--nofile=\(limit):"], limit: 10)
          try #require(reply.code == 0, "\(reply.story)")
        }
      }

      /// Waits for the words of a process that has no descriptor left.
      func refuseSomebody() throws {
        try cluster.event("remark") {
          try $0.string("text").contains("no connection can be accepted")
        }
      }
    }

    /// Two nodes at work over tcp; whole, small and quiet afterwards.
    private func withStrangers(
      _ name: String, growth: Int = mostGrowth, _ body: (Doors) throws -> Void
    ) throws {
      try withCluster(name, nodes: 2, ["--transport", "tcp"]) { cluster in
        let status = try cluster.status()
        let nodes = try status.members.map { member in
          try cluster.event("node_joined") { try $0.int("node") == member }.string("endpoint")
        }
        let file = "\(cluster.runtime)/endpoint"
        let coordinator = try String(contentsOfFile: file, encoding: .utf8)
        let doors = Doors(
          cluster: cluster,
          endpoints: [coordinator.trimmingCharacters(in: .whitespacesAndNewlines)] + nodes + [
            "ipc://\(cluster.runtime)/ctl"
          ], pids: try status.pids)
        try doors.collect()
        let before = try doors.pids.map { try Consumption.residentBytes(of: $0) }
        try body(doors)
        for (pid, bytes) in zip(doors.pids, before) {
          let grown = try Consumption.residentBytes(of: pid) - bytes
          #expect(grown < growth, "process \(pid) grew by \(grown >> 20) MiB")
        }
        let load = try Consumption.load(of: doors.pids)
        #expect(load.allSatisfy { $0 < 0.4 }, "\(load) of a core afterwards")
        #expect(try cluster.status().members.starts(with: status.members))
        try cluster.run("run", "rings", "--set", "rings=20", "--set", "length=10")
        try cluster.verifyEmpty()
      }
    }
  }
}
