// A coordinator that is gone, stands still, or dies in the midst of what it does.

import GreyBasics
import GreyEngine
import GreyEvents
import GreyMutator
import GreyProtocol
import Testing

@testable import GreySimulator

@Suite struct CoordinatorTests {
  private func happen(_ fault: Fault, _ lab: Laboratory) throws -> Int {
    let before = lab.cluster.faults
    try lab.cluster.replay(DrawnStep(actor: .fault(fault)))
    return lab.cluster.faults - before
  }

  /// Tasks go on while nobody reigns, and a successor collects.
  @Test func nodesGoOnWithoutOne() throws {
    let lab = try Laboratory(seed: 11, nodes: 3)
    try lab.stir(operations: 1_000_000)
    lab.cluster.askToCollect()
    try lab.cluster.run(until: "a stop") {
      lab.cluster.processes.contains { $0.core.map { $0.stop.requested != 0 } ?? false }
    }
    #expect(try happen(.killCoordinator, lab) == 1)
    #expect(try happen(.killCoordinator, lab) == 0, "it is gone already")
    #expect(!lab.cluster.isCoordinatorUp)
    lab.cluster.pace.jumpUs = 20_000
    try lab.cluster.run(until: "every lease to end") {
      lab.cluster.processes.allSatisfy { $0.core?.stop.requested == 0 }
    }
    try lab.cluster.run(steps: 2_000)
    #expect(WorldCheck(lab.cluster).lost.isEmpty)
    #expect(try happen(.reviveCoordinator, lab) == 0, "that breaks nothing")
    #expect(try GcResult(lab.ask(.gc(timeoutUs: nil))).figures.nodes == 3)
  }

  /// What comes to it while it stands still it hears afterwards.
  @Test func oneThatStandsStillHearsItAllLater() throws {
    let lab = try Laboratory(seed: 12, nodes: 3)
    #expect(try happen(.stallCoordinator, lab) == 1)
    lab.cluster.kill(2)
    try lab.cluster.run(steps: 500)
    #expect(lab.cluster.coordinator.memberNodes.count == 3)
    #expect(try happen(.wakeCoordinator, lab) == 0)
    #expect(lab.cluster.coordinator.memberNodes.count == 2)
  }

  /// Of a decision that was not written down nothing is known afterwards, and of one that was
  /// written down, but not told, all.
  @Test func oneThatDiesInATurnHasDecidedWhatItWroteDown() throws {
    var ends: Set<Bool> = []
    for kept in [0, 1, 2, 3] {
      let lab = try Laboratory(seed: 13, nodes: 2)
      lab.cluster.askToCollect()
      try lab.cluster.run(until: "stop 2") {
        if case .stoppingToConfirm = lab.cluster.coordinator.phase { true } else { false }
      }
      let epoch = try #require(lab.cluster.coordinator.phase.undecided)
      // Its next turn of any consequence is the decision; so many of its effects come to pass.
      #expect(try happen(.killCoordinatorInTurn, lab) == 1)
      while lab.cluster.isCoordinatorUp {
        let arrivals = deliverable(lab)
        let actor = arrivals.first.map(Actor.arrival) ?? .time
        try lab.cluster.replay(
          DrawnStep(actor: actor, values: actor == .time ? [] : [Int32(kept)]))
        for index in 0..<2 {
          try lab.cluster.replay(DrawnStep(actor: .worker(process: index, index: 0)))
          try lab.cluster.replay(DrawnStep(actor: .engine(process: index)))
        }
      }
      ends.insert(lab.cluster.view.decided >= epoch)
      #expect(lab.cluster.coordinator.decidedEpoch == epoch, "it had decided, in its mind")
      try lab.cluster.reviveCoordinator()
      #expect(lab.cluster.coordinator.decidedEpoch == lab.cluster.view.decided)
      #expect(try GcResult(lab.ask(.gc(timeoutUs: nil))).figures.nodes == 2)
    }
    #expect(ends == [false, true])
  }

  private func deliverable(_ lab: Laboratory) -> [Channel] {
    var channels: [Channel] = []
    lab.cluster.network.forEachDeliverable {
      channels.append($0)
      return true
    }
    return channels
  }
}
