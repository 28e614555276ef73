// Whole clusters in one thread: the production engines, links, heaps and collectors.

import GreyBasics
import GreyEngine
import GreyEvents
import GreyMutator
import GreyProtocol
import GreySimulator
import Testing

/// A cluster of a few nodes that runs `stir` and is asked to collect and to verify.
struct Laboratory {
  let cluster: SimulatedCluster

  init(
    seed: UInt64, nodes: Int, without rules: [Rule] = [],
    detector: DetectorKind = .channelCounts
  ) throws {
    let library = WorkloadLibrary([Stir.self])
    var protocolConfiguration = ProtocolConfiguration(
      cluster: "sim", detector: detector, rules: RuleSet(without: rules))
    // Simulated steps take microseconds of a count, so stops need no more than that.
    protocolConfiguration.timeouts.confirmLimit = .milliseconds(5)
    let configuration = protocolConfiguration
    cluster = try SimulatedCluster(seed: seed) { durable, now in
      try CoordinatorEngine(
        configuration: CoordinatorConfiguration(
          cluster: "sim", protocolConfiguration: configuration, host: "sim"),
        library: library, durable: durable, now: now)
    } makeNode: { index, endpoint, wakeups in
      var node = NodeConfiguration(
        identity: NodeIdentity(
          cluster: "sim", pid: UInt32(index + 1), processStart: UInt64(index + 1), host: "sim",
          endpoint: endpoint),
        protocolConfiguration: configuration)
      node.arenaBytes = 4 << 20
      node.poisonsFreed = true
      node.worker.checksEveryAccess = true
      return NodeEngine(
        configuration: node, library: library, wakeups: wakeups,
        now: Moment(nanoseconds: 1_000_000_000))
    }
    for _ in 0..<nodes { cluster.addNode() }
    let lab = self
    try lab.cluster.runFairly(until: "every node to join") {
      lab.cluster.coordinator.status.nodes.count == nodes
        && lab.cluster.processes.allSatisfy { $0.core != nil }
    }
  }

  /// Sends a request and runs until its final reply.
  func ask(_ verb: ControlVerb) throws -> JSON {
    let id = "request at step \(cluster.steps)"
    cluster.control(Array(ControlRequest(id: id, verb: verb).line.utf8))
    var answer: JSON?
    // Asked at every turn, so each reply is read once.
    var read = cluster.replies.count
    try cluster.run(until: "an answer to \(verb)") {
      while read < cluster.replies.count, answer == nil {
        let reply = try? JSON(parsing: cluster.replies[read])
        read += 1
        if reply?["id"]?.text == id, reply?["done"]?.bool == true { answer = reply }
      }
      return answer != nil
    }
    let json = try #require(answer)
    #expect(json["ok"]?.bool == true, "\(json.line)")
    return json["result"] ?? .null
  }

  func stir(operations: Int) throws {
    cluster.control(
      Array(
        ControlRequest(
          id: "run",
          verb: .run(
            workload: "stir", parameters: ["operations": "\(operations)"], seed: 7,
            durationUs: nil, nodes: nil, detach: true)
        ).line.utf8))
  }
}

/// Keeps the cluster that it looks at, as an experiment does.
private final class Onlooker: WorldObserver {
  let cluster: SimulatedCluster
  private(set) var turns = 0

  init(_ cluster: SimulatedCluster) { self.cluster = cluster }

  func decided(_ epoch: Epoch, in cluster: SimulatedCluster) {}
  func sweeps(_ epoch: Epoch, at process: SimulatedProcess, in cluster: SimulatedCluster) {}
  func swept(at process: SimulatedProcess, in cluster: SimulatedCluster) {}
  func logged(_ event: Event, by process: Int, in cluster: SimulatedCluster) {}
  func stepped(_ actor: Actor, in cluster: SimulatedCluster) { turns += 1 }
}

@Suite struct SimulatedClusterTests {
  /// Heaps are mapped, and a process has only so many mappings.
  @Test func aClusterGoesWithTheLastOneWhoLooksAtIt() throws {
    weak var left: SimulatedCluster?
    do {
      let onlooker = try Onlooker(Laboratory(seed: 1, nodes: 2).cluster)
      onlooker.cluster.observer = onlooker
      try onlooker.cluster.run(steps: 50)
      #expect(onlooker.turns == 50)
      left = onlooker.cluster
    }
    #expect(left == nil)
  }

  @Test func aClusterComesUpCollectsAndIsVerified() throws {
    let lab = try Laboratory(seed: 1, nodes: 3)
    let gc = try GcResult(lab.ask(.gc(timeoutUs: nil)))
    #expect(gc.figures.nodes == 3)
    #expect(gc.figures.cycle == 1)
    let check = try VerifyResult(lab.ask(.verify))
    #expect(check.isClean)
  }

  @Test(arguments: 1...4)
  func nothingReachableIsLostWhileTasksStir(seed: Int) throws {
    let lab = try Laboratory(seed: UInt64(seed), nodes: 2 + seed % 3)
    try lab.stir(operations: 100)
    for _ in 0..<2 {
      _ = try lab.ask(.gc(timeoutUs: nil))
      let check = WorldCheck(lab.cluster)
      #expect(check.lost.isEmpty)
    }
    try lab.cluster.run(until: "the run to end") {
      lab.cluster.coordinator.status.runs.allSatisfy { $0.state == .ok }
    }
    try lab.cluster.run(until: "every message to be placed") {
      lab.cluster.processes.allSatisfy {
        $0.core?.workers.allSatisfy { $0.taskCount == 0 && $0.transitEntries == 0 } ?? true
      }
    }
    // The run is over: all that it made is garbage, and two cycles free what one left floating.
    _ = try lab.ask(.gc(timeoutUs: nil))
    _ = try lab.ask(.gc(timeoutUs: nil))
    let end = WorldCheck(lab.cluster)
    #expect(end.allocated == 0, "\(end.reachable) of them reachable")
    #expect(try VerifyResult(lab.ask(.verify)).isClean)
  }

  @Test func fourCountersFindTheEndOfMarkingToo() throws {
    let lab = try Laboratory(seed: 3, nodes: 3, detector: .fourCounters)
    try lab.stir(operations: 50)
    for _ in 0..<2 {
      _ = try lab.ask(.gc(timeoutUs: nil))
      #expect(WorldCheck(lab.cluster).lost.isEmpty)
    }
  }
}
