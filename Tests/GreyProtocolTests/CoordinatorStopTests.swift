// Stops that are not answered, leases, backing off, and stops that only look.

import GreyBasics
import GreyWire
import Testing

@testable import GreyProtocol

/// The first cancelled stop among these actions.
private func cancelled(
  _ actions: [CoordinatorAction]
) -> (silent: [CoordinatorNote.Silent], retryAfter: Duration)? {
  for case .stopCancelled(_, _, _, let silent, let retryAfter) in actions.notes {
    return (silent, retryAfter)
  }
  return nil
}

@Test func `a stop 1 not answered in time is cancelled, and the log names node and task`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachStop1(1...2)
  bench.say(1, bench.stopped())
  let epoch = bench.epoch
  // Halfway, the silent one is asked what it is doing.
  let half = bench.pass(.milliseconds(1_000))
  #expect(half.sent(to: 2).count > half.sent(to: 1).count)
  var status = NodeStatus()
  status.runningTask = "task 12 in matrix.multiply"
  bench.say(2, .heartbeat(status))
  let actions = bench.pass(.milliseconds(1_100))
  #expect(
    cancelled(actions)?.silent
      == [.init(node: NodeID(2), runningTask: "task 12 in matrix.multiply")])
  #expect(actions.receivers(of: .abort(epoch: epoch)) == [1, 2])
}

@Test func `who says twice that it is in a stop that is over is told again to go on`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachStop1(1...2)
  let stop = bench.stop
  bench.all(1...2, bench.stopped())
  var status = NodeStatus()
  status.epoch = bench.epoch
  status.isMarking = true
  status.stop = stop
  // The first may have crossed the resume.
  #expect(bench.say(2, .heartbeat(status)).receivers(of: .resume(stop: stop)).isEmpty)
  #expect(bench.say(2, .heartbeat(status)).receivers(of: .resume(stop: stop)) == [2])
  // Not with every heartbeat.
  #expect(bench.say(2, .heartbeat(status)).receivers(of: .resume(stop: stop)).isEmpty)
  status.stop = .zero
  #expect(bench.say(1, .heartbeat(status)).receivers(of: .resume(stop: stop)).isEmpty)
}

@Test func `in a stop that holds, nobody is told to go on`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachStop1(1...2)
  bench.say(1, bench.stopped())
  var status = NodeStatus()
  status.stop = bench.stop
  for _ in 1...3 {
    #expect(bench.say(1, .heartbeat(status)).receivers(of: .resume(stop: bench.stop)).isEmpty)
  }
}

@Test func `a cancelled stop 1 burns its epoch and backs off exponentially`() {
  var bench = CoordinatorBench(members: 2)
  bench.collect()
  var waits: [Duration] = []
  var epochs: [Epoch] = []
  for _ in 0..<9 {
    while bench.machine.phase == .idle { bench.pass(.milliseconds(100)) }
    epochs.append(bench.epoch)
    bench.all(1...2, .prepared(epoch: bench.epoch))
    var actions: [CoordinatorAction] = []
    while bench.machine.phase != .idle { actions += bench.pass(.milliseconds(100)) }
    waits.append(cancelled(actions)?.retryAfter ?? .zero)
  }
  #expect(epochs == (1...9).map { Epoch(rawValue: $0) })
  #expect(waits.prefix(4) == [100, 200, 400, 800].map { .milliseconds($0) }[...])
  #expect(waits.last == .seconds(10))
}

@Test func `a stop answered at last is the end of backing off`() {
  var bench = CoordinatorBench(members: 1)
  bench.reachStop1(1...1)
  bench.pass(.milliseconds(2_200))
  bench.all(1...1, .prepared(epoch: bench.epoch))
  bench.all(1...1, bench.stopped())
  #expect(bench.machine.phase == .marking(Epoch(rawValue: 2)))
  #expect(bench.machine.cancelledStops == 0)
}

@Test func `a stop 2 not answered in time goes back to marking the same epoch`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachStop2(1...2)
  let stop = bench.stop
  bench.say(1, bench.stopped())
  let actions = bench.pass(.milliseconds(2_100))
  #expect(cancelled(actions)?.silent.map(\.node) == [NodeID(2)])
  #expect(actions.receivers(of: .resume(stop: stop)) == [1, 2])
  #expect(bench.machine.phase == .marking(Epoch(rawValue: 1)))
  // The next candidate waits.
  bench.all(1...2, bench.report())
  #expect(bench.machine.phase == .marking(Epoch(rawValue: 1)))
  bench.pass(.milliseconds(100))
  #expect(bench.stop.rawValue > stop.rawValue)
}

