// The coordinator, arrow by arrow:
//
//   idle → prepare → stop 1 → mark → stop 2 → (decided) idle, and every way back.

import GreyBasics
import GreyWire
import Testing

@testable import GreyProtocol

@Test func `a demand prepares every member under a new, durable epoch`() {
  var bench = CoordinatorBench(members: 3)
  let actions = bench.collect()
  #expect(bench.machine.phase == .preparing(Epoch(rawValue: 1)))
  #expect(actions.receivers(of: .prepare(epoch: bench.epoch)) == [1, 2, 3])
  guard case .persist(let durable)? = actions.first else {
    Issue.record("nothing durable before the epoch is used")
    return
  }
  #expect(durable.highestEpoch == bench.epoch)
}

@Test func `stop 1 goes out when the last member is prepared, with the members of the epoch`() {
  var bench = CoordinatorBench(members: 3)
  bench.collect()
  let epoch = bench.epoch
  #expect(bench.all(1...2, .prepared(epoch: epoch)).isEmpty)
  let actions = bench.say(3, .prepared(epoch: epoch))
  let message = CoordinatorMessage.stopAndArm(
    epoch: epoch, stop: bench.stop, members: [NodeID(1), NodeID(2), NodeID(3)],
    lease: .seconds(4))
  #expect(actions.receivers(of: message) == [1, 2, 3])
  #expect(bench.machine.phase == .stoppingToArm(epoch, bench.stop))
}

@Test func `marking begins when the last member is armed`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachStop1(1...2)
  let stop = bench.stop
  #expect(bench.say(1, bench.stopped()).isEmpty)
  #expect(bench.say(2, bench.stopped()).receivers(of: .resume(stop: stop)) == [1, 2])
  #expect(bench.machine.phase == .marking(bench.epoch))
}

@Test func `all idle with equal pairs is a candidate, and stop 2 follows at once`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachMarking(1...2)
  #expect(bench.say(1, bench.report([(2, sent: 4, received: 0)])).isEmpty)
  #expect(bench.say(2, bench.report([(1, sent: 0, received: 3)])).isEmpty)
  #expect(bench.say(2, bench.report(idle: false, [(1, sent: 0, received: 4)])).isEmpty)
  let actions = bench.say(2, bench.report([(1, sent: 0, received: 4)]))
  let message = CoordinatorMessage.stopAndConfirm(
    epoch: bench.epoch, stop: bench.stop, lease: .seconds(4))
  #expect(actions.receivers(of: message) == [1, 2])
}

@Test func `a confirmed epoch is durable before its first sweep`() {
  var bench = CoordinatorBench(members: 2)
  let actions = bench.reachDecision(1...2)
  let epoch = Epoch(rawValue: 1)
  let persisted = actions.firstIndex {
    if case .persist(let durable) = $0 { durable.decidedEpoch == epoch } else { false }
  }
  let swept = actions.firstIndex(of: .send(to: NodeID(1), .sweep(epoch: epoch)))
  #expect(actions.receivers(of: .sweep(epoch: epoch)) == [1, 2])
  #expect(persisted != nil && swept != nil && persisted! < swept!)
  #expect(bench.machine.phase == .idle)
}

@Test func `the cycle is over when the last member has swept, and the summary adds up`() {
  var bench = CoordinatorBench(members: 2)
  bench.collect(77)
  bench.all(1...2, .prepared(epoch: bench.epoch))
  bench.now = bench.now + .microseconds(300)
  bench.all(1...2, bench.stopped())
  bench.now = bench.now + .milliseconds(20)
  bench.all(1...2, bench.report())
  bench.now = bench.now + .microseconds(200)
  bench.all(1...2, bench.stopped())
  bench.all(1...2, bench.report(stop: bench.stop))
  bench.now = bench.now + .milliseconds(7)
  var report = SweepReport(epoch: Epoch(rawValue: 1))
  report.objectsFreed = 5
  #expect(bench.say(1, .swept(report)).cycles.isEmpty)
  report.objectsFreed = 6
  let actions = bench.say(2, .swept(report))
  guard case .cycleFinished(let summary, let requests)? = actions.first else {
    Issue.record("no summary")
    return
  }
  #expect(requests == [77])
  #expect(summary.cycle == 1)
  #expect(summary.stop1 == .microseconds(300))
  #expect(summary.mark == .milliseconds(20))
  #expect(summary.stop2 == .microseconds(200))
  #expect(summary.sweep == .milliseconds(7))
  #expect(summary.sum(\.objectsFreed) == 11)
  #expect(summary.waves == 1)
  #expect(summary.falseCandidates == 0)
  #expect(summary.parts.map(\.node) == [NodeID(1), NodeID(2)])
  #expect(summary.parts.allSatisfy { $0.stop1 == .microseconds(5) })
}

