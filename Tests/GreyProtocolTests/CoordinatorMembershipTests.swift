// Joining, leaving, dying; and a coordinator that comes after another.

import GreyBasics
import GreyWire
import Testing

@testable import GreyProtocol

@Test func `a newcomer is durable, bound, welcomed, and known to the others`() {
  var bench = CoordinatorBench(members: 1)
  let actions = bench.hello(1)
  guard case .persist(let durable)? = actions.first else {
    Issue.record("not durable first: \(actions)")
    return
  }
  #expect(durable.members.map(\.member.node) == [NodeID(1), NodeID(2)])
  #expect(durable.nextNode == 3)
  #expect(actions.contains(.bind(NodeID(2), ConnectionID(rawValue: 1))))
  #expect(actions.welcomes.first?.node == NodeID(2))
  #expect(actions.sent(to: 1).count == 1)
  // Its welcome was lost: the same process is the same node.
  #expect(bench.hello(1).welcomes.first?.node == NodeID(2))
  #expect(bench.machine.durable.nextNode == 3)
}

@Test func `wrong cluster and wrong version are refused with both sides' names`() {
  var bench = CoordinatorBench()
  let reason = bench.hello(1, cluster: "other", version: 9).refusals.first ?? ""
  for part in ["\"bench\"", "\"other\"", "version 1", "version 9"] {
    #expect(reason.contains(part), "\(reason)")
  }
  #expect(bench.machine.members.isEmpty)
}

@Test func `one that joins in prepare takes part in the epoch`() {
  var bench = CoordinatorBench(members: 1)
  bench.collect()
  let actions = bench.hello(1)
  #expect(actions.sent(to: 2) == [.prepare(epoch: bench.epoch)])
  #expect(actions.welcomes.first?.highestEpoch == .zero)
  bench.say(1, .prepared(epoch: bench.epoch))
  #expect(bench.machine.phase == .preparing(bench.epoch))
  bench.say(2, .prepared(epoch: bench.epoch))
  #expect(bench.machine.attempt?.members == [NodeID(1), NodeID(2)])
}

@Test func `after prepare a newcomer waits for the end of the cycle`() {
  for reach in [
    { (bench: inout CoordinatorBench) in bench.reachStop1(1...1) }, { $0.reachMarking(1...1) },
    { $0.reachStop2(1...1) },
  ] {
    var bench = CoordinatorBench(members: 1)
    reach(&bench)
    #expect(bench.hello(1).welcomes.isEmpty)
    #expect(bench.machine.members.count == 1)
    bench.give(.died(NodeID(1), reason: "killed"))
    #expect(bench.machine.members.keys == [NodeID(2)])
  }
}

@Test func `ids are never given twice, and run out with a refusal`() {
  var old = DurableState()
  old.nextNode = 65_535
  var bench = CoordinatorBench(recovering: old)
  #expect(bench.hello(1).welcomes.first?.node == NodeID(rawValue: 65_535))
  bench.give(.died(NodeID(rawValue: 65_535), reason: "killed"))
  #expect(bench.hello(2).refusals.first?.contains("never reused") == true)
}

@Test func `death ends the epoch for the survivors, fences, and the cycle starts over`() {
  for reach in [
    { (bench: inout CoordinatorBench) in _ = bench.collect() }, { $0.reachStop1(1...3) },
    { $0.reachMarking(1...3) }, { $0.reachStop2(1...3) },
  ] {
    var bench = CoordinatorBench(members: 3)
    reach(&bench)
    let actions = bench.give(.died(NodeID(2), reason: "pid is gone"))
    #expect(actions.receivers(of: .abort(epoch: Epoch(rawValue: 1))) == [1, 3])
    #expect(actions.receivers(of: .fence(node: NodeID(2))) == [1, 3])
    #expect(bench.machine.phase == .preparing(Epoch(rawValue: 2)))
    // No stop before the survivors have confirmed the fence.
    bench.say(1, .prepared(epoch: bench.epoch))
    bench.say(3, .prepared(epoch: bench.epoch))
    #expect(bench.machine.phase == .preparing(Epoch(rawValue: 2)))
    bench.say(1, .fenced(node: NodeID(2)))
    bench.say(3, .fenced(node: NodeID(2)))
    #expect(bench.machine.phase == .stoppingToArm(Epoch(rawValue: 2), bench.stop))
  }
}

@Test func `death after the decision takes nothing back`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachDecision(1...2)
  let actions = bench.give(.died(NodeID(2), reason: "killed"))
  #expect(actions.receivers(of: .abort(epoch: Epoch(rawValue: 1))).isEmpty)
  let summary = bench.say(1, .swept(SweepReport(epoch: Epoch(rawValue: 1)))).cycles.first
  #expect(summary?.parts.map { $0.sweep != nil } == [true, false])
}

@Test func `silence fences after its time, a stall of the coordinator blames nobody`() {
  var bench = CoordinatorBench(members: 2)
  bench.pass(.milliseconds(9_900), silent: [NodeID(2)])
  #expect(bench.machine.members.count == 2)
  bench.pass(.milliseconds(300), silent: [NodeID(2)])
  #expect(bench.machine.members.keys == [NodeID(1)])

  bench = CoordinatorBench(members: 2)
  bench.now = bench.now + .seconds(300)
  bench.give(.tick)
  #expect(bench.machine.members.count == 2)
}