@Test func `nothing is decided after half the lease, complete or not`() {
  var bench = CoordinatorBench(members: 1)
  bench.reachStop1(1...1)
  bench.now = bench.now + .milliseconds(2_001)
  bench.say(1, bench.stopped())
  #expect(bench.machine.phase == .idle)

  bench = CoordinatorBench(members: 1)
  bench.reachStop2(1...1)
  bench.say(1, bench.stopped())
  let confirmation = bench.report(stop: bench.stop)
  bench.now = bench.now + .milliseconds(2_001)
  let late = bench.say(1, confirmation)
  #expect(late.receivers(of: .sweep(epoch: Epoch(rawValue: 1))).isEmpty)
  #expect(bench.machine.phase == .marking(Epoch(rawValue: 1)))
}

@Test func `a lease that ended in stop 1 aborts the epoch, even when marking has begun`() {
  for reach in [true, false] {
    var bench = CoordinatorBench(members: 2)
    bench.reachStop1(1...2)
    let stop = bench.stop
    if reach { bench.all(1...2, bench.stopped()) }
    let epoch = bench.epoch
    let actions = bench.say(2, .leaseEnded(stop: stop, epoch: epoch))
    #expect(actions.receivers(of: .abort(epoch: epoch)) == [1, 2])
  }
}

@Test func `a lease that ended in stop 2 cancels only the stop`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachStop2(1...2)
  let stop = bench.stop
  let actions = bench.say(2, .leaseEnded(stop: stop, epoch: bench.epoch))
  #expect(actions.receivers(of: .resume(stop: stop)) == [1, 2])
  #expect(bench.machine.phase == .marking(Epoch(rawValue: 1)))
}

@Test func `an inspection stops everyone after sweeping and lets go when told`() {
  var bench = CoordinatorBench(members: 2)
  bench.reachDecision(1...2)
  #expect(bench.give(.inspect(request: 5, lease: .seconds(60))).isEmpty)
  bench.say(1, .swept(SweepReport(epoch: Epoch(rawValue: 1))))
  let began = bench.say(2, .swept(SweepReport(epoch: Epoch(rawValue: 1))))
  let stop = bench.stop
  #expect(
    began.receivers(of: .stopToInspect(stop: stop, lease: .seconds(60))) == [1, 2])
  // No cycle meanwhile.
  bench.collect(6)
  bench.say(1, .stopped(stop: stop, epoch: .zero, stopNanoseconds: 1))
  let ready = bench.say(2, .stopped(stop: stop, epoch: .zero, stopNanoseconds: 1))
  #expect(
    ready == [.inspectionReady(request: 5, stop: stop, nodes: [NodeID(1), NodeID(2)])])
  bench.pass(.seconds(25))
  #expect(bench.machine.phase == .inspecting(stop))
  let released = bench.give(.inspectionDone(request: 5))
  #expect(released.receivers(of: .resume(stop: stop)) == [1, 2])
  #expect(bench.machine.phase == .preparing(Epoch(rawValue: 2)))
}

@Test func `an inspection fails, and lets go, by silence, death, lease, and not at all by others`()
{
  func failure(_ bench: CoordinatorBench) -> Bool {
    bench.actions.contains { if case .inspectionFailed(5, _) = $0 { true } else { false } }
  }
  var start = CoordinatorBench(members: 2)
  start.give(.inspect(request: 5, lease: .seconds(10)))
  let stop = start.stop

  var silent = start
  silent.say(1, .stopped(stop: stop, epoch: .zero, stopNanoseconds: 1))
  silent.pass(.milliseconds(2_100))
  #expect(failure(silent) && silent.machine.phase == .idle)

  var dead = start
  dead.give(.died(NodeID(1), reason: "killed"))
  #expect(failure(dead) && dead.machine.phase == .idle)
  #expect(dead.actions.receivers(of: .resume(stop: stop)) == [2])

  var long = start
  long.all(1...2, .stopped(stop: stop, epoch: .zero, stopNanoseconds: 1))
  long.pass(.milliseconds(5_100))
  #expect(failure(long) && long.machine.phase == .idle)

  var ended = start
  ended.say(2, .leaseEnded(stop: stop, epoch: .zero))
  #expect(failure(ended))

  var other = start
  other.give(.inspectionDone(request: 6))
  #expect(other.machine == start.machine)
}
