// A node in trouble: leases that end, coordinators that are gone, fences, leaving.

import GreyBasics
import GreyWire
import Testing

@testable import GreyProtocol

@Test func `a lease that ends in stop 1 aborts locally and says so`() {
  var bench = NodeBench()
  bench.prepare()
  bench.hearStop1()
  bench.park()
  #expect(bench.pass(.milliseconds(3_900)).deeds.isEmpty)
  #expect(
    bench.pass(.milliseconds(200)).deeds == [
      .abortMarking(bench.epoch(1)),
      .send(.leaseEnded(stop: bench.stop(1), epoch: bench.epoch(1))), .resumeWorkers,
    ])
  #expect(bench.hear(.resume(stop: bench.stop(1))).deeds.isEmpty)
  #expect(bench.machine.armedEpoch == .zero)
}

@Test func `a lease that ends before the workers have parked arms nothing later`() {
  var bench = NodeBench()
  bench.prepare()
  bench.hearStop1()
  bench.pass(.milliseconds(4_100))
  #expect(bench.park().deeds.isEmpty)
  #expect(bench.machine.phase == .running)
  #expect(!bench.machine.isPausing)
}

@Test func `a lease that ends in stop 2 marks on with the barrier up and still obeys the verdict`()
{
  var bench = NodeBench()
  bench.reachStop2()
  bench.mark(idle: true)
  #expect(
    bench.pass(.milliseconds(4_100)).deeds == [
      bench.report(idle: true),
      .send(.leaseEnded(stop: bench.stop(2), epoch: bench.epoch(1))), .resumeWorkers,
    ])
  #expect(bench.machine.armedEpoch == bench.epoch(1))
  var swept = bench
  swept.hear(.sweep(epoch: bench.epoch(1)))
  #expect(swept.park() == [.disarmAndSweep(bench.epoch(1)), .resumeWorkers])
  #expect(bench.hear(.abort(epoch: bench.epoch(1))).deeds == [.abortMarking(bench.epoch(1))])
}

@Test func `a verdict on an old epoch does not end a stop that only looks`() {
  var bench = NodeBench()
  bench.reachMarking()
  bench.hear(.stopToInspect(stop: bench.stop(9), lease: .seconds(4)))
  bench.park()
  var aborted = bench
  #expect(aborted.hear(.abort(epoch: bench.epoch(1))).deeds == [.abortMarking(bench.epoch(1))])
  #expect(aborted.machine.isStopped)
  #expect(bench.hear(.sweep(epoch: bench.epoch(1))) == [.disarmAndSweep(bench.epoch(1))])
  #expect(bench.machine.isStopped)
}

@Test func `a longer lease said again holds longer`() {
  var bench = NodeBench()
  let stop = bench.stop(3)
  bench.hear(.stopToInspect(stop: stop, lease: .seconds(4)))
  bench.park()
  bench.pass(.seconds(3))
  bench.hear(.stopToInspect(stop: stop, lease: .seconds(60)))
  #expect(bench.pass(.seconds(59)).deeds.isEmpty)
  #expect(
    bench.pass(.seconds(2)).deeds
      == [.send(.leaseEnded(stop: stop, epoch: .zero)), .resumeWorkers])
}

@Test func `a very long lease still ends with its coordinator`() {
  var bench = NodeBench()
  bench.hear(.stopToInspect(stop: bench.stop(3), lease: .seconds(1_000)))
  bench.park()
  #expect(!bench.pass(.milliseconds(9_900), silent: true).contains(.resumeWorkers))
  #expect(bench.pass(.milliseconds(200), silent: true).contains(.resumeWorkers))
}

@Test func `workers that park for a pause that is over are not taken for parked`() {
  var bench = NodeBench()
  bench.hear(.stopToInspect(stop: bench.stop(1), lease: .seconds(4)))
  #expect(bench.hear(.resume(stop: bench.stop(1))) == [.resumeWorkers])
  #expect(
    bench.hear(.stopToInspect(stop: bench.stop(2), lease: .seconds(4)))
      == [.stopWorkers(pause: 2)])
  #expect(bench.give(.workersParked(pause: 1)).isEmpty)
  #expect(bench.park().messages.count == 1)
}

@Test func `a stop takes over the parked workers of one whose end was lost`() {
  var bench = NodeBench()
  bench.reachStop2()
  #expect(
    bench.hearStop2(1, 5) == [
      .sampleMarkState,
      .send(.stopped(stop: bench.stop(5), epoch: bench.epoch(1), stopNanoseconds: 0)),
    ])
  // The older one means nothing any more.
  #expect(bench.hear(.resume(stop: bench.stop(2))).deeds.isEmpty)
  #expect(bench.hearStop2(1, 4).deeds.isEmpty)
}

@Test func `without a coordinator a node marks on, says hello, and exits as an orphan in the end`()
{
  var bench = NodeBench()
  bench.reachMarking()
  let lost = bench.pass(.milliseconds(10_100), silent: true)
  #expect(lost.messages.contains { if case .hello = $0 { true } else { false } })
  #expect(bench.machine.armedEpoch == bench.epoch(1))
  #expect(!bench.machine.hasCoordinator)
  let end = bench.pass(.seconds(50), silent: true)
  guard case .exit(.orphaned)? = end.last else {
    Issue.record("no end: \(end.suffix(2))")
    return
  }
  #expect(!end.contains(.disarmAndSweep(bench.epoch(1))))
}

