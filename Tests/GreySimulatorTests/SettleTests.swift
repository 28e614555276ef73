// What must have come to its end once everything is mended: each of these checks can fail.

import GreyBasics
import GreyEngine
import GreyHeap
import Synchronization
import Testing

@testable import GreySimulator

@Suite struct SettleTests {
  /// A world that has run and in which everything is still to be done.
  private func ran(_ change: (inout Experiment) -> Void = { _ in }) throws -> ExperimentWorld {
    var experiment = Experiment.drawn(seed: 3, weather: .calm, nodes: 2...2, steps: 1_000)
    experiment.settles = false
    experiment.patience = 20_000
    change(&experiment)
    let world = try ExperimentWorld(experiment)
    #expect(try world.run(recording: false).violation == nil)
    return world
  }

  private func nature(_ world: ExperimentWorld) -> String {
    do { try world.settle() } catch let found as ExperimentWorld.Found {
      return found.violation.nature
    } catch let stuck as SimulatedCluster.Stuck { return stuck.waitingFor } catch {
      return "\(error)"
    }
    return "settled"
  }

  @Test func aSoundWorldSettles() throws { #expect(nature(try ran()) == "settled") }

  @Test func whatTwoCyclesLeaveBehindIsFound() throws {
    let world = try ran()
    for process in world.cluster.processes {
      process.core?.heap.spansToPassOver.store(100_000, ordering: .relaxed)
    }
    #expect(nature(world) == "garbage while tasks rest")
  }

  @Test func aMessageThatIsGivenAndNotReceivedIsMissed() throws {
    let world = try ran()
    world.cluster.draws.given += 1
    #expect(nature(world) == "every task to have received, once, what it was given")
  }

  /// Stopped, and its coordinator gone.
  @Test func aNodeGoesOnWithoutACoordinator() throws {
    let world = try ran {
      $0.temper.timeScale = 0.01
      $0.temper.faults.absences = 1
    }
    #expect(nature(world) == "settled")
  }
}
