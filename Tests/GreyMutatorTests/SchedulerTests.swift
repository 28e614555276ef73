// Who runs when.

import GreyBasics
import GreyMutator
import Testing

@Suite struct SchedulerTests {
  @Test func everyRunnableTaskGetsItsTurn() throws {
    let theatre = try Theatre(nodes: 1)
    for _ in 0..<49 { _ = theatre.spawn(on: 1) }
    let before = theatre.stage.puppets.map(\.steps)
    theatre.world.run(1, 50 * 7)
    let turns = zip(theatre.stage.puppets, before).map { $0.steps - $1 }
    #expect(turns.min() == 7 && turns.max() == 7)
  }

  @Test func sleepersWakeInTheOrderOfTheirMoments() throws {
    let theatre = try Theatre(nodes: 1)
    let world = theatre.world
    var woken: [Int] = []
    let sleepers = (0..<4).map { _ in theatre.spawn(on: 1) }
    // Told one after the other, and asleep before the next one is told.
    for (index, microseconds) in [300, 100, 200, 100].enumerated() {
      let sleeper = sleepers[index]
      sleeper.wait(.sleep(.microseconds(microseconds)))
      sleeper.then { _ in
        woken.append(index)
        return .wait(.receive(into: []))
      }
      world.run(1, 6)
    }
    theatre.first.then { _ in .wait(.receive(into: [])) }
    for _ in 0..<6 { world.run(1) }
    #expect(woken.isEmpty)
    for _ in 0..<40 {
      world.now = world.now + .microseconds(10)
      world.run(1, 3)
    }
    #expect(woken == [1, 3, 2, 0])
  }

  @Test func anIdleWorkerSaysUntilWhen() throws {
    let theatre = try Theatre(nodes: 1)
    let world = theatre.world
    theatre.first.wait(.sleep(.milliseconds(5)))
    world.run(1, 2)
    #expect(world.quantum(world[1]) == .idle(until: world.now + .milliseconds(5)))
    theatre.first.wait(.receive(into: []))
    world.now = world.now + .milliseconds(5)
    world.run(1, 3)
    #expect(world.quantum(world[1]) == .idle(until: nil))
  }

  @Test func yieldLetsTheOthersGoFirst() throws {
    let theatre = try Theatre(nodes: 1)
    _ = theatre.spawn(on: 1)
    var order: [Int] = []
    for (index, puppet) in theatre.stage.puppets.enumerated() {
      for _ in 0..<3 {
        puppet.then { _ in
          order.append(index)
          return .wait(.yield)
        }
      }
    }
    theatre.world.run(1, 8)
    #expect(order == [0, 1, 0, 1, 0, 1] || order == [1, 0, 1, 0, 1, 0])
  }

  @Test func manyTasksCostLittleEach() throws {
    let theatre = try Theatre(nodes: 1) { $0.rootWordsAQuantum = 4096 }
    let world = theatre.world
    theatre.stage.firstCommands[3] = [{ _ in .wait(.receive(into: [])) }]
    let count = 20_000
    for _ in 0..<count { theatre.first.wait(.spawn(on: NodeID(1), 3, arguments: [], into: 4)) }
    for _ in 0..<3 * count where !theatre.first.commands.isEmpty { world.run(1) }
    world.run(1, count)
    #expect(world[1].workers[0].figures.tasks == count + 1)
    #expect(world[1].workers[0].figures.stackBytes <= (count + 1) * 512)
    // None of them is in the way of one that runs.
    let before = theatre.first.steps
    world.run(1, 100)
    #expect(theatre.first.steps == before + 100)
    #expect(world.collect().isEmpty)
  }
}
