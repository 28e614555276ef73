// The judge's checks while a world runs, each seen to fire: it is asked at a moment at which the
// answer is no, or the world is broken behind its back. What must come to its end is in
// `SettleTests`, what the absence of a rule brings about in `FaultTests`.

import GreyBasics
import GreyCollector
import GreyEngine
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import Testing

@testable import GreySimulator

@Suite struct CheckTests {
  /// In the midst of marking nothing of what a decision claims is true.
  @Test func aDecisionThatComesTooEarlyIsSeenThrough() throws {
    let world = try ExperimentWorld.ran()
    world.cluster.observer = nil
    var natures: Set<String> = []
    for _ in 0..<20_000 {
      try world.cluster.step()
      guard let epoch = world.cluster.view.phase.undecided else { continue }
      for check in [
        { try world.check(marked: epoch) }, { try world.checkMembers(decided: epoch) },
      ] {
        guard let nature = world.nature(check) else { continue }
        natures.insert(nature.hasSuffix(", white") ? "white" : nature)
      }
      if natures.count == 4 { break }
    }
    #expect(natures == ["white", "decided", "grey", "counts"])
  }

  /// A sweep without marking frees everything: the oracle says what is lost, and so does the first
  /// task that touches it.
  @Test func whatIsFreedAndReachableIsLost() throws {
    let world = try ExperimentWorld.ran()
    let cluster = world.cluster
    cluster.collectsContinuously = false
    try cluster.runFairly(until: "an idle cluster") { cluster.isIdle }
    #expect(world.nature { try world.check(marked: nil) } == nil)
    for core in cluster.processes.compactMap(\.core) {
      core.heap.dropAllRuns()
      core.heap.beginSweep()
      #expect(core.heap.finishSweep())
    }
    let nature = world.nature { try world.swept(at: cluster.processes[0], in: cluster) }
    #expect(nature?.hasSuffix(", freed") == true, "\(nature ?? "nothing")")
    let check = WorldCheck(cluster)
    #expect(check.allocated == 0 && check.reachable == 0)
    #expect(check.losses.allSatisfy { $0.isFreed && $0.path.count >= 2 })

    let ear = Ear()
    cluster.observer = ear
    try cluster.run(until: "somebody to touch it") { ear.lost != nil }
    let event = try #require(ear.lost)
    do {
      try world.logged(event, by: -1, in: cluster)
      Issue.record("a freed slot passes")
    } catch let found as ExperimentWorld.Found { #expect(found.violation.kind == .freedSlot) }
  }

  @Test func aSweepThatNobodyDecidedIsFound() throws {
    let world = try ExperimentWorld.ran()
    let process = world.cluster.processes[0]
    let decided = try #require(world.decided.max())
    try world.sweeps(decided, at: process, in: world.cluster)
    do {
      try world.sweeps(Epoch(rawValue: decided.rawValue + 1), at: process, in: world.cluster)
      Issue.record("an undecided sweep passes")
    } catch let found as ExperimentWorld.Found { #expect(found.violation.kind == .undecidedSweep) }
  }

  /// One member runs without a barrier while another marks.
  @Test func aBarrierThatIsOffIsFound() throws {
    let world = try ExperimentWorld.ran()
    let cluster = world.cluster
    cluster.observer = nil
    try cluster.run(until: "marking") {
      guard case .marking(let epoch) = cluster.view.phase else { return false }
      return cluster.processes.allSatisfy {
        $0.core.map { $0.collector.armedEpoch == epoch && $0.stop.requested == 0 } ?? true
      }
    }
    for process in cluster.processes { process.hasChanged = true }
    #expect(world.nature { try world.checkBarriers() } == nil)
    // As if it had never armed.
    world.barriers[1] = BarrierGlance()
    cluster.processes[1].core?.collector.abort()
    #expect(world.nature { try world.checkBarriers() } == "running")
  }

  @Test func aClusterThatDoesNotComeUpIsFound() throws {
    func nature(_ change: (SimulatedCluster) -> Void) throws -> String? {
      var experiment = Experiment.drawn(seed: 3, weather: .calm, nodes: 2...2, steps: 100)
      experiment.patience = 2_000
      let world = try ExperimentWorld(experiment)
      change(world.cluster)
      return try world.run(recording: false).violation?.nature
    }
    #expect(try nature { _ in } == nil)
    #expect(try nature { $0.killCoordinator() } == "every node to join")
    #expect(
      try nature { $0.network.clog(Channel(from: .client(0), to: .coordinator)) }
        == "the run to start")
  }
}

/// Hears of lost objects, and judges nothing.
private final class Ear: WorldObserver {
  private(set) var lost: Event?
  func decided(_ epoch: Epoch, in cluster: SimulatedCluster) {}
  func sweeps(_ epoch: Epoch, at process: SimulatedProcess, in cluster: SimulatedCluster) {}
  func swept(at process: SimulatedProcess, in cluster: SimulatedCluster) {}
  func logged(_ event: Event, by process: Int, in cluster: SimulatedCluster) {
    if case .lostObject = event, lost == nil { lost = event }
  }
  func stepped(_ actor: Actor, in cluster: SimulatedCluster) {}
}
