// Hundreds of random histories, with cycles in between, judged by the oracle.

import GreyBasics
import GreyHeap
import GreyMutator
import Testing

/// One history. Everything that happens, and in which order, comes from the seed.
func chaos(
  seed: UInt64, nodes: Int = 2, workers: Int = 1, rules: RuleSet = .all, moves: Int = 900
) throws -> (violations: [Violation], world: TestWorld) {
  var random = SplitMix(seed: seed)
  var configuration = WorkerConfiguration()
  configuration.rootWordsAQuantum = 1 + random.below(24)
  configuration.messagesAQuantum = 1 + random.below(3)
  configuration.mailboxCapacity = 2
  let world = try TestWorld(
    nodes: nodes, rules: rules, workers: workers, configuration: configuration)
  world.start("chaos", seed: seed, parameters: [("steps", "100000")])
  var violations: [Violation] = []
  for _ in 0..<moves where violations.isEmpty {
    world.now = world.now + .microseconds(5)
    let node = world.nodes[random.below(nodes)]
    switch random.below(20) {
    case 0...8: world.quantum(node, worker: random.below(workers))
    case 9...12: world.deliver(link: random.below(world.links.count))
    case 13:
      world.acknowledge(
        world.acknowledgements.isEmpty
          ? 0
          : random.below(
            world.acknowledgements.count))
    case 14:
      if !world.isMarking, random.chance(1, in: 2) { world.arm() }
    case 15, 16: if world.isMarking { world.drain(node, objects: 1 + random.below(8)) }
    case 17: if world.isMarking { world.takeGrey(node) }
    case 18: if world.isMarking { world.deliverBatch() }
    default:
      if world.isMarking, world.allRootsScanned {
        violations += world.confirmAndSweep()
      } else if world.isMarking, random.chance(1, in: 40) {
        world.abort()
      }
    }
  }
  return (violations, world)
}

@Suite struct ChaosTests {
  @Test(arguments: 0..<12)
  func nothingReachableIsEverLost(block: Int) throws {
    for seed in UInt64(block * 20)..<UInt64(block * 20 + 20) {
      let (violations, world) = try chaos(seed: seed, nodes: 2 + Int(seed % 2))
      #expect(violations.isEmpty, "seed \(seed)")
      #expect(world.lost.isEmpty, "seed \(seed)")
      #expect(!world.ended.contains { !$0.ok }, "seed \(seed): \(world.ended)")
      #expect(world.cycles > 0, "seed \(seed)")
    }
  }

  @Test func afterACancelledRunNothingIsLeft() throws {
    for seed in UInt64(1000)..<1020 {
      let (violations, world) = try chaos(seed: seed, nodes: 3)
      #expect(violations.isEmpty)
      if world.isMarking { world.abort() }
      world.tell(.cancelRun(RunID(rawValue: 1)))
      world.settle()
      #expect(world.nodes.allSatisfy { $0.workers.allSatisfy { $0.taskCount == 0 } })
      #expect(world.nodes.allSatisfy { $0.workers.allSatisfy { $0.transitEntries == 0 } })
      #expect(world.nodes.allSatisfy { $0.workers.allSatisfy { $0.requestsOut == 0 } })
      #expect(world.collect().isEmpty)
      #expect(world.allocatedObjects == 0, "seed \(seed)")
      for node in world.nodes { try node.heap.checkInvariants() }
    }
  }

  @Test func twoWorkersANodeShareGlobalsAndNothingElse() throws {
    for seed in UInt64(2000)..<2030 {
      let (violations, world) = try chaos(seed: seed, nodes: 2, workers: 2)
      #expect(violations.isEmpty, "seed \(seed)")
      #expect(world.lost.isEmpty)
      #expect(!world.ended.contains { !$0.ok }, "seed \(seed): \(world.ended)")
    }
  }

  @Test func theSameSeedGivesTheSameHistory() throws {
    for seed in UInt64(1)..<4 {
      let first = try chaos(seed: seed).world
      let second = try chaos(seed: seed).world
      #expect(first.sequence == second.sequence)
      #expect(first.cycles == second.cycles)
      #expect(
        first.nodes.map { $0.workers[0].counters } == second.nodes.map { $0.workers[0].counters })
    }
  }
}
