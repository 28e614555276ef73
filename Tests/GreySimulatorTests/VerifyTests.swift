// The judge of the sweep, judged: whole clusters whose sweepers pass over spans, or whose
// collectors mark everything, and what `verify` says of them.

import GreyBasics
import GreyEngine
import GreyEvents
import GreyHeap
import GreyMutator
import GreySimulator
import Synchronization
import Testing

/// Marks every object before anybody hears of a decision, as a collector would that finds all
/// alive.
private final class MarksAll: WorldObserver {
  func decided(_ epoch: Epoch, in cluster: SimulatedCluster) {
    for core in cluster.processes.compactMap(\.core) {
      core.heap.forEachObject { object, _ in _ = core.heap.view.testAndSetMark(object.base) }
    }
  }
  func sweeps(_ epoch: Epoch, at process: SimulatedProcess, in cluster: SimulatedCluster) {}
  func swept(at process: SimulatedProcess, in cluster: SimulatedCluster) {}
  func logged(_ event: Event, by process: Int, in cluster: SimulatedCluster) {}
  func stepped(_ actor: Actor, in cluster: SimulatedCluster) {}
}

@Suite struct VerifyTests {
  /// A cluster on which a run has ended and nothing was collected since: all that is there is
  /// garbage.
  private func littered(seed: UInt64) throws -> Laboratory {
    let lab = try Laboratory(seed: seed, nodes: 3)
    try lab.stir(operations: 100)
    try lab.cluster.run(until: "the run to end") {
      let runs = lab.cluster.coordinator.status.runs
      return !runs.isEmpty && runs.allSatisfy { $0.state == .ok }
    }
    try lab.cluster.run(until: "every message to be placed") {
      lab.cluster.processes.allSatisfy {
        $0.core?.workers.allSatisfy { $0.taskCount == 0 && $0.transitEntries == 0 } ?? true
      }
    }
    #expect(WorldCheck(lab.cluster).allocated > 0)
    return lab
  }

  private func sweepers(of lab: Laboratory, passOver spans: Int, at places: [Int]) {
    for place in places {
      lab.cluster.processes[place].core?.heap.spansToPassOver.store(spans, ordering: .relaxed)
    }
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func whatASweepLeavesBehindIsGarbage(seed: UInt64) throws {
    let lab = try littered(seed: seed)
    sweepers(of: lab, passOver: 1_000, at: [1])
    let check = try VerifyResult(lab.ask(.verify))
    let left = WorldCheck(lab.cluster).allocated
    #expect(left > 0)
    #expect(check.garbageObjects == left && check.lostObjects == 0, "\(check)")
    #expect(check.nodes.map { $0.garbageObjects > 0 } == [false, true, false])
    #expect(!check.isClean)
    // The next cycle finds it, and nothing is remembered of this one.
    sweepers(of: lab, passOver: 0, at: [1])
    let next = try VerifyResult(lab.ask(.verify))
    #expect(next.isClean && next.floatingObjects == 0, "\(next)")
  }

  @Test func whatACollectorMarksForNothingFloats() throws {
    let lab = try littered(seed: 4)
    let there = WorldCheck(lab.cluster).allocated
    let marker = MarksAll()
    lab.cluster.observer = marker
    let check = try VerifyResult(lab.ask(.verify))
    #expect(check.floatingObjects == there && check.garbageObjects == 0, "\(check)")
    lab.cluster.observer = nil
    #expect(try VerifyResult(lab.ask(.verify)).floatingObjects == 0)
    withExtendedLifetime(marker) {}
  }

  /// Slots that were freed are given out again before the world is stopped, and what lies in them
  /// may be unreachable already: it was not there when the cycle was decided.
  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func whatWasBornSinceIsNoGarbage(seed: UInt64) throws {
    let lab = try Laboratory(seed: seed, nodes: 2)
    try lab.stir(operations: 100_000)
    var floating = 0
    for _ in 0..<4 {
      let check = try VerifyResult(lab.ask(.verify))
      #expect(check.isClean, "\(check)")
      floating += check.floatingObjects
    }
    #expect(floating > 0, "nothing was dropped while the cluster was looked at")
  }

  @Test func whoeverJoinsBeforeTheCycleIsWatchedToo() throws {
    let lab = try Laboratory(seed: 5, nodes: 2)
    lab.cluster.control(Array(ControlRequest(id: "first", verb: .verify).line.utf8))
    lab.cluster.addNode()
    try lab.cluster.run(until: "an answer") { !lab.cluster.replies.isEmpty }
    let reply = try JSON(parsing: #require(lab.cluster.replies.first))
    #expect(reply["ok"]?.bool == true, "\(reply.line)")
  }
}
