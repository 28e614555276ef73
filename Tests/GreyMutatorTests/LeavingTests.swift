// A node that leaves begins nothing new for others; a run stays on its nodes.

import GreyBasics
import GreyHeap
import GreyMutator
import GreyWire
import Testing

@Suite struct LeavingTests {
  private func outcome(
    _ theatre: Theatre, of puppet: Puppet? = nil, _ operation: GreyMutator.Operation
  ) -> Outcome? {
    let puppet = puppet ?? theatre.first
    var outcome: Outcome?
    puppet.wait(operation)
    puppet.now { outcome = $0.outcome }
    for _ in 0..<300 where outcome == nil { theatre.world.settle(rounds: 1) }
    return outcome
  }

  private let cell = TypeIndex(rawValue: 17)
  private let there = NodeID(2)

  @Test func nothingBeginsThereForOthersAndAllThatIsThereIsServed() throws {
    let theatre = try Theatre()
    let native = theatre.spawn(on: 2)
    #expect(outcome(theatre, .allocate(on: there, type: cell, count: 1, into: 0)) == .ok)
    require(theatre.world[2].workers[0].inbox.put(.leaving))
    #expect(
      outcome(theatre, .allocate(on: there, type: cell, count: 1, into: 1)) == .failed(.leaving))
    #expect(outcome(theatre, .spawn(on: there, 3, arguments: [], into: 5)) == .failed(.leaving))
    #expect(
      outcome(theatre, .call(on: there, 2, arguments: [0], results: [1])) == .failed(.leaving))
    // What is there.
    #expect(outcome(theatre, .write(object: 0, word: 2, from: 6)) == .ok)
    #expect(outcome(theatre, .read(object: 0, word: 2, into: [6])) == .ok)
    #expect(outcome(theatre, .send(to: 4, values: [0])) == .ok)
    // And what its own tasks need to come to their end.
    #expect(
      outcome(theatre, of: native, .allocate(on: there, type: cell, count: 1, into: 1)) == .ok)
    #expect(outcome(theatre, of: native, .spawn(on: there, 3, arguments: [], into: 5)) == .ok)
    #expect(
      outcome(theatre, of: native, .allocate(on: NodeID(1), type: cell, count: 1, into: 2)) == .ok)
  }

  @Test func whoeverWaitsForMemoryThereIsToldAtOnce() throws {
    let theatre = try Theatre(limitBytes: 512 << 10)
    let filler = theatre.spawn(on: 2)
    filler.now { task in
      while let made = try? task.allocate(task.shape(task.type(1))) {
        task.store(task[reference: 0], to: made, word: 0)
        task[reference: 0] = made
      }
    }
    theatre.play(filler, on: 2)
    var outcomes: [Outcome] = []
    theatre.first.wait(
      .allocate(on: there, type: TypeIndex(rawValue: 19), count: 100, into: 1))
    theatre.first.now { outcomes.append($0.outcome) }
    theatre.world.settle(rounds: 10)
    #expect(outcomes.isEmpty)
    require(theatre.world[2].workers[0].inbox.put(.leaving))
    theatre.world.settle(rounds: 10)
    #expect(outcomes == [.failed(.leaving)])
  }

  @Test func aNewRunIsRefusedAndAnOldOneIsNot() throws {
    let theatre = try Theatre()
    let world = theatre.world
    require(world[2].workers[0].inbox.put(.leaving))
    world.start("puppets", run: 1, parameters: theatre.stage.parameters + [("globals", "4")])
    world.settle(rounds: 5)
    #expect(world.ended.isEmpty, "it was told of that one again")
    world.start("puppets", run: 2, parameters: theatre.stage.parameters)
    world.settle(rounds: 5)
    #expect(world.ended.map(\.run) == [RunID(rawValue: 2)])
    #expect(world.ended.allSatisfy { !$0.ok && $0.message.contains("leaving") })
    #expect(world[2].workers[0].taskCount == 0)
  }

  /// A node that never heard of the run would hold the request for ever.
  @Test func aMemberOutsideTheRunCannotBeReached() throws {
    let theatre = try Theatre(nodes: 3)
    let world = theatre.world
    var narrow = world.description("puppets", 2, 1, theatre.stage.parameters, 0)
    narrow.nodes = [NodeID(1), NodeID(2)]
    for node in 1...2 {
      require(
        world[node].workers[0].inbox.put(.startRun(narrow, startsFirstTask: node == 1)))
    }
    world.settle(rounds: 5)
    let puppet = theatre.last
    #expect(theatre.stage.puppets.count == 2)
    let outside = NodeID(3)
    let type = TypeIndex(rawValue: 33)
    #expect(
      outcome(theatre, of: puppet, .allocate(on: outside, type: type, count: 1, into: 0))
        == .failed(.notInRun))
    #expect(
      outcome(theatre, of: puppet, .spawn(on: outside, 3, arguments: [], into: 4))
        == .failed(.notInRun))
    #expect(
      outcome(theatre, of: puppet, .allocate(on: NodeID(2), type: type, count: 1, into: 0)) == .ok)
    #expect(world[3].workers[0].messagesHeld == 0)
  }
}

@Suite struct AskAgainTests {
  /// The demand, or the end of its cycle, was lost with a coordinator.
  @Test func aDemandIsSaidAgainWhenItMayBeLost() throws {
    let theatre = try Theatre(nodes: 1)
    let world = theatre.world
    theatre.first.wait(.collect)
    world.run(1, 5)
    #expect(world.wanted == [.zero])
    require(world[1].workers[0].inbox.put(.askAgain))
    world.run(1, 5)
    #expect(world.wanted == [.zero, .zero])
    // Nobody told the worker that something was lost.
    world.now = world.now + .seconds(31)
    world.run(1, 5)
    #expect(world.wanted.count == 3)
    #expect(world.collect().isEmpty)
    world.now = world.now + .seconds(31)
    world.run(1, 5)
    #expect(world.wanted.count == 3, "nobody waits any more")
  }
}
