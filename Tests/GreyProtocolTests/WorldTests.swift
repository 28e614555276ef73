// Many small histories of a cluster in which everything goes wrong, and the proof that they can
// fail: with a rule switched off, some seed loses.
//
// `GREYWAVE_SEEDS` in the environment sets how many histories are lived (160 by default, a few
// seconds in a debug build).

import Foundation
import GreyBasics
import GreyWire
import Testing

@testable import GreyProtocol

private let histories =
  UInt64(ProcessInfo.processInfo.environment["GREYWAVE_SEEDS"] ?? "") ?? 160

@Test(arguments: 0..<4)
func `a cluster in trouble keeps its rules and comes to rest`(part: UInt64) throws {
  var cycles = 0
  var falseCandidates = 0
  var cancelledStops = 0
  for seed in stride(from: part, to: histories, by: 4) {
    let world = try ToyWorld.live(seed)
    cycles += world.finishedCycles
    falseCandidates += world.falseCandidates
    cancelledStops += world.cancelledStops
  }
  // The troubles happened, and so did the collections.
  #expect(cycles > Int(histories) / 4)
  #expect(falseCandidates > 0)
  #expect(cancelledStops > 0)
}

@Test func `the same seed lives the same history`() throws {
  let first = try ToyWorld.live(11)
  let second = try ToyWorld.live(11)
  #expect(first.steps == second.steps)
  #expect(first.coordinator == second.coordinator)
  #expect(first.nodes.map(\.machine) == second.nodes.map(\.machine))
}

/// The first history that this cluster loses without its rule.
private func loss(without rule: Rule, _ troubles: Troubles? = nil) -> String? {
  for seed: UInt64 in 0..<120 {
    do {
      try ToyWorld.live(seed, rules: RuleSet(without: [rule]), troubles: troubles)
    } catch let violation as Violation {
      return violation.what
    } catch {
      return nil
    }
  }
  return nil
}

@Test func `batches not counted: an epoch is decided over something grey`() {
  #expect(loss(without: .countBatches)?.contains("decided") == true)
}

@Test func `a member not counted: an epoch is decided over something grey`() {
  #expect(loss(without: .countMembers)?.contains("decided") == true)
}

@Test func `undecided epochs swept: a node sweeps what nobody decided`() {
  #expect(loss(without: .undecidedNeverSweeps)?.contains("never decided") == true)
}

@Test func `a cancelled stop 1 not burnt: its number is armed again`() {
  var troubles = Troubles()
  troubles.stuckEvery = 3
  #expect(loss(without: .burnEpoch, troubles)?.contains("burnt epoch") == true)
}

@Test func `stops without a lease: a node whose coordinator died stays stopped`() {
  var troubles = Troubles()
  troubles.crashes = 1
  troubles.staysDown = true
  troubles.stuckEvery = 2
  troubles.inspections = 6
  #expect(loss(without: .stopLease, troubles)?.contains("has been stopped") == true)
}

@Test func `the dead not fenced: a survivor would still listen`() {
  var troubles = Troubles()
  troubles.deaths = 1
  #expect(loss(without: .fenceDead, troubles)?.contains("would still listen") == true)
}

@Test func `epochs not checked: a late batch of an old epoch is applied`() {
  var troubles = Troubles()
  // Nothing is on its way when an epoch is swept, so it takes one that is aborted while it marks.
  troubles.nodes = 4
  troubles.deaths = 3
  troubles.longEvery = 4
  #expect(loss(without: .epochCheck, troubles)?.contains("batch of epoch") == true)
}