@Test func `counts that stay unequal in stop 2 are a false candidate: marking goes on`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachStop2(1...2)
  let stop = bench.stop
  bench.all(1...2, bench.stopped())
  bench.say(1, bench.report(stop: stop, [(2, sent: 1, received: 0)]))
  #expect(bench.say(2, bench.report(stop: stop)).isEmpty)
  bench.now = bench.now + .microseconds(900)
  #expect(bench.give(.tick).isEmpty)
  bench.now = bench.now + .microseconds(200)
  let actions = bench.give(.tick)
  #expect(actions.receivers(of: .resume(stop: stop)) == [1, 2])
  #expect(actions.notes.contains(.falseCandidate(bench.epoch, count: 1)))
  #expect(bench.machine.phase == .marking(bench.epoch))
  // What was reported before the stop is no candidate any more.
  #expect(bench.say(1, bench.report([(2, sent: 1, received: 0)])).isEmpty)
  bench.now = bench.now + .milliseconds(2)
  bench.say(2, bench.report([(1, sent: 0, received: 1)]))
  #expect(bench.machine.phase == .stoppingToConfirm(bench.epoch, bench.stop))
}

@Test func `what arrives within the limit of stop 2 still confirms`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachStop2(1...2)
  let stop = bench.stop
  bench.all(1...2, bench.stopped())
  bench.say(1, bench.report(stop: stop, [(2, sent: 1, received: 0)]))
  bench.say(2, bench.report(stop: stop))
  bench.now = bench.now + .microseconds(500)
  let message = bench.report(stop: stop, [(1, sent: 0, received: 1)])
  #expect(bench.say(2, message).receivers(of: .sweep(epoch: Epoch(rawValue: 1))) == [1, 2])
}

@Test func `reports from outside the stop never confirm it`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachStop2(1...2)
  bench.all(1...2, bench.stopped())
  bench.all(1...2, bench.report())
  #expect(bench.machine.phase == .stoppingToConfirm(bench.epoch, bench.stop))
}

@Test func `the coordinator is moved by no late or foreign message, in any phase`() {
  let points: [(String, (inout CoordinatorBench) -> Void)] = [
    ("idle", { _ in }), ("prepare", { $0.collect() }), ("stop 1", { $0.reachStop1(1...2) }),
    ("mark", { $0.reachMarking(1...2) }), ("stop 2", { $0.reachStop2(1...2) }),
    ("decided", { $0.reachDecision(1...2) }),
  ]
  let old = Epoch(rawValue: 9_999)
  let stop = StopNumber(rawValue: 9_999)
  let late: [NodeMessage] = [
    .prepared(epoch: old), .stopped(stop: stop, epoch: old, stopNanoseconds: 0),
    .report(
      MarkReport(
        epoch: old, membersVersion: 2, wave: 0, stop: stop, isIdle: true, channels: [])),
    .leaseEnded(stop: stop, epoch: old), .swept(SweepReport(epoch: old)),
    .fenced(node: NodeID(77)),
  ]
  for (name, reach) in points {
    var bench = CoordinatorBench(members: 2)
    reach(&bench)
    let before = bench.machine
    for message in late {
      let actions = bench.say(1, message)
      #expect(
        actions.allSatisfy { if case .note = $0 { true } else { false } }, "\(name) \(message)")
      #expect(bench.machine == before, "\(name) \(message)")
    }
    bench.give(
      .message(from: NodeID(1), term: .zero, .prepared(epoch: bench.epoch)))
    #expect(bench.machine == before, "\(name): a message of an old term")
  }
}

