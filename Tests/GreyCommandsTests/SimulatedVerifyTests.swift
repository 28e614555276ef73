// `verify` against a real cluster in one thread: its exit codes come of what engines, sweepers and
// oracles really did, not of a scripted reply.

import GreyBasics
import GreyCommands
import GreyEngine
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import GreySimulator
import Synchronization
import Testing

/// Confined to the test's thread, as the commands that ask it are.
private final class SimulatedAnswers: @unchecked Sendable {
  let cluster: SimulatedCluster

  init(nodes: Int) throws {
    let library = WorkloadLibrary([Stir.self])
    let configuration = ProtocolConfiguration(cluster: "sim")
    let start = Moment(nanoseconds: 1_000_000_000)
    cluster = try SimulatedCluster(seed: 1) { durable, now in
      try CoordinatorEngine(
        configuration: CoordinatorConfiguration(
          cluster: "sim", protocolConfiguration: configuration, host: "sim"),
        library: library, durable: durable, now: now)
    } makeNode: { index, endpoint, wakeups in
      var node = NodeConfiguration(
        identity: NodeIdentity(
          cluster: "sim", pid: UInt32(index + 1), processStart: 1, host: "sim",
          endpoint: endpoint),
        protocolConfiguration: configuration)
      node.arenaBytes = 4 << 20
      return NodeEngine(
        configuration: node, library: library, wakeups: wakeups, now: start)
    }
    for _ in 0..<nodes { cluster.addNode() }
    try cluster.runFairly(until: "every node to join") {
      cluster.coordinator.status.nodes.count == nodes
        && cluster.processes.allSatisfy { $0.core != nil }
    }
  }

  func answer(_ request: ControlRequest) -> [ControlReply] {
    var read = cluster.replies.count
    var answers: [ControlReply] = []
    cluster.control(Array(request.line.utf8))
    try? cluster.run(until: "an answer") {
      while read < cluster.replies.count {
        if let reply = try? ControlReply(parsing: cluster.replies[read]), reply.id == request.id {
          answers.append(reply)
        }
        read += 1
      }
      return answers.last?.isFinal ?? false
    }
    return answers
  }

  func sweepersPassOver(spans: Int) {
    for core in cluster.processes.compactMap(\.core) {
      core.heap.spansToPassOver.store(spans, ordering: .relaxed)
    }
  }
}

@Suite struct SimulatedVerifyTests {
  @Test func garbageThatASweepLeftIsExitCode1() throws {
    let answers = try SimulatedAnswers(nodes: 2)
    let world = try World { answers.answer($0) }
    #expect(try world.run("run", "stir", "--set", "operations=100") == .ok)
    answers.sweepersPassOver(spans: 1_000)
    #expect(try world.run("verify") == .checkFailed)
    #expect(world.heard.output.joined().contains("GARBAGE LEFT"))
    answers.sweepersPassOver(spans: 0)
    #expect(try world.run("verify") == .ok)
  }
}
