// What a cycle is asked for, and what the coordinator does about it besides.

import GreyBasics
import GreyWire
import Testing

@testable import GreyProtocol

@Test func `a task parked at its limit hurries everybody until its cycle is over`() {
  var bench = CoordinatorBench(members: 3)
  let asked = bench.say(2, .collectRequest(.memory, reason: "a task waits for 64 bytes"))
  #expect(asked.receivers(of: .hurry) == [1, 2, 3])
  #expect(
    asked.notes == [
      .cycleStarted(Epoch(rawValue: 1), .memory(NodeID(2), reason: "a task waits for 64 bytes"))
    ])
  bench.all(1...3, .prepared(epoch: bench.epoch))
  bench.all(1...3, bench.stopped())
  #expect(bench.machine.isMemoryAwaited)
  bench.all(1...3, bench.report())
  bench.all(1...3, bench.stopped())
  bench.all(1...3, bench.report(stop: bench.stop))
  #expect(bench.machine.isMemoryAwaited, "nothing is freed before it is swept")
  bench.all(1...3, .swept(SweepReport(epoch: Epoch(rawValue: 1))))
  #expect(!bench.machine.isMemoryAwaited)
}

@Test func `who is silent while a task is parked at its limit is fenced in half the time`() {
  var bench = CoordinatorBench(members: 3)
  bench.say(1, .collectRequest(.memory, reason: "full"))
  let silent = [NodeID(3)]
  bench.pass(.milliseconds(4_900), silent: silent)
  #expect(bench.machine.members.keys.count == 3)
  bench.pass(.milliseconds(300), silent: silent)
  #expect(bench.machine.members.keys == [NodeID(1), NodeID(2)])
  #expect(bench.machine.isMemoryAwaited, "the demand survives the attempt")
}

@Test func `a task that asks for a cycle is no reason to hurry or to fence`() {
  var bench = CoordinatorBench(members: 2)
  let asked = bench.say(1, .collectRequest(.cycle, reason: "runtime.GC"))
  #expect(asked.receivers(of: .hurry).isEmpty)
  #expect(
    asked.notes == [
      .cycleStarted(Epoch(rawValue: 1), .task(NodeID(1), reason: "runtime.GC"))
    ])
  bench.pass(.milliseconds(9_900), silent: [NodeID(2)])
  #expect(bench.machine.members.keys.count == 2)
}

@Test func `what the pacer wants is answered by the cycle that runs, what a task wants is not`() {
  let causes: [(CollectCause, Bool)] = [
    (.heap(heapBytes: 2, triggerBytes: 1), false), (.limit(NodeID(1)), false), (.periodic, false),
    (.task(NodeID(1), reason: ""), true), (.memory(NodeID(1), reason: ""), true),
    (.command(request: 9), true),
  ]
  for (cause, wantsItsOwn) in causes {
    var bench = CoordinatorBench(members: 1)
    bench.reachMarking(1...1)
    bench.give(.collect(cause, stepped: false))
    bench.all(1...1, bench.report())
    bench.all(1...1, bench.stopped())
    bench.all(1...1, bench.report(stop: bench.stop))
    #expect((bench.machine.phase == .preparing(Epoch(rawValue: 2))) == wantsItsOwn, "\(cause)")
  }
}
