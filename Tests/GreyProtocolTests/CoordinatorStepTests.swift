// Cycles that are walked by hand: where they hold, who is told what, and how they go on alone.

import GreyBasics
import GreyWire
import Testing

@testable import GreyProtocol

extension [CoordinatorAction] {
  fileprivate var holds: [HoldPoint] {
    compactMap { if case .held(let hold) = $0 { hold.point } else { nil } }
  }
  fileprivate var orders: [WalkOrder] {
    compactMap { if case .send(_, .walk(let order)) = $0 { order } else { nil } }
  }
  fileprivate var lastHold: Hold? {
    compactMap { if case .held(let hold) = $0 { hold } else { nil } }.last
  }
}

extension CoordinatorBench {
  fileprivate func walked(_ change: (inout WalkReport) -> Void = { _ in }) -> NodeMessage {
    let order = machine.stepping?.order
    var report = WalkReport(
      epoch: order?.epoch ?? .zero, stage: order?.stage ?? .mark, step: order?.step ?? 0)
    change(&report)
    return .walked(report)
  }

  /// Marking holds, nobody has marked anything.
  fileprivate mutating func holdInMarking(_ nodes: ClosedRange<Int>) {
    collect(stepped: true)
    all(nodes, .prepared(epoch: epoch))
    give(.stepOn(.phase))
    all(nodes, stopped())
    give(.stepOn(.phase))
    all(nodes, walked())
  }

  /// The decision is made, nobody has swept anything.
  fileprivate mutating func holdInSweeping(_ nodes: ClosedRange<Int>) {
    holdInMarking(nodes)
    give(.stepOn(.phase))
    all(nodes, walked())
    all(nodes, report())
    all(nodes, walked())
    give(.stepOn(.phase))
    all(nodes, walked())
    all(nodes, stopped())
    all(nodes, report(stop: stop))
    give(.stepOn(.phase))
    all(nodes, walked())
  }
}

@Test func `a stepped cycle holds at every point until it is told to go on`() {
  var bench = CoordinatorBench(members: 1)
  bench.collect(stepped: true)
  let epoch = bench.epoch
  #expect(bench.say(1, .prepared(epoch: epoch)) == [.held(Hold(.prepared, epoch: epoch))])
  #expect(bench.pass(.seconds(30)).notes.isEmpty)
  #expect(bench.give(.stepOn(.phase)).sent(to: 1).count == 1)
  #expect(bench.say(1, bench.stopped()).holds == [.armed])
  // The leases of a lecture are long: nothing is cancelled while a person looks.
  #expect(bench.pass(.seconds(60)).notes.isEmpty)
  // Told to hold before it is resumed: nobody marks before the first step.
  let resumed = bench.give(.stepOn(.phase)).sent(to: 1)
  #expect(
    resumed.first == .walk(WalkOrder(epoch: epoch, stage: .mark, step: 1, allowance: 0)))
  guard case .resume? = resumed.last else {
    Issue.record("not resumed: \(resumed)")
    return
  }
  #expect(bench.say(1, bench.walked()).holds == [.marking])
  let freed = bench.give(.stepOn(.phase)).orders
  #expect(freed.map(\.allowance) == [WalkOrder.unlimited])
  #expect(bench.say(1, bench.walked()).holds.isEmpty)
  // Collectors ran free: before the candidate is shown, everybody says how things stand.
  #expect(bench.say(1, bench.report()).orders.map(\.allowance) == [0])
  #expect(bench.say(1, bench.walked { $0.objectsMarked = 8 }).lastHold?.reports.count == 1)
  bench.give(.stepOn(.phase))
  bench.say(1, bench.stopped())
  #expect(bench.say(1, bench.report(stop: bench.stop)).holds == [.confirmed])
  let decided = bench.give(.stepOn(.phase)).sent(to: 1)
  #expect(decided.last == .sweep(epoch: epoch))
  #expect(
    decided.dropLast().last
      == .walk(WalkOrder(epoch: epoch, stage: .sweep, step: 5, allowance: 0)))
  #expect(bench.say(1, bench.walked()).holds == [.sweeping])
  bench.give(.stepOn(.phase))
  let end = bench.say(1, .swept(SweepReport(epoch: epoch)))
  #expect(end.cycles.count == 1)
  #expect(bench.machine.stepping == nil)
}

@Test func `a quantum goes to every member and is over when the last has answered`() {
  var bench = CoordinatorBench(members: 2)
  bench.holdInMarking(1...2)
  let orders = bench.give(.stepOn(.quantum(50)))
  #expect(orders.orders.map(\.allowance) == [50, 50])
  #expect(bench.say(2, bench.walked { $0.greyLeft = 7 }).holds.isEmpty)
  let hold = bench.say(1, bench.walked { $0.objectsMarked = 50 }).lastHold
  #expect(hold?.point == .marking)
  #expect(hold?.quantum == 50)
  #expect(hold?.nodes == [NodeID(1), NodeID(2)])
  #expect(hold?.reports.map(\.objectsMarked) == [50, 0])
  #expect(hold?.reports.map(\.greyLeft) == [0, 7])
}

