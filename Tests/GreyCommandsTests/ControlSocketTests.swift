// The way to a coordinator over real ZeroMQ, with both ends on one thread.

import Foundation
import GreyBasics
import GreyCommands
import GreyEvents
import Testing
import ZeroMQ

@Suite struct ControlSocketTests {
  @Test func requestsAndRepliesCrossTheSocket() throws {
    let world = try World()
    let paths = try world.scratch.paths()
    try paths.prepareRuntime()
    let router = try Socket(Context(), .router)
    try router.bind(paths.controlEndpoint)
    try router.set(.receiveTimeout, .seconds(10))
    try ProcessTable.register(.current(.coordinator), in: paths)

    let channel = try ControlSocket.connect(paths)
    #expect(try channel.receive(upTo: .milliseconds(1)) == nil)
    try channel.send(ControlRequest(id: "1", verb: .ps).line)
    let parts = try #require(try router.receive())
    #expect(parts.count == 2)
    #expect(try ControlRequest(parsing: parts[1]).verb == .ps)
    let reply = ControlReply(id: "1", result: PsResult(runs: [], tasks: [], taskCount: 0))
    #expect(try router.send([parts[0], Array(reply.line.utf8)]))
    let bytes = try #require(try channel.receive(upTo: .seconds(10)))
    #expect(try ControlReply(parsing: bytes) == reply)
  }

  @Test func whatIsKnownToBeGoneIsNotWaitedFor() throws {
    let scratch = try Scratch()
    let paths = try scratch.paths()
    func refusal() -> String {
      do {
        _ = try ControlSocket.connect(paths)
        return "connected"
      } catch { return "\(error)" }
    }
    #expect(refusal().contains("there is no \(paths.runtime)"))
    try paths.prepareRuntime()
    #expect(refusal().contains("no coordinator in"))
    let gone = ClusterProcess(role: .coordinator, pid: 1 << 30, start: 1)
    try ProcessTable.register(gone, in: paths)
    #expect(refusal().contains("pid \(1 << 30), is gone"))
    #expect(refusal().hasSuffix("start it with: cluster/up"))
  }
}
