// A connection between two nodes that stands and carries nothing: the kernel tells neither end.
//
// A forwarder between them swallows what comes over the connections that there are at that moment,
// as a broken middlebox does, and passes on what comes over later ones.

import Testing

extension ClusterTests {
  @Suite("A connection that carries nothing") struct SilentLinkTests {
    @Test("is noticed and made anew, and nothing is lost", .timeLimit(.minutes(2)))
    func mended() throws {
      let forwarder = try Forwarder()
      defer { forwarder.end() }
      try withCluster("silent-link") { cluster in
        let file = try cluster.write(
          "silent.yaml",
          "transport: tcp\nhost: \(forwarder.inner)\nadvertise: \(forwarder.outer)\n")
        try cluster.up(nodes: 2, ["--config", file])
        try cluster.json(
          "run", "graph", "--set", "operations=1000000000", "--set", "anchors=200", "--detach")
        try cluster.run("gc")
        let endpoint = try cluster.event("node_joined") { try $0.int("node") == 1 }
          .string("endpoint")
        let port = try #require(UInt16(endpoint.split(separator: ":").last ?? ""))
        // Nothing that node 2 sends arrives at node 1 from here on.
        forwarder.swallow(port: port)
        // Who waits for an answer at that moment says so first; if nobody does, ZeroMQ's own
        // heartbeats end the connection.
        try cluster.event("link_reconnected")
        #expect(try cluster.json("gc", "--timeout", "30s").int("nodes") == 2)
        try cluster.run("cancel", "1")
        // What was under way is sent again when the receiver has not said that it is placed.
        let deadline = Deadline(seconds: 20)
        while try cluster.json("verify").int("reachable_objects") > 0, !deadline.isOver {}
        try cluster.verifyEmpty()
        let nodes = try cluster.json("status").array("nodes")
        #expect(try nodes.map { try $0.int("node") } == [1, 2], "somebody was fenced for it")
      }
    }
  }
}
