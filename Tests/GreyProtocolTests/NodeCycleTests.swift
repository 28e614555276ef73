// A node, arrow by arrow:
//
//   joining → running → preparing → prepared → (parked) marking → (parked) running, sweeping
//
// and every way back: abort, lease, a later prepare, a coordinator of a higher term.

import GreyBasics
import GreyWire
import Testing

@testable import GreyProtocol

@Test func `a process says hello until it is welcomed`() {
  var bench = NodeBench(joined: false)
  guard case .send(.hello(let hello))? = bench.actions.first else {
    Issue.record("no hello: \(bench.actions)")
    return
  }
  #expect(hello.node == .none)
  #expect(bench.pass(.milliseconds(1_000)).messages == [.hello(hello)])
  let joined = bench.hear(bench.welcome())
  #expect(bench.machine.phase == .running)
  guard case .joined(let welcome)? = joined.first else {
    Issue.record("not joined: \(joined)")
    return
  }
  #expect(welcome.node == NodeID(1))
}

@Test func `a refused process exits with the reason`() {
  var bench = NodeBench(joined: false)
  #expect(bench.hear(.refuse(reason: "another cluster")) == [.exit(.refused("another cluster"))])
  #expect(bench.give(.tick).isEmpty)
}

@Test func `prepare finishes sweeping and is answered once that is done`() {
  var bench = NodeBench()
  #expect(
    bench.hear(.prepare(epoch: bench.epoch(1)))
      == [.finishSweepAndClear(bench.epoch(1), clearMarks: false)])
  #expect(
    bench.give(.finishedPreparing(bench.epoch(1))).messages == [.prepared(epoch: bench.epoch(1))])
  // Asked again, because the answer was lost.
  #expect(bench.hear(.prepare(epoch: bench.epoch(1))) == [.send(.prepared(epoch: bench.epoch(1)))])
}

@Test func `stop 1 parks, arms, answers; its resume begins to mark`() {
  var bench = NodeBench()
  bench.prepare()
  #expect(bench.hearStop1() == [.stopWorkers(pause: 1)])
  #expect(bench.machine.armedEpoch == .zero)
  bench.now = bench.now + .microseconds(80)
  #expect(
    bench.park() == [
      .arm(bench.epoch(1), members: [NodeID(1), NodeID(2)]),
      .send(.stopped(stop: bench.stop(1), epoch: bench.epoch(1), stopNanoseconds: 80_000)),
    ])
  #expect(bench.machine.armedEpoch == bench.epoch(1))
  #expect(
    bench.hear(.resume(stop: bench.stop(1))) == [.startMarking(bench.epoch(1)), .resumeWorkers])
}

@Test
func `an idle node reports when it turns idle and when its counts change, a busy one does not`() {
  var bench = NodeBench()
  bench.reachMarking()
  #expect(bench.mark(idle: false).isEmpty)
  #expect(bench.mark(idle: true) == [bench.report(idle: true)])
  #expect(bench.mark(idle: true).isEmpty)
  #expect(bench.mark(idle: true, sent: 2) == [bench.report(idle: true, sent: 2)])
  #expect(bench.mark(idle: false, sent: 2).isEmpty)
  #expect(bench.mark(idle: true, sent: 2) == [bench.report(idle: true, sent: 2)])
}

@Test func `a wave is answered, busy or not`() {
  var bench = NodeBench()
  bench.reachMarking()
  #expect(bench.hear(.reportRequest(epoch: bench.epoch(1), wave: 3)) == [.sampleMarkState])
  #expect(bench.mark(idle: false) == [bench.report(idle: false, wave: 3)])
  #expect(bench.mark(idle: false).isEmpty)
}

@Test func `stop 2 samples after parking, answers, and reports every change in it`() {
  var bench = NodeBench()
  bench.reachMarking()
  #expect(bench.hearStop2() == [.stopWorkers(pause: 2)])
  // Before its workers are parked nothing said counts for the stop.
  #expect(bench.mark(idle: true).isEmpty)
  #expect(
    bench.park() == [
      .sampleMarkState,
      .send(.stopped(stop: bench.stop(2), epoch: bench.epoch(1), stopNanoseconds: 0)),
    ])
  #expect(bench.mark(idle: false) == [bench.report(idle: false, stop: 2)])
  #expect(bench.mark(idle: true, sent: 1) == [bench.report(idle: true, stop: 2, sent: 1)])
}

@Test func `after a false candidate an idle node says so again`() {
  var bench = NodeBench()
  bench.reachStop2()
  bench.mark(idle: true, sent: 1)
  #expect(
    bench.hear(.resume(stop: bench.stop(2)))
      == [bench.report(idle: true, sent: 1), .resumeWorkers])
}

@Test func `sweep in stop 2 disarms at once and lets tasks run`() {
  var bench = NodeBench()
  bench.reachStop2()
  #expect(
    bench.hear(.sweep(epoch: bench.epoch(1)))
      == [.disarmAndSweep(bench.epoch(1)), .resumeWorkers])
  #expect(bench.machine.sweeping == bench.epoch(1))
  let report = SweepReport(epoch: bench.epoch(1))
  #expect(bench.give(.sweepFinished(report)) == [.send(.swept(report))])
  // Told again, because the report was lost.
  #expect(bench.hear(.sweep(epoch: bench.epoch(1))) == [.send(.swept(report))])
}

@Test func `sweep at a node that runs stops this node alone first`() {
  var bench = NodeBench()
  bench.reachMarking()
  #expect(bench.hear(.sweep(epoch: bench.epoch(1))) == [.stopWorkers(pause: 2)])
  #expect(bench.machine.armedEpoch == bench.epoch(1))
  #expect(bench.park() == [.disarmAndSweep(bench.epoch(1)), .resumeWorkers])
}