@Test func `reports of another membership are not counted`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachMarking(1...2)
  for node in 1...2 {
    bench.say(
      node,
      .report(
        MarkReport(
          epoch: bench.epoch, membersVersion: 1, wave: 0, stop: .zero, isIdle: true,
          channels: [])))
  }
  #expect(bench.machine.phase == .marking(bench.epoch))
}

@Test func `a demand in prepare joins the cycle, a later one gets its own`() {
  var bench = CoordinatorBench(members: 1)
  bench.collect(1)
  bench.collect(2)
  bench.all(1...1, .prepared(epoch: bench.epoch))
  bench.collect(3)
  bench.give(.collect(.heap(heapBytes: 2, triggerBytes: 1), stepped: false))
  bench.all(1...1, bench.stopped())
  bench.all(1...1, bench.report())
  bench.all(1...1, bench.stopped())
  bench.all(1...1, bench.report(stop: bench.stop))
  #expect(bench.machine.phase == .preparing(Epoch(rawValue: 2)))
  let done = bench.say(1, .swept(SweepReport(epoch: Epoch(rawValue: 1))))
  guard case .cycleFinished(_, [1, 2])? = done.first else {
    Issue.record("the first cycle answers the first two demands")
    return
  }
}

@Test func `a cluster without nodes refuses a demand instead of letting it wait`() {
  var bench = CoordinatorBench()
  let actions = bench.collect(4)
  guard case .collectRefused([4], _)? = actions.first else {
    Issue.record("not refused: \(actions)")
    return
  }
}

@Test func `unanswered prepare and sweep are sent again, answered ones are not`() {
  var bench = CoordinatorBench(members: 2)
  bench.collect()
  bench.say(1, .prepared(epoch: bench.epoch))
  let again = bench.pass(.milliseconds(1_100))
  #expect(again.receivers(of: .prepare(epoch: bench.epoch)) == [2])
  bench.say(2, .prepared(epoch: bench.epoch))
  bench.all(1...2, bench.stopped())
  bench.all(1...2, bench.report())
  bench.all(1...2, bench.stopped())
  bench.all(1...2, bench.report(stop: bench.stop))
  let epoch = Epoch(rawValue: 1)
  bench.say(2, .swept(SweepReport(epoch: epoch)))
  #expect(bench.pass(.milliseconds(1_100)).receivers(of: .sweep(epoch: epoch)) == [1])
}

@Test func `a heartbeat that marks an epoch of the past is told how that ended`() {
  var bench = CoordinatorBench(members: 1)
  bench.reachDecision(1...1)
  var status = NodeStatus()
  status.isMarking = true
  status.epoch = Epoch(rawValue: 1)
  #expect(bench.say(1, .heartbeat(status)).sent(to: 1) == [.sweep(epoch: status.epoch)])
  bench.now = bench.now + .milliseconds(1_100)
  status.epoch = Epoch(rawValue: 7)
  #expect(bench.say(1, .heartbeat(status)).sent(to: 1).contains(.abort(epoch: status.epoch)))
}

@Test func `a member that stops marking by itself ends the epoch for all`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachMarking(1...2)
  let sent = bench.pass(.milliseconds(600)).compactMap { action -> UInt64? in
    if case .send(_, .heartbeat(let sequence)) = action { sequence } else { nil }
  }
  var status = NodeStatus()
  status.sequence = sent.max() ?? 0
  let actions = bench.say(2, .heartbeat(status))
  #expect(actions.receivers(of: .abort(epoch: Epoch(rawValue: 1))) == [1, 2])
  #expect(bench.machine.phase == .preparing(Epoch(rawValue: 2)))
}

/// The answer to stop 1 may have gone over the stop line, and overtaken it.
@Test func `a heartbeat from before stop 1 says nothing of marking`() {
  var bench = CoordinatorBench(members: 2)
  bench.pass(.milliseconds(600))
  let before = bench.machine.heartbeatNumber
  bench.reachMarking(1...2)
  for sequence in [0, before] {
    var status = NodeStatus()
    status.sequence = sequence
    bench.say(2, .heartbeat(status))
    #expect(bench.machine.phase == .marking(Epoch(rawValue: 1)))
  }
}
