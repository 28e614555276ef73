// Two nodes that live, heartbeat, and cannot reach each other any more, in a whole cluster: nothing
// hangs. The links say so, one of the two is fenced, and the others collect.

import GreyBasics
import GreyEngine
import GreyEvents
import GreyMutator
import GreyWire
import Testing

@testable import GreySimulator

@Suite struct SeveredLinkTests {
  private func clog(_ lab: Laboratory, _ a: Int, _ b: Int, bothWays: Bool) {
    lab.cluster.network.clog(Channel(from: .process(a), to: .process(b)))
    if bothWays { lab.cluster.network.clog(Channel(from: .process(b), to: .process(a))) }
  }

  private func fenced(_ lab: Laboratory) -> [(node: NodeID, cause: String)] {
    lab.cluster.events.compactMap {
      if case .nodeFenced(let node, let cause, _, _) = $0.event { (node, cause) } else { nil }
    }
  }

  @Test(arguments: [true, false])
  func aPartitionThatNeverHealsCostsOneNode(bothWays: Bool) throws {
    let lab = try Laboratory(seed: 6, nodes: 3)
    lab.cluster.pace.jumpUs = 20_000
    try lab.stir(operations: 1_000_000)
    try lab.cluster.run(steps: 2_000)
    clog(lab, 0, 1, bothWays: bothWays)
    lab.cluster.askToCollect()
    try lab.cluster.run(until: "somebody to be fenced") { !fenced(lab).isEmpty }
    let (node, cause) = try #require(fenced(lab).first)
    #expect(node == NodeID(2))
    #expect(cause.contains("nothing passes between it and node 1"), "\(cause)")
    let quiet = lab.cluster.events.compactMap { event -> NodeID? in
      if case .linkQuiet(let peer, _, _) = event.event { peer } else { nil }
    }
    #expect(quiet.contains(NodeID(2)), "the log names the peer long before")
    let gc = try GcResult(lab.ask(.gc(timeoutUs: nil)))
    #expect(gc.figures.nodes == 2)
    #expect(fenced(lab).count == 1, "nobody else")
    #expect(WorldCheck(lab.cluster).lost.isEmpty)
  }

  /// The waiting side has to get an end: the sender of what nobody can place goes.
  @Test func anUnreadableMessageCostsItsSender() throws {
    let lab = try Laboratory(seed: 8, nodes: 3)
    try lab.stir(operations: 1_000_000)
    let channel = Channel(from: .process(0), to: .process(1))
    var isDone = false
    while !isDone {
      try lab.cluster.step()
      guard let bytes = lab.cluster.network.oldest(channel),
        case .data(let sequence, let flags, _, let payload) = try LinkFrame.decode(bytes).frame,
        flags.isDisjoint(with: [.more, .continued])
      else { continue }
      _ = lab.cluster.network.deliver(channel)
      let nonsense = [UInt8](repeating: 0xFF, count: payload.count)
      let frame = LinkFrame.data(
        sequence: sequence, flags: flags, acknowledgement: nil, payload: nonsense)
      lab.cluster.deliver(frame.encoded(to: try LinkFrame.decode(bytes).to), channel)
      isDone = true
    }
    try lab.cluster.run(until: "its sender to be fenced") { !fenced(lab).isEmpty }
    #expect(fenced(lab).map(\.node) == [NodeID(1)])
    #expect(fenced(lab).map(\.cause) == ["node 2 cannot read what it sends"])
    #expect(try GcResult(lab.ask(.gc(timeoutUs: nil))).figures.nodes == 2)
    #expect(WorldCheck(lab.cluster).lost.isEmpty)
    try lab.cluster.run(until: "every run to end that needs it") {
      lab.cluster.coordinator.status.runs.allSatisfy { $0.state != .running }
    }
  }

  @Test func aPartitionThatHealsCostsNobody() throws {
    let lab = try Laboratory(seed: 7, nodes: 3)
    lab.cluster.pace.jumpUs = 20_000
    try lab.stir(operations: 1_000_000)
    try lab.cluster.run(steps: 2_000)
    clog(lab, 0, 1, bothWays: true)
    try lab.cluster.run(until: "a link to be quiet") {
      lab.cluster.events.contains { if case .linkQuiet = $0.event { true } else { false } }
    }
    lab.cluster.repair()
    let gc = try GcResult(lab.ask(.gc(timeoutUs: nil)))
    #expect(gc.figures.nodes == 3 && fenced(lab).isEmpty)
  }
}