@Test func `sweep that overtakes the parking of stop 2 uses that pause`() {
  var bench = NodeBench()
  bench.reachMarking()
  bench.hearStop2()
  #expect(bench.hear(.sweep(epoch: bench.epoch(1))).isEmpty)
  #expect(bench.park() == [.disarmAndSweep(bench.epoch(1)), .resumeWorkers])
}

@Test func `prepare and inspection wait for a sweep that waits for parking`() {
  var bench = NodeBench()
  bench.reachMarking()
  bench.hear(.sweep(epoch: bench.epoch(1)))
  #expect(bench.hear(.prepare(epoch: bench.epoch(2))).isEmpty)
  #expect(
    bench.park() == [
      .disarmAndSweep(bench.epoch(1)),
      .finishSweepAndClear(bench.epoch(2), clearMarks: false), .resumeWorkers,
    ])

  bench = NodeBench()
  bench.reachMarking()
  bench.hear(.sweep(epoch: bench.epoch(1)))
  bench.hear(.stopToInspect(stop: bench.stop(9), lease: .seconds(4)))
  #expect(
    bench.park() == [
      .disarmAndSweep(bench.epoch(1)),
      .send(.stopped(stop: bench.stop(9), epoch: .zero, stopNanoseconds: 0)),
    ])
}

@Test func `abort takes everything back, whatever the phase, and the next prepare clears`() {
  var preparing = NodeBench()
  preparing.hear(.prepare(epoch: preparing.epoch(1)))
  var prepared = NodeBench()
  prepared.prepare()
  var parking = prepared
  parking.hearStop1()
  var armed = parking
  armed.park()
  var marking = NodeBench()
  marking.reachMarking()
  var confirming = NodeBench()
  confirming.reachStop2()
  let cases: [(NodeBench, deeds: [NodeAction], hasMarks: Bool)] = [
    (preparing, [], false), (prepared, [], false), (parking, [.resumeWorkers], false),
    (armed, [.abortMarking(armed.epoch(1)), .resumeWorkers], true),
    (marking, [.abortMarking(armed.epoch(1))], true),
    (confirming, [.abortMarking(armed.epoch(1)), .resumeWorkers], true),
  ]
  for (start, deeds, hasMarks) in cases {
    var bench = start
    #expect(bench.hear(.abort(epoch: bench.epoch(1))).deeds == deeds)
    #expect(bench.machine.phase == .running)
    #expect(
      bench.hear(.prepare(epoch: bench.epoch(2)))
        == [.finishSweepAndClear(bench.epoch(2), clearMarks: hasMarks)])
  }
}

@Test func `a burnt epoch never comes back`() {
  var bench = NodeBench()
  bench.prepare()
  bench.hear(.abort(epoch: bench.epoch(1)))
  #expect(bench.hear(.prepare(epoch: bench.epoch(1))).deeds.isEmpty)
  #expect(bench.hearStop1().deeds.isEmpty)
  #expect(bench.machine.phase == .running)
}

@Test func `a later prepare drops an epoch whose end was never heard`() {
  var bench = NodeBench()
  bench.reachMarking()
  #expect(
    bench.hear(.prepare(epoch: bench.epoch(2))).deeds == [
      .abortMarking(bench.epoch(1)), .finishSweepAndClear(bench.epoch(2), clearMarks: true),
    ])
}

@Test func `a node is moved by no late or foreign message, in any phase`() {
  var prepared = NodeBench()
  prepared.prepare()
  var armed = prepared
  armed.hearStop1()
  armed.park()
  var marking = NodeBench()
  marking.reachMarking()
  var confirming = NodeBench()
  confirming.reachStop2()
  let late: [CoordinatorMessage] = [
    .sweep(epoch: Epoch(rawValue: 99)), .abort(epoch: Epoch(rawValue: 99)),
    .resume(stop: StopNumber(rawValue: 99)),
    .stopAndConfirm(epoch: Epoch(rawValue: 99), stop: .zero, lease: .seconds(4)),
    .stopAndArm(epoch: Epoch(rawValue: 99), stop: .zero, members: [], lease: .seconds(4)),
    .reportRequest(epoch: Epoch(rawValue: 99), wave: 1), .prepare(epoch: .zero),
    .members(version: 0, []),
  ]
  for start in [NodeBench(), prepared, armed, marking, confirming] {
    var bench = start
    for message in late {
      #expect(bench.hear(message).deeds.isEmpty, "\(message)")
      #expect(bench.machine == start.machine, "\(message)")
    }
    bench.give(.workersParked(pause: 99))
    bench.give(.finishedPreparing(Epoch(rawValue: 99)))
    bench.give(.sweepFinished(SweepReport(epoch: Epoch(rawValue: 99))))
    #expect(bench.machine == start.machine)
    // The same messages with right numbers, but of a term that is over.
    bench.term = .zero
    bench.hear(.abort(epoch: Epoch(rawValue: 1)))
    bench.hear(.sweep(epoch: Epoch(rawValue: 1)))
    #expect(bench.machine == start.machine)
  }
}

@Test func `sweep is obeyed only for the epoch that is marked`() {
  var bench = NodeBench()
  bench.prepare()
  #expect(bench.hear(.sweep(epoch: bench.epoch(1))).deeds.isEmpty)
  bench.hearStop1()
  bench.park()
  bench.hear(.abort(epoch: bench.epoch(1)))
  #expect(bench.hear(.sweep(epoch: bench.epoch(1))).deeds.isEmpty)
}