@Test func `an answer to another step changes nothing`() {
  var bench = CoordinatorBench(members: 1)
  bench.holdInMarking(1...1)
  let old = bench.walked()
  bench.give(.stepOn(.quantum(50)))
  #expect(bench.say(1, old).holds.isEmpty)
  #expect(bench.say(1, bench.walked()).holds == [.marking])
  #expect(bench.say(1, bench.walked()).holds.isEmpty)
}

@Test func `marking that is complete while it holds holds as a candidate`() {
  var bench = CoordinatorBench(members: 1)
  bench.holdInMarking(1...1)
  bench.give(.stepOn(.quantum(50)))
  // The report comes first: the step still ends with its answer.
  #expect(bench.say(1, bench.report()).holds.isEmpty)
  #expect(bench.say(1, bench.walked()).holds == [.candidate])

  bench = CoordinatorBench(members: 1)
  bench.holdInMarking(1...1)
  #expect(bench.say(1, bench.report()).holds == [.candidate])
  // Collectors are let go before the stop: what its flushes yield is marked as ever.
  let sent = bench.give(.stepOn(.quantum(50))).sent(to: 1)
  guard case .walk(let order)? = sent.first, case .stopAndConfirm? = sent.last else {
    Issue.record("not stopped: \(sent)")
    return
  }
  #expect(order.allowance == WalkOrder.unlimited)
}

@Test func `a false candidate holds marking again`() {
  var bench = CoordinatorBench(members: 1)
  bench.holdInMarking(1...1)
  bench.say(1, bench.report())
  bench.give(.stepOn(.phase))
  bench.say(1, bench.walked())
  bench.say(1, bench.stopped())
  bench.say(1, bench.report(idle: false, stop: bench.stop))
  let back = bench.pass(.milliseconds(100))
  #expect(back.orders.map(\.allowance) == [0])
  #expect(bench.say(1, bench.walked()).holds == [.marking])
}

@Test func `sweeping goes by pages that hold about as many objects`() {
  var bench = CoordinatorBench(members: 1)
  bench.holdInSweeping(1...1)
  #expect(bench.give(.stepOn(.quantum(1_000))).orders.map(\.allowance) == [7])
  #expect(bench.say(1, bench.walked { $0.pagesLeft = 3 }).lastHold?.quantum == 7)
  #expect(bench.give(.stepOn(.quantum(1))).orders.map(\.allowance) == [1])
}

@Test func `an interrupt lets the cycle run free from wherever it holds`() {
  var bench = CoordinatorBench(members: 1)
  bench.holdInMarking(1...1)
  #expect(bench.give(.stepOn(.toEnd)).orders.map(\.allowance) == [WalkOrder.unlimited])
  bench.say(1, bench.walked())
  #expect(bench.say(1, bench.report()).holds.isEmpty)
  bench.say(1, bench.stopped())
  #expect(
    bench.say(1, bench.report(stop: bench.stop)).sent(to: 1)
      == [.sweep(epoch: Epoch(rawValue: 1))])

  bench = CoordinatorBench(members: 1)
  bench.holdInSweeping(1...1)
  #expect(bench.give(.stepOn(.toEnd)).orders.map(\.allowance) == [WalkOrder.unlimited])
  #expect(bench.say(1, .swept(SweepReport(epoch: Epoch(rawValue: 1)))).cycles.count == 1)
}

@Test func `an order that is not answered is said again, until it is`() {
  var bench = CoordinatorBench(members: 2)
  bench.holdInMarking(1...2)
  bench.give(.stepOn(.toEnd))
  bench.say(1, bench.walked())
  let again = bench.pass(.milliseconds(1_100))
  #expect(again.sent(to: 1).allSatisfy { if case .walk = $0 { false } else { true } })
  #expect(again.orders.map(\.step) == [2])
  bench.say(2, bench.walked())
  #expect(bench.pass(.milliseconds(1_100)).orders.isEmpty)
}

@Test func `a hold that nobody ends ends by itself`() {
  var bench = CoordinatorBench(members: 1)
  bench.holdInMarking(1...1)
  let actions = bench.pass(.seconds(601))
  #expect(actions.orders.map(\.allowance).first == WalkOrder.unlimited)
  #expect(
    actions.notes.contains { if case .walksOn = $0 { true } else { false } }, "\(actions)")
  #expect(bench.say(1, bench.report()).holds.isEmpty)
}

@Test func `a member's death in a step aborts, and the next attempt is walked again`() {
  var bench = CoordinatorBench(members: 2)
  bench.holdInMarking(1...2)
  bench.give(.stepOn(.quantum(9)))
  bench.give(.died(NodeID(2), reason: "killed"))
  bench.say(1, .fenced(node: NodeID(2)))
  #expect(bench.say(1, .prepared(epoch: bench.epoch)).holds == [.prepared])
  bench = CoordinatorBench(members: 2)
  bench.holdInSweeping(1...2)
  bench.give(.stepOn(.quantum(9)))
  bench.say(1, bench.walked())
  #expect(bench.give(.died(NodeID(2), reason: "killed")).holds == [.sweeping])
}
