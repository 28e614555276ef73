// Cycles that are walked by hand, in whole simulated clusters: collectors hold while tasks run.

import GreyBasics
import GreyCollector
import GreyEngine
import GreyEvents
import GreyHeap
import GreyMutator
import GreySimulator
import Testing

extension Laboratory {
  fileprivate func step(_ action: StepAction, quantum: Int? = nil) throws -> StepResult {
    try StepResult(ask(.step(action: action, quantum: quantum)))
  }

  fileprivate var scanned: [Int] {
    cluster.processes.compactMap { $0.core?.collector.totals.objectsScanned }
  }

  fileprivate var swept: [Int] {
    cluster.processes.compactMap { $0.core?.heap.statistics.pagesSwept }
  }
}

extension Laboratory {
  /// Tasks run for long, and have made enough to be marked in several steps.
  fileprivate func stirWell() throws {
    try stir(operations: 1_000_000)
    try cluster.run(until: "some objects") {
      cluster.processes.allSatisfy { ($0.core?.heap.statistics.allocatedObjects ?? 0) > 60 }
    }
  }
}

@Suite struct StepTests {
  @Test(arguments: 1...3)
  func aCycleIsWalkedQuantumByQuantum(seed: Int) throws {
    let lab = try Laboratory(seed: UInt64(seed), nodes: 2)
    try lab.stirWell()
    var at = try lab.step(.begin)
    var holds: [ClusterPhase: Int] = [:]
    while !at.isDone {
      holds[at.phase, default: 0] += 1
      if at.phase == .mark {
        // Nobody marks while it holds, whoever has something to mark; and tasks run.
        let before = lab.scanned
        try lab.cluster.run(steps: 300)
        #expect(lab.scanned == before)
      }
      #expect(WorldCheck(lab.cluster).lost.isEmpty)
      at = try lab.step(.quantum, quantum: 2)
    }
    #expect(holds[.mark, default: 0] > 2, "\(holds)")
    #expect(holds[.sweep, default: 0] > 0, "\(holds)")
    #expect(holds[.stop1] == 1)
    let figures = try #require(at.figures)
    #expect(figures.objectsMarked > 0)
    // The collectors are their own masters again.
    #expect(lab.cluster.processes.allSatisfy { $0.core?.gate.isFree == true })
    _ = try lab.ask(.gc(timeoutUs: nil))
    #expect(WorldCheck(lab.cluster).lost.isEmpty)
  }

  @Test func whatAStepSaysAddsUpToWhatTheCycleSays() throws {
    let lab = try Laboratory(seed: 5, nodes: 3)
    try lab.stirWell()
    var at = try lab.step(.begin)
    var last: StepResult?
    while !at.isDone {
      // Marking is over where sweeping holds.
      if at.phase == .sweep { last = at }
      at = try lab.step(.quantum, quantum: 50)
    }
    let walks = try #require(last).nodes.compactMap(\.walk)
    let figures = try #require(at.figures)
    #expect(figures.objectsMarked > 0)
    #expect(walks.reduce(0) { $0 + $1.objectsMarked } == figures.objectsMarked)
    #expect(walks.reduce(0) { $0 + $1.greyRefsSent } == figures.greyRefsSent)
    #expect(
      walks.reduce(0) { $0 + $1.greyRefsSent } == walks.reduce(0) { $0 + $1.greyRefsReceived })
  }

  @Test func aPhaseRunsToItsEndAndFinishToTheEndOfTheCycle() throws {
    let lab = try Laboratory(seed: 2, nodes: 2)
    try lab.stirWell()
    var phases: [ClusterPhase] = []
    var at = try lab.step(.begin)
    while !at.isDone {
      phases.append(at.phase)
      at = try lab.step(.phase)
    }
    #expect(phases == [.prepare, .stop1, .mark, .mark, .stop2, .sweep])
    at = try lab.step(.begin)
    for _ in 0..<3 { at = try lab.step(.quantum, quantum: 1) }
    #expect(!at.isDone)
    #expect(try lab.step(.finish).isDone)
  }
}
