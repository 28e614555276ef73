// Members that live and cannot speak to each other: who goes, when, and what is said.

import GreyBasics
import GreyWire
import Testing

@testable import GreyProtocol

private func complain(about nodes: Int...) -> NodeMessage {
  var status = NodeStatus()
  status.severedPeers = nodes.map(NodeID.init)
  return .heartbeat(status)
}

extension CoordinatorBench {
  /// For `time`, every half a second, these members say this and all others that they are well.
  fileprivate mutating func hear(
    _ complaints: [Int: NodeMessage], for time: Duration
  ) -> [CoordinatorAction] {
    var all: [CoordinatorAction] = []
    let end = now + time
    while now < end {
      for node in machine.members.keys.map({ Int($0.rawValue) }) {
        all += say(node, complaints[node] ?? .heartbeat(NodeStatus()))
      }
      all += pass(.milliseconds(500))
    }
    return all
  }
}

extension [CoordinatorAction] {
  fileprivate var fenced: [(node: Int, reason: String)] {
    notes.compactMap {
      if case .fenced(let node, let reason) = $0 { (Int(node.rawValue), reason) } else { nil }
    }
  }
}

@Suite struct QuarrelTests {
  @Test func ofTwoThatComplainOfEachOtherTheYoungerGoes() {
    var bench = CoordinatorBench(members: 3)
    let complaints = [1: complain(about: 2), 2: complain(about: 1)]
    #expect(bench.hear(complaints, for: .seconds(4)).fenced.isEmpty, "others may have a say")
    let fenced = bench.hear(complaints, for: .seconds(3)).fenced
    #expect(fenced.map(\.node) == [2])
    #expect(fenced.first?.reason.contains("node 1") == true, "\(fenced)")
    #expect(bench.machine.members.keys == [NodeID(1), NodeID(3)])
  }

  @Test func oneThatIsCutOffFromAllGoesAlthoughNobodyElseComplains() {
    var bench = CoordinatorBench(members: 4)
    let fenced = bench.hear([1: complain(about: 2, 3, 4)], for: .seconds(7)).fenced
    #expect(fenced.map(\.node) == [1])
  }

  @Test func amongEqualsTheOneThatMoreComplainOfGoes() {
    var bench = CoordinatorBench(members: 2)
    #expect(bench.hear([2: complain(about: 1)], for: .seconds(7)).fenced.map(\.node) == [1])
  }

  @Test func aLinkThatComesBackInTimeCostsNobody() {
    var bench = CoordinatorBench(members: 2)
    #expect(bench.hear([1: complain(about: 2)], for: .seconds(4)).fenced.isEmpty)
    #expect(bench.hear([:], for: .seconds(2)).fenced.isEmpty)
    #expect(bench.hear([1: complain(about: 2)], for: .seconds(4)).fenced.isEmpty)
    #expect(bench.machine.members.count == 2)
  }

  @Test func afterOneIsGoneTheRestIsJudgedAnew() {
    var bench = CoordinatorBench(members: 4)
    var complaints = [1: complain(about: 2), 2: complain(about: 1)]
    complaints[3] = complain(about: 4)
    complaints[4] = complain(about: 3)
    #expect(bench.hear(complaints, for: .seconds(7)).fenced.map(\.node) == [4])
    complaints[3] = nil
    #expect(bench.hear(complaints, for: .seconds(6)).fenced.map(\.node) == [2])
  }

  @Test func aMemberWhoseMessagesNobodyCanReadGoesAtOnce() {
    var bench = CoordinatorBench(members: 3)
    var status = NodeStatus()
    status.unreadablePeers = [NodeID(3)]
    let fenced = bench.say(1, .heartbeat(status)).fenced
    #expect(fenced.map(\.node) == [3])
    #expect(fenced.first?.reason == "node 1 cannot read what it sends")
    // Of one that is no member any more there is nothing left to say.
    #expect(bench.say(1, .heartbeat(status)).fenced.isEmpty)
  }

  @Test func theEpochIsAbortedAndTheRestCollect() {
    var bench = CoordinatorBench(members: 3)
    bench.reachMarking(1...3)
    var status = NodeStatus()
    status.isMarking = true
    status.epoch = bench.epoch
    let well = status
    status.severedPeers = [NodeID(3)]
    var actions: [CoordinatorAction] = []
    for _ in 0..<14 where bench.machine.members.count == 3 {
      bench.say(1, .heartbeat(status))
      for node in 2...3 { actions += bench.say(node, .heartbeat(well)) }
      actions += bench.pass(.milliseconds(500))
    }
    #expect(bench.machine.members.keys == [NodeID(1), NodeID(2)])
    for node in 1...2 { actions += bench.say(node, .fenced(node: NodeID(3))) }
    bench.all(1...2, .prepared(epoch: bench.epoch))
    #expect(bench.machine.attempt?.members == [NodeID(1), NodeID(2)])
  }
}

@Suite struct HeldUpTests {
  @Test func everyPhaseNamesThoseItWaitsFor() {
    var bench = CoordinatorBench(members: 3)
    #expect(bench.machine.heldUpBy.isEmpty)
    bench.collect()
    bench.say(2, .prepared(epoch: bench.epoch))
    #expect(bench.machine.heldUpBy == "node 1, node 3 to prepare")
    bench.all(1...3, .prepared(epoch: bench.epoch))
    bench.all(1...2, bench.stopped())
    #expect(bench.machine.heldUpBy == "node 3 to stop")
    bench.say(3, bench.stopped())
    bench.say(1, bench.report([(2, sent: 5, received: 0)]))
    bench.say(2, bench.report([(1, sent: 0, received: 2)]))
    #expect(
      bench.machine.heldUpBy
        == "node 3 to have nothing left to mark; "
        + "node 2 to receive 3 references that node 1 sent")
  }

  @Test func sweepingAndComplaintsAreNamedToo() {
    var bench = CoordinatorBench(members: 2)
    bench.reachDecision(1...2)
    #expect(bench.machine.heldUpBy == "node 1, node 2 to sweep")
    bench.say(1, .swept(SweepReport(epoch: Epoch(rawValue: 1))))
    bench.say(1, complain(about: 2))
    #expect(bench.machine.heldUpBy == "node 2 to sweep; node 2 to answer node 1")
  }
}
