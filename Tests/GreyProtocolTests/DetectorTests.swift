// Detectors and the batch gate, by themselves.

import GreyBasics
import GreyWire
import Testing

@testable import GreyProtocol

private func report(
  _ isIdle: Bool, wave: UInt64 = 0, sent: UInt64 = 0, received: UInt64 = 0, peer: Int
) -> MarkReport {
  MarkReport(
    epoch: Epoch(rawValue: 1), membersVersion: 1, wave: wave, stop: .zero, isIdle: isIdle,
    channels: [.init(peer: NodeID(peer), sent: sent, received: received)])
}

private let one = NodeID(1)
private let two = NodeID(2)

@Test func `channel counts propose when both are idle and the pair is equal`() {
  var detector = ChannelCounts(members: [one, two], rules: .all)
  #expect(detector.note(report(true, sent: 3, peer: 2), from: one) == .nothing)
  #expect(detector.note(report(true, received: 2, peer: 1), from: two) == .nothing)
  #expect(detector.note(report(false, received: 3, peer: 1), from: two) == .nothing)
  #expect(detector.note(report(true, received: 3, peer: 1), from: two) == .candidate)
  detector.forget()
  #expect(detector.note(report(true, received: 3, peer: 1), from: two) == .nothing)
}

@Test func `four counters need two waves, the second begun after the first`() {
  var detector = FourCounters(members: [one, two], rules: .all)
  #expect(detector.note(report(true, sent: 1, peer: 2), from: one) == .nothing)
  #expect(detector.note(report(true, received: 1, peer: 1), from: two) == .ask(wave: 1))
  #expect(detector.note(report(true, wave: 1, sent: 1, peer: 2), from: one) == .nothing)
  #expect(
    detector.note(report(true, wave: 1, received: 1, peer: 1), from: two) == .ask(wave: 2))
  #expect(detector.note(report(true, wave: 2, sent: 1, peer: 2), from: one) == .nothing)
  #expect(detector.note(report(true, wave: 1, received: 1, peer: 1), from: two) == .nothing)
  #expect(detector.note(report(true, wave: 2, received: 1, peer: 1), from: two) == .candidate)
}

@Test func `four counters see what one wave cannot: sent and received between its answers`() {
  // Node 1 answers, then sends 1 to node 2; node 2 receives it, sends 1 back, and then answers:
  // 1 sent, 1 received in all, although that last reference is still on its way.
  var detector = FourCounters(members: [one, two], rules: .all)
  _ = detector.note(report(true, peer: 2), from: one)
  _ = detector.note(report(true, peer: 1), from: two)
  #expect(detector.note(report(true, wave: 1, peer: 2), from: one) == .nothing)
  #expect(
    detector.note(report(true, wave: 1, sent: 1, received: 1, peer: 1), from: two)
      == .ask(wave: 2))
  #expect(detector.note(report(true, wave: 2, sent: 1, peer: 2), from: one) == .nothing)
  #expect(
    detector.note(report(true, wave: 2, sent: 1, received: 1, peer: 1), from: two) == .nothing)
  // Its arrival is a change, and the next pair of waves finds the end.
  #expect(
    detector.note(report(true, sent: 1, received: 1, peer: 2), from: one) == .ask(wave: 3))
}

@Test func `a busy answer ends the waves until its member is idle`() {
  var detector = FourCounters(members: [one, two], rules: .all)
  _ = detector.note(report(true, peer: 2), from: one)
  _ = detector.note(report(true, peer: 1), from: two)
  _ = detector.note(report(false, wave: 1, peer: 2), from: one)
  #expect(detector.note(report(true, wave: 1, peer: 1), from: two) == .nothing)
  #expect(detector.note(report(true, peer: 2), from: one) == .ask(wave: 2))
}

@Test func `without counting batches, idle is enough; without counting members, all but one are`() {
  let batches = RuleSet(without: [.countBatches])
  var detector = ChannelCounts(members: [one, two], rules: batches)
  _ = detector.note(report(true, sent: 3, peer: 2), from: one)
  #expect(detector.note(report(true, peer: 1), from: two) == .candidate)

  let members = RuleSet(without: [.countMembers])
  var forgetful = ChannelCounts(members: [one, two], rules: members)
  #expect(forgetful.note(report(true, sent: 3, peer: 2), from: one) == .candidate)
}

// MARK: The batch gate

private func batch(_ epoch: UInt64, from node: NodeID = one, _ count: Int = 1) -> BatchGate.Batch {
  BatchGate.Batch(
    from: node, epoch: Epoch(rawValue: epoch),
    references: GreyBatch(granules: 0..<UInt64(count)))
}

@Test func `a gate drops the past, applies the present, holds the future`() {
  var gate = BatchGate()
  #expect(gate.admit(batch(5)) == .held)
  #expect(gate.admit(batch(6)) == .held)
  #expect(gate.arm(Epoch(rawValue: 5)) == [batch(5)])
  #expect(gate.admit(batch(5)) == .apply)
  #expect(gate.admit(batch(4)) == .drop)
  gate.finish(Epoch(rawValue: 5))
  #expect(gate.admit(batch(5)) == .drop)
  #expect(gate.held == [batch(6)])
  #expect(gate.arm(Epoch(rawValue: 6)) == [batch(6)])
}

@Test func `an aborted epoch's held batches are gone, a fenced sender's too`() {
  var gate = BatchGate()
  _ = gate.admit(batch(5))
  _ = gate.admit(batch(7))
  _ = gate.admit(batch(7, from: two))
  gate.finish(Epoch(rawValue: 5))
  gate.fence(two)
  #expect(gate.held == [batch(7)])
  #expect(gate.heldReferences == 1)
}

@Test func `a full gate takes nothing, so that the link keeps it`() {
  var gate = BatchGate(capacity: 3)
  #expect(gate.admit(batch(5, 2)) == .held)
  #expect(gate.admit(batch(5, 2)) == .full)
  #expect(gate.admit(batch(5, 1)) == .held)
  #expect(gate.arm(Epoch(rawValue: 5)).count == 2)
  #expect(gate.admit(batch(6, 3)) == .held)
}

@Test func `without the epoch check the past is applied, without holding the future is lost`() {
  var unchecked = BatchGate(rules: RuleSet(without: [.epochCheck]))
  _ = unchecked.arm(Epoch(rawValue: 5))
  #expect(unchecked.admit(batch(4)) == .apply)
  var hasty = BatchGate(rules: RuleSet(without: [.holdEarly]))
  #expect(hasty.admit(batch(5)) == .drop)
  #expect(hasty.arm(Epoch(rawValue: 5)).isEmpty)
}
