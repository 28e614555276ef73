// A connection that leads nowhere although it stands: somebody has taken a node's name at its peer.
//
// A ROUTER gives a name to whoever claims it last, because a node that connects again has to get
// its own back. The connection that loses the name stays open and carries nothing. The impostor
// here is a few bytes of ZMTP written by hand. (Two nodes that can never be connected again are
// beyond a test with one socket: the simulator parts them.)

import Foundation
import Glibc
import Testing

/// Speaks just enough ZMTP 3.0 to be a DEALER with a routing id of its choice.
private final class Impostor {
  private let socket: Int32

  /// - Parameter endpoint: `ipc://` and a path.
  init(of node: Int, at endpoint: String) throws {
    socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0, endpoint.hasPrefix("ipc://") else {
      throw TestFailure("no way to \(endpoint)")
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) {
      $0.copyBytes(from: endpoint.dropFirst("ipc://".count).utf8)
    }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) }
    }
    guard result == 0 else { throw TestFailure("cannot connect to \(endpoint): errno \(errno)") }
    let id = [0x6E, UInt8(node >> 8), UInt8(node & 255)]
    try say(Self.greeting)
    try say(Self.ready(id))
    // The peer's greeting and READY: from now on it knows the name.
    try hear(bytes: 64 + 2)
  }

  deinit { close(socket) }

  /// Signature, version 3.0, the mechanism in 20 bytes, no server, filler.
  private static var greeting: [UInt8] {
    let signature = [0xFF] + [UInt8](repeating: 0, count: 8) + [0x7F]
    let mechanism = Array("NULL".utf8) + [UInt8](repeating: 0, count: 16)
    return signature + [3, 0] + mechanism + [0] + [UInt8](repeating: 0, count: 31)
  }

  /// A command of one short frame.
  private static func ready(_ id: [UInt8]) -> [UInt8] {
    func property(_ name: String, _ value: [UInt8]) -> [UInt8] {
      [UInt8(name.utf8.count)] + Array(name.utf8) + [0, 0, 0, UInt8(value.count)] + value
    }
    let body =
      [5] + Array("READY".utf8) + property("Socket-Type", Array("DEALER".utf8))
      + property("Identity", id)
    return [4, UInt8(body.count)] + body
  }

  private func say(_ bytes: [UInt8]) throws {
    guard send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw TestFailure("the impostor cannot speak: errno \(errno)")
    }
  }

  private func hear(bytes count: Int) throws {
    var left = count
    let deadline = Deadline(seconds: 10)
    while left > 0 {
      guard Descriptor.isReady(socket, before: deadline) else {
        throw TestFailure("nobody answers the impostor")
      }
      var buffer = [UInt8](repeating: 0, count: left)
      let heard = recv(socket, &buffer, left, 0)
      guard heard > 0 else { throw TestFailure("the impostor was turned away: errno \(errno)") }
      left -= heard
    }
  }
}

extension ClusterTests {
  @Suite("A connection that carries nothing") struct SilentLinkTests {
    private func endpoint(ofNode node: Int, in cluster: Cluster) throws -> String {
      try cluster.event("node_joined") { try $0.int("node") == node }.string("endpoint")
    }

    @Test("is noticed, named and made anew, and nothing is lost", .timeLimit(.minutes(2)))
    func mended() throws {
      try withCluster("silent-link", nodes: 2) { cluster in
        let endpoint = try endpoint(ofNode: 1, in: cluster)
        try cluster.json(
          "run", "graph", "--set", "operations=1000000000", "--set", "anchors=200", "--detach")
        try cluster.run("gc")
        let impostor = try Impostor(of: 2, at: endpoint)
        // Nothing that node 2 sends arrives at node 1 from here on.
        let quiet = try cluster.event("link_quiet")
        #expect(try quiet.string("process") == "node-2" && quiet.int("peer") == 1, "\(quiet)")
        #expect(try quiet.int("quiet_us") >= 3_000_000, "\(quiet)")
        try cluster.event("link_reconnected")
        #expect(try cluster.json("gc", "--timeout", "30s").int("nodes") == 2)
        try cluster.run("cancel", "1")
        try cluster.verifyEmpty()
        let nodes = try cluster.json("status").array("nodes")
        #expect(try nodes.map { try $0.int("node") } == [1, 2], "somebody was fenced for it")
        withExtendedLifetime(impostor) {}
      }
    }
  }
}
