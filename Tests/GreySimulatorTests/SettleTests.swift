// What must have come to its end once everything is mended: each of these checks is seen to fire in
// a world that is broken so that just this one has a reason to.

import GreyBasics
import GreyEngine
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire
import Synchronization
import Testing

@testable import GreySimulator

/// What is broken; the raw value is what must be said of it.
enum Sabotage: String, CaseIterable, Sendable {
  case deafProcess = "every process to be a member, or gone"
  case heldCollectors = "a cycle to end while tasks run"
  case lostAnswers = "every task to go on"
  case busyTasks = "tasks to rest"
  case lostMessage = "every task to have received, once, what it was given"
  case keptRoots = "every message to be placed"
  case restlessCoordinator = "the cluster to be idle"
  case heldCollectorsAtRest = "a cycle to end"
  case passedOver = "garbage while tasks rest"
  case keptTasks = "the tasks and messages of runs to go"
  case passedOverAtTheEnd = "garbage when no run is left"

  /// After every turn.
  func breaks(_ cluster: SimulatedCluster, _ wasIdle: inout Bool) {
    let isLate = !cluster.collectsContinuously
    let nodes = cluster.processes.count
    switch self {
    case .deafProcess:
      let last = Party.process(nodes - 1)
      cluster.network.clog(Channel(from: .coordinator, to: last))
      cluster.network.clog(Channel(from: .line(nodes - 1), to: last))
      // It gives up in the end, and the next one is as deaf.
      if !cluster.processes[nodes - 1].isAlive { cluster.addNode() }
    case .heldCollectors:
      // As soon as the one that came last is a member.
      if nodes > 2, cluster.coordinator.memberNodes.count == nodes { cluster.holdCollectors() }
    case .lostAnswers:
      cluster.steal(isAnswer)
    case .busyTasks: cluster.draws.activity += 1
    case .lostMessage: if cluster.draws.given > 0 { cluster.draws.received = 0 }
    case .keptRoots: cluster.steal { if case .placed = $0 { true } else { false } }
    case .restlessCoordinator:
      if isLate, cluster.view.phase == .idle { cluster.askToCollect() }
    case .heldCollectorsAtRest:
      if isLate, cluster.isIdle { wasIdle = true }
      if wasIdle { cluster.holdCollectors() }
    case .passedOver: if isLate { passOver(cluster) }
    case .keptTasks: cluster.steal { if case .cancelRun = $0 { true } else { false } }
    case .passedOverAtTheEnd: if isLate, !cluster.view.isRunning { passOver(cluster) }
    }
  }

  private func isAnswer(_ input: WorkerInput) -> Bool {
    guard case .message(_, _, let message) = input else { return false }
    switch message.body {
    case .answer: return true
    case .allocate, .read, .write, .call, .spawn, .deliver, .failure: return false
    }
  }

  private func passOver(_ cluster: SimulatedCluster) {
    for process in cluster.processes {
      process.core?.heap.spansToPassOver.store(100_000, ordering: .relaxed)
    }
  }
}

@Suite struct SettleTests {
  private func hasty(_ experiment: inout Experiment) {
    experiment.temper.timeScale = 0.01
    experiment.patience = 8_000
  }

  @Test func aSoundWorldSettles() throws {
    #expect(try ExperimentWorld.ran(hasty).settled() == "settled")
    #expect(try ExperimentWorld.ran().settled { _ in } == "settled")
  }

  @Test(arguments: Sabotage.allCases)
  func eachCheckFires(_ sabotage: Sabotage) throws {
    let world = try ExperimentWorld.ran(hasty)
    var wasIdle = false
    #expect(world.settled { sabotage.breaks($0, &wasIdle) } == sabotage.rawValue)
  }

  /// Stopped, and its coordinator gone: it goes on by its lease, and without leases it does not.
  @Test(arguments: [true, false])
  func aNodeGoesOnWithoutACoordinator(hasLeases: Bool) throws {
    let world = try ExperimentWorld.ran {
      $0.temper.timeScale = 0.01
      $0.temper.faults.absences = 1
      if !hasLeases { $0.rules = RuleSet(without: [.stopLease]) }
    }
    #expect(
      world.settled() == (hasLeases ? "settled" : "every node to go on without a coordinator"))
  }

  /// Limits of time are waited for by the clock, however many turns that takes; a world in which
  /// time stands still is given up.
  @Test func patienceIsOfTimeAndOfTurns() throws {
    let cluster = try ExperimentWorld.ran().cluster
    func wait(_ turns: Int, _ time: Duration) -> (steps: Int, time: Duration) {
      do {
        try cluster.runFairly(until: "nothing", atMost: turns, andFor: time) { false }
      } catch let stuck as SimulatedCluster.Stuck {
        return (stuck.steps, stuck.time)
      } catch { Issue.record(error) }
      return (0, .zero)
    }
    #expect(wait(500, .zero).steps == 500)
    #expect(wait(10, .milliseconds(2)).time >= .milliseconds(2))
    #expect(wait(10, .milliseconds(2)).steps < 500)
    #expect(wait(10, .seconds(1_000)).steps == 500)
  }
}
