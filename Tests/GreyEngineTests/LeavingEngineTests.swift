// A node leaves when nothing is owed, at its limit otherwise, and nobody starts a run on it.

import GreyBasics
import GreyEvents
import GreyMutator
import GreyProtocol
import GreyWire
import Testing

@testable import GreyEngine

@Suite struct LeavingEngineTests {
  private func hasLeft(_ node: LoneNode) -> Bool { node.told.contains(.left) }

  private func owed(_ node: LoneNode) -> [String] {
    node.logged.compactMap { event in
      if case .remark(let text) = event, text.contains("still owes") { text } else { nil }
    }
  }

  @Test func withoutTasksItLeavesAtOnce() throws {
    let node = try LoneNode(rules: .all)
    try node.say(.leave)
    #expect(hasLeft(node))
    #expect(owed(node).isEmpty)
  }

  @Test func itWaitsForItsTasksAndTellsThatItIsLeaving() throws {
    let node = try LoneNode(rules: .all, library: [Waiting.self])
    try node.startRun("waiting")
    try node.say(.leave)
    let says = node.told.contains {
      if case .heartbeat(let status) = $0 { status.isLeaving } else { false }
    }
    #expect(says)
    try node.pass(.seconds(4))
    try node.turn()
    #expect(!hasLeft(node), "its task runs")
    try node.say(.cancelRun(RunID(rawValue: 1)))
    #expect(hasLeft(node))
    #expect(owed(node).isEmpty)
  }

  @Test func atTheLimitItLeavesAndSaysWhatItOwed() throws {
    let node = try LoneNode(rules: .all, library: [Waiting.self])
    try node.startRun("waiting")
    try node.say(.leave)
    try node.pass(.milliseconds(4_900))
    #expect(!hasLeft(node))
    try node.pass(.milliseconds(200))
    #expect(hasLeft(node))
    #expect(owed(node).count == 1 && owed(node)[0].hasSuffix("still owes 1 task"), "\(owed(node))")
  }

  @Test func aRunThatComesWhileItLeavesIsRefused() throws {
    let node = try LoneNode(rules: .all, library: [Waiting.self])
    try node.startRun("waiting")
    try node.say(.leave)
    try node.startRun("waiting", run: 2)
    let refused = node.told.contains { message in
      guard case .runEnded(RunID(rawValue: 2), false, let why, _, _) = message else { return false }
      return why.contains("leaving")
    }
    #expect(refused)
    #expect(node.engine.core?.workers[0].taskCount == 1)
  }

  /// A person asks the coordinator, or the node itself has had a signal and says so.
  @Test(arguments: [true, false]) func noRunIsPlacedOnIt(byRequest: Bool) throws {
    let reign = try Reign()
    try reign.hello(1)
    try reign.hello(2)
    if byRequest {
      try reign.ask(.leave(node: NodeID(2)))
    } else {
      var status = NodeStatus()
      status.isLeaving = true
      try reign.say(.heartbeat(status), from: [2])
    }
    let status: StatusResult = try reign.answer(.status)
    #expect(status.nodes.map(\.state) == [.member, .leaving])
    func run(on nodes: [NodeID]?) throws {
      try reign.ask(
        .run(
          workload: "waiting", parameters: [:], seed: 1, durationUs: nil, nodes: nodes,
          detach: true))
    }
    try run(on: nil)
    #expect(reign.engine.runs.records.map(\.description.nodes) == [[NodeID(1)]])
    try run(on: [NodeID(1), NodeID(2)])
    #expect(reign.engine.runs.records.count == 1)
    guard case .error(let error)? = reign.replies.last?.content else {
      Issue.record("\(reign.replies)")
      return
    }
    #expect(error.message.contains("node 2 is leaving"))
  }
}