@Test func `a broken connection is answered with hello until somebody speaks`() {
  var bench = NodeBench()
  let hello = bench.give(.coordinatorLost).messages
  guard case .hello(let text)? = hello.first else {
    Issue.record("no hello: \(hello)")
    return
  }
  #expect(text.node == NodeID(1))
  #expect(text.members.count == 2)
  bench.hear(.heartbeat(sequence: 1))
  #expect(bench.machine.hasCoordinator)
}

@Test func `a successor is said hello to, welcomed, and its verdict obeyed`() {
  var bench = NodeBench()
  bench.reachMarking()
  bench.term = Term(rawValue: 2)
  let before = bench.machine
  let spoke = bench.hear(.sweep(epoch: bench.epoch(1)))
  #expect(spoke.messages.count == 1)
  #expect(bench.machine.phase == before.phase)
  bench.hear(bench.welcome(version: 3))
  #expect(bench.machine.term == bench.term)
  #expect(bench.machine.membersVersion == 3)
  #expect(bench.hear(.abort(epoch: bench.epoch(1))).deeds == [.abortMarking(bench.epoch(1))])
}

@Test func `a successor's welcome ends the stop of its predecessor`() {
  var inspecting = NodeBench()
  inspecting.hear(.stopToInspect(stop: inspecting.stop(1), lease: .seconds(60)))
  inspecting.park()
  inspecting.term = Term(rawValue: 2)
  #expect(inspecting.hear(inspecting.welcome()).contains(.resumeWorkers))

  var armed = NodeBench()
  armed.prepare()
  armed.hearStop1()
  armed.park()
  armed.term = Term(rawValue: 2)
  #expect(armed.hear(armed.welcome()).contains(.abortMarking(armed.epoch(1))))

  var confirming = NodeBench()
  confirming.reachStop2()
  confirming.term = Term(rawValue: 2)
  #expect(confirming.hear(confirming.welcome()).contains(.resumeWorkers))
  #expect(confirming.machine.armedEpoch == confirming.epoch(1))
}

@Test func `a welcome of a lower term is no welcome`() {
  var bench = NodeBench()
  let before = bench.machine
  bench.term = .zero
  bench.hear(bench.welcome())
  bench.hear(bench.welcome(5))
  #expect(bench.machine == before)
}

@Test func `a fence is obeyed once and confirmed each time; one's own is the end`() {
  var bench = NodeBench()
  #expect(
    bench.hear(.fence(node: NodeID(2)))
      == [.fence(NodeID(2)), .send(.fenced(node: NodeID(2)))])
  #expect(bench.hear(.fence(node: NodeID(2))) == [.send(.fenced(node: NodeID(2)))])
  guard case .exit(.refused)? = bench.hear(.fence(node: NodeID(1))).first else {
    Issue.record("goes on after its own fence")
    return
  }
}

@Test func `a node leaves when its tables are empty, and only between cycles`() {
  var bench = NodeBench()
  #expect(bench.hear(.leave) == [.drainForLeaving])
  #expect(bench.hear(.leave).isEmpty)
  #expect(bench.give(.drained) == [.send(.left), .exit(.left)])

  bench = NodeBench()
  bench.reachMarking()
  bench.give(.leaveRequested)
  #expect(bench.give(.drained).isEmpty)
  bench.hear(.sweep(epoch: bench.epoch(1)))
  #expect(
    bench.park() == [
      .disarmAndSweep(bench.epoch(1)), .resumeWorkers, .send(.left), .exit(.left),
    ])
}

@Test func `what is not the protocol's is passed on, in this term only`() {
  var bench = NodeBench()
  let message = CoordinatorMessage.configure([Setting("GOGC", "50")])
  #expect(bench.hear(message) == [.forward(message)])
  #expect(bench.give(.message(term: .zero, message)).deeds.isEmpty)
}

@Test func `a heartbeat is answered with its number and the node's state`() {
  var bench = NodeBench()
  bench.reachMarking()
  guard case .sendHeartbeat(let status)? = bench.hear(.heartbeat(sequence: 9)).first else {
    Issue.record("not answered")
    return
  }
  #expect(status.sequence == 9)
  #expect(status.isMarking)
  #expect(status.epoch == bench.epoch(1))
}

@Test func `a node that is taken for another member since it was fenced ends`() {
  var bench = NodeBench()
  bench.hear(bench.welcome(version: 2))
  #expect(!bench.machine.hasExited)
  let deeds = bench.hear(bench.welcome(5, version: 3, members: [2, 5])).deeds
  guard case .exit(.refused(let reason))? = deeds.first, deeds.count == 1 else {
    Issue.record("it goes on: \(deeds)")
    return
  }
  #expect(reason.contains("node 1 was fenced") && reason.contains("node 5"))
  #expect(bench.machine.hasExited)
}