@Test func `a fenced process that wakes is refused, whatever it says`() {
  var bench = CoordinatorBench(members: 2)
  bench.give(.died(NodeID(2), reason: "silent"))
  let spoke = bench.say(2, .heartbeat(NodeStatus())).sent(to: 2)
  guard case .refuse(let reason)? = spoke.first else {
    Issue.record("not refused: \(spoke)")
    return
  }
  #expect(reason.contains("node 2"))
  #expect(bench.hello(1, node: NodeID(2), term: bench.machine.term).refusals.count == 1)
}

@Test func `one that is asked to leave is asked between cycles, and its leaving is a fence`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachMarking(1...2)
  #expect(bench.give(.removeMember(NodeID(2))).receivers(of: .leave).isEmpty)
  bench.all(1...2, bench.report())
  bench.all(1...2, bench.stopped())
  let decided = bench.all(1...2, bench.report(stop: bench.stop))
  #expect(decided.receivers(of: .leave) == [2])
  let left = bench.say(2, .left)
  #expect(left.receivers(of: .fence(node: NodeID(2))) == [1])
  #expect(left.notes.contains(.left(NodeID(2))))
}

// MARK: A coordinator after another

private func twoMembers() -> DurableState {
  var bench = CoordinatorBench(members: 2)
  bench.reachMarking(1...2)
  return bench.machine.durable
}

@Test func `a new coordinator reigns in a higher term and starts nothing before all have answered`()
{
  let old = twoMembers()
  var bench = CoordinatorBench(recovering: old)
  #expect(bench.machine.term == old.term.next)
  #expect(bench.machine.phase == .recovering)
  bench.collect()
  let first = bench.hello(
    0, node: NodeID(1), term: old.term, epoch: Epoch(rawValue: 1),
    members: [NodeID(1), NodeID(2)])
  // What was undecided is aborted.
  #expect(first.sent(to: 1) == [.abort(epoch: Epoch(rawValue: 1))])
  #expect(bench.machine.phase == .recovering)
  bench.hello(1, node: NodeID(2), term: old.term, epoch: Epoch(rawValue: 1))
  #expect(bench.machine.phase == .preparing(Epoch(rawValue: 2)))
}

@Test func `what its predecessor decided is swept`() {
  var before = CoordinatorBench(members: 1)
  before.reachDecision(1...1)
  var bench = CoordinatorBench(recovering: before.machine.durable)
  let actions = bench.hello(
    0, node: NodeID(1), term: before.machine.term, epoch: Epoch(rawValue: 1))
  #expect(actions.sent(to: 1) == [.sweep(epoch: Epoch(rawValue: 1))])
}

@Test func `a member that never answers a new coordinator is fenced at all others`() {
  var bench = CoordinatorBench(recovering: twoMembers())
  bench.hello(0, node: NodeID(1), members: [NodeID(1), NodeID(2)])
  bench.collect()
  bench.pass(.milliseconds(9_900), silent: [NodeID(2)])
  #expect(bench.machine.phase == .recovering)
  let actions = bench.pass(.milliseconds(200), silent: [NodeID(2)])
  #expect(actions.receivers(of: .fence(node: NodeID(2))) == [1])
  #expect(bench.machine.phase == .recovering)
  bench.say(1, .fenced(node: NodeID(2)))
  #expect(bench.machine.phase == .preparing(Epoch(rawValue: 2)))
}

@Test func `a stranger on a member's list is fenced there before any cycle`() {
  var bench = CoordinatorBench(recovering: twoMembers())
  bench.hello(0, node: NodeID(1), members: [NodeID(1), NodeID(2)])
  let actions = bench.hello(1, node: NodeID(2), members: [NodeID(2), NodeID(9)])
  #expect(actions.sent(to: 2).contains(.fence(node: NodeID(9))))
  bench.collect()
  #expect(bench.machine.phase == .recovering)
  bench.say(2, .fenced(node: NodeID(9)))
  #expect(bench.machine.phase == .preparing(Epoch(rawValue: 2)))
}

@Test func `messages of the old term do not count, a higher term ends this reign`() {
  var bench = CoordinatorBench(recovering: twoMembers())
  bench.give(.message(from: NodeID(1), term: Term(rawValue: 1), .heartbeat(NodeStatus())))
  #expect(bench.machine.phase == .recovering)
  bench.give(.message(from: NodeID(1), term: Term(rawValue: 9), .heartbeat(NodeStatus())))
  #expect(bench.actions.contains(.stepDown(Term(rawValue: 9))))
  bench.hello(0, node: NodeID(1), term: Term(rawValue: 8))
  #expect(bench.actions.contains(.stepDown(Term(rawValue: 8))))
}

@Test func `a member that has not noticed its new coordinator is alive, and is told the new term`()
{
  var bench = CoordinatorBench(recovering: twoMembers())
  bench.hello(0, node: NodeID(1))
  for _ in 0..<12 {
    bench.pass(.seconds(1), silent: [NodeID(2)])
    let answer = bench.give(
      .message(from: NodeID(2), term: Term(rawValue: 1), .heartbeat(NodeStatus())))
    #expect(answer.sent(to: 2).count == 1)
  }
  #expect(bench.machine.phase == .recovering)
  #expect(bench.machine.members.count == 2)
}

@Test func `newcomers hear the settings of now`() {
  var bench = CoordinatorBench(members: 1)
  bench.machine.settings = [Setting("GOGC", "50")]
  #expect(bench.hello(1).welcomes.first?.settings == [Setting("GOGC", "50")])
}

@Test func `another process under a member's id is refused`() {
  var bench = CoordinatorBench(recovering: twoMembers())
  #expect(bench.hello(5, node: NodeID(1)).refusals.count == 1)
}
