// Worlds that are broken on purpose, so that every check of the judge is seen to fire.

import GreyBasics
import GreyCollector
import GreyEngine
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import Testing

@testable import GreySimulator

/// Breaks something after every turn, before the judge looks.
final class Saboteur: WorldObserver {
  let world: ExperimentWorld
  let breaks: (SimulatedCluster) -> Void

  init(_ world: ExperimentWorld, _ breaks: @escaping (SimulatedCluster) -> Void) {
    self.world = world
    self.breaks = breaks
  }

  func decided(_ epoch: Epoch, in cluster: SimulatedCluster) throws {
    try world.decided(epoch, in: cluster)
  }
  func sweeps(_ epoch: Epoch, at process: SimulatedProcess, in cluster: SimulatedCluster) throws {
    try world.sweeps(epoch, at: process, in: cluster)
  }
  func swept(at process: SimulatedProcess, in cluster: SimulatedCluster) throws {
    try world.swept(at: process, in: cluster)
  }
  func logged(_ event: Event, by process: Int, in cluster: SimulatedCluster) throws {
    try world.logged(event, by: process, in: cluster)
  }
  func stepped(_ actor: Actor, in cluster: SimulatedCluster) throws {
    breaks(cluster)
    // What was taken away behind their backs.
    for process in cluster.processes { process.hasChanged = true }
    try world.stepped(actor, in: cluster)
  }
}

extension ExperimentWorld {
  /// A small world that has run, and in which everything is still to be done.
  static func ran(_ change: (inout Experiment) -> Void = { _ in }) throws -> ExperimentWorld {
    var experiment = Experiment.drawn(seed: 3, weather: .calm, nodes: 2...2, steps: 1_000)
    experiment.settles = false
    change(&experiment)
    let world = try ExperimentWorld(experiment)
    #expect(try world.run(recording: false).violation == nil)
    return world
  }

  /// The nature of what is found; "settled" where nothing is.
  func settled(breaking breaks: ((SimulatedCluster) -> Void)? = nil) -> String {
    let saboteur = breaks.map { Saboteur(self, $0) }
    if let saboteur { cluster.observer = saboteur }
    defer { withExtendedLifetime(saboteur) {} }
    return nature { try settle() } ?? "settled"
  }

  func nature(_ body: () throws -> Void) -> String? {
    do { try body() } catch let found as Found { return found.violation.nature } catch let stuck
      as SimulatedCluster.Stuck
    { return stuck.waitingFor } catch { return "\(error)" }
    return nil
  }
}

extension SimulatedCluster {
  /// Nobody marks, and everybody has swept.
  var isIdle: Bool {
    view.phase == .idle
      && processes.compactMap(\.core).allSatisfy {
        $0.collector.armedEpoch == .zero && !$0.heap.isSweeping
      }
  }

  /// Takes inputs out of every worker's inbox, as if they had never come.
  func steal(_ isStolen: (WorkerInput) -> Bool) {
    for worker in processes.flatMap({ $0.core?.workers ?? [] }) where !worker.inbox.isEmptyHint {
      for input in worker.inbox.takeAll() where !isStolen(input) { worker.inbox.putAlways(input) }
    }
  }

  /// No collector marks or sweeps any more, as if somebody walked the cycle and had gone away.
  func holdCollectors() { for core in processes.compactMap(\.core) { core.gate.allow(0) } }
}
