// A node of another host, as far as one machine can have two: another name, other pids, and tcp
// between them. What is a pid there is none here, or another process.

import Foundation
import Glibc
import Testing

extension ClusterTests {
  @Suite("A node of another host") struct OtherHostTests {
    /// As root, and as somebody who may make namespaces of his own.
    private static let ways = [
      ["--pid", "--fork", "--mount-proc", "--uts"],
      ["--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "--uts"],
    ]

    private static let way: [String]? = ways.first { options in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
      process.arguments = options + ["hostname", "elsewhere"]
      process.standardError = FileHandle.nullDevice
      guard (try? process.run()) != nil else { return false }
      process.waitUntilExit()
      return process.terminationStatus == 0
    }

    /// One that nobody has at this moment.
    private func freePort() throws -> Int {
      let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(file) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isBound = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(file, $0, size) == 0 && getsockname(file, $0, &size) == 0
        }
      }
      guard isBound else { throw TestFailure("no port is free") }
      return Int(UInt16(bigEndian: address.sin_port))
    }

    @Test(
      "joins by the coordinator's port alone, is not taken for a dead process, and leaves with it",
      .enabled(if: way != nil, "this machine allows no namespaces (unshare)"),
      .timeLimit(.minutes(2)))
    func joins() throws {
      let port = try freePort()
      let options = [
        "--transport", "tcp", "--option", "port=\(port)", "--option", "heartbeat=100ms",
        "--option", "fence_after=3s", "--option", "stop_limit=1s",
      ]
      try withCluster("host", nodes: 1, options) { cluster in
        // Its own folders: another host shares no files either.
        let there = "\(cluster.folder)/there"
        for folder in ["", "/run", "/state"] {
          try FileManager.default.createDirectory(
            atPath: there + folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        }
        let script = """
          hostname elsewhere
          export XDG_RUNTIME_DIR='\(there)/run' XDG_STATE_HOME='\(there)/state'
          exec "$BINARY" node --coordinator tcp://127.0.0.1:\(port)
          """
        let words = (Self.way ?? []) + ["/bin/bash", "-c", script]
        let child = try ChildProcess(
          "/usr/bin/unshare", words,
          environment: cluster.environment.merging(["BINARY": Settings.binary ?? ""]) { $1 },
          folder: Settings.package, output: 1, errors: 2)
        let joined = try cluster.event("node_joined") { try $0.string("host") == "elsewhere" }
        let node = try joined.int("node")
        #expect(try joined.string("endpoint").hasPrefix("tcp://127.0.0.1:"))
        try cluster.run("run", "rings", "--set", "rings=20", "--set", "length=10")
        try cluster.verifyEmpty()
        // Longer than a silent one would have.
        try cluster.run("run", "churn", "--duration", "4s")
        #expect(try cluster.status().members == [1, node])
        // A successor does not take it for dead either.
        try Pid.killHard(cluster.status().coordinator)
        try cluster.run("up", "--nodes", "2")
        #expect(try cluster.status().members == [1, node])
        try cluster.run("gc")
        try cluster.run("down")
        #expect(try child.exitCode(within: 20) == 0)
        #expect(
          try FileManager.default.contentsOfDirectory(atPath: there + "/run/\(cluster.name)")
            .filter { $0.hasPrefix("node-") }.isEmpty)
      }
    }
  }
}
