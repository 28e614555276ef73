// Runs: started late, ended, failed, cancelled; nodes that die; objects that were lost.

import GreyBasics
import GreyHeap
import GreyMutator
import GreyWire
import Testing

@Suite struct RunTests {
  @Test func aMessageThatComesBeforeItsRunIsHeldAndNotAcknowledged() throws {
    let stage = Stage("held")
    let world = try TestWorld(nodes: 2)
    world.start("puppets", parameters: stage.parameters, only: [1])
    world.run(1, 2)
    let first = stage.puppets[0]
    first.now { try! $0.allocate(type: $0.type(0), into: 0) }
    first.wait(.spawn(on: NodeID(2), 1, arguments: [0], into: 4))
    world.settle(rounds: 20)
    #expect(world[2].workers[0].messagesHeld == 1)
    #expect(world[1].workers[0].transitEntries == 1)
    #expect(stage.puppets.count == 1)
    #expect(world.collect().isEmpty)
    world.start("puppets", parameters: stage.parameters, only: [2])
    world.settle(rounds: 20)
    #expect(world[2].workers[0].messagesHeld == 0)
    #expect(world[1].workers[0].transitEntries == 0)
    #expect(stage.puppets.count == 2)
    #expect(world.judge(marked: false).isEmpty)
  }

  @Test func theFirstTasksEndIsTheRunsEndAndSaidOnce() throws {
    let theatre = try Theatre()
    theatre.first.now { $0.finish(ok: true, result: #"{"sum": 3}"#) }
    theatre.first.then { _ in .done }
    theatre.world.settle(rounds: 10)
    #expect(theatre.world.ended.count == 1)
    #expect(theatre.world.ended[0].ok && theatre.world.ended[0].result == #"{"sum": 3}"#)
    theatre.world.tell(.cancelRun(RunID(rawValue: 1)))
    theatre.world.settle(rounds: 10)
    #expect(theatre.world.ended.count == 1)
  }

  @Test func aFailureNobodyHearsOfEndsTheRun() throws {
    let theatre = try Theatre()
    let other = theatre.spawn(on: 2)
    other.then { _ in .failed(TaskFailure("sum is 4, expected 3")) }
    theatre.world.settle(rounds: 10)
    #expect(theatre.world.ended.map(\.ok) == [false])
    #expect(theatre.world.ended[0].message.contains("expected 3"))
  }

  @Test func aCancelledRunSaysSoAndLeavesNothing() throws {
    let theatre = try Theatre()
    let world = theatre.world
    theatre.give(theatre.first, on: 1)
    theatre.first.now { $0.storeGlobal(0, at: 2) }
    let other = theatre.spawn(on: 2)
    other.wait(.sleep(.seconds(100)))
    theatre.give(theatre.first, on: 1, slot: 1)
    world.settle(rounds: 5)
    world.tell(.cancelRun(RunID(rawValue: 1)))
    world.settle(rounds: 5)
    #expect(world.ended.map(\.message) == ["cancelled"])
    #expect(world.nodes.allSatisfy { $0.workers[0].taskCount == 0 })
    #expect(world.collect().isEmpty)
    #expect(world.allocatedObjects == 0)
    // What comes later for it is answered, and starting it again does nothing.
    world.start("puppets", parameters: theatre.stage.parameters)
    world.settle(rounds: 5)
    #expect(world[1].workers[0].taskCount == 0)
  }

  @Test func aRunOfManyTasksIsTakenAwayInPieces() throws {
    let theatre = try Theatre(nodes: 1) { $0.removalsAQuantum = 10 }
    let world = theatre.world
    theatre.stage.firstCommands[3] = [{ _ in .wait(.sleep(.microseconds(1))) }]
    for _ in 0..<100 { theatre.first.wait(.spawn(on: NodeID(1), 3, arguments: [], into: 4)) }
    theatre.play(theatre.first, on: 1, quanta: 5000)
    let steps = theatre.stage.puppets.reduce(0) { $0 + $1.steps }
    world.now = world.now + .seconds(1)
    world.tell(.cancelRun(RunID(rawValue: 1)))
    world.run(1, 5)
    #expect((50..<70).contains(world[1].workers[0].taskCount))
    // A stop and a whole cycle in the middle of it.
    #expect(world.collect().isEmpty)
    world.settle(rounds: 20)
    #expect(world[1].workers[0].taskCount == 0)
    #expect(theatre.stage.puppets.reduce(0) { $0 + $1.steps } == steps, "none of them ran again")
    #expect(world.ended.map(\.message) == ["cancelled"])
  }

  /// The task that asked is gone, its request is still under way, and a whole cycle passes: the
  /// object must still be there when the request arrives.
  @Test func aRequestKeepsItsObjectAfterItsTaskIsGone() throws {
    for marking in [false, true] {
      let theatre = try Theatre("\(#function) \(marking)", globals: 60)
      let world = theatre.world
      theatre.first.wait(
        .allocate(on: NodeID(2), type: TypeIndex(rawValue: 17), count: 1, into: 0))
      theatre.play(theatre.first, on: 1, quanta: 2)
      world.settle(rounds: 5)
      theatre.first.wait(.read(object: 0, word: 0, into: [1]))
      world.run(1)
      if marking {
        world.arm()
        // Past the wait records, not yet at the task.
        world.run(1, 20)
      }
      for worker in world[1].workers {
        require(worker.inbox.put(.cancelRun(RunID(rawValue: 1))))
      }
      world.run(1)
      #expect(world[1].workers[0].taskCount == 0 && world[1].workers[0].requestsOut == 1)
      if !marking { world.arm() }
      theatre.scanAll()
      #expect(world.confirmAndSweep().isEmpty)
      world.settle(rounds: 5)
      #expect(world.lost.isEmpty)
      #expect(world[1].workers[0].requestsOut == 0)
    }
  }

  @Test func aLateAnswerOfACancelledRunIsDroppedAfterItsReferencesWereShaded() throws {
    let theatre = try Theatre()
    let world = theatre.world
    theatre.stage.firstCommands[2] = [
      { task in
        try! task.allocate(type: task.type(0), into: 1)
        return .done(results: [1])
      }
    ]
    theatre.first.wait(.call(on: NodeID(2), 2, arguments: [0], results: [3]))
    world.run(1)
    world.deliver(from: 1, to: 2)
    world.run(2, 3)
    for worker in world[1].workers {
      require(worker.inbox.put(.cancelRun(RunID(rawValue: 1))))
    }
    world.settle(rounds: 10)
    #expect(world[2].workers[0].transitEntries == 0, "it was acknowledged")
    #expect(world[1].workers[0].requestsOut == 0)
  }

  @Test func aDeadNodeIsATypedErrorForWhoWaitsAndForWhoAsksLater() throws {
    let theatre = try Theatre(nodes: 3)
    let world = theatre.world
    theatre.first.wait(
      .allocate(on: NodeID(2), type: TypeIndex(rawValue: 17), count: 1, into: 0))
    theatre.play(theatre.first, on: 1, quanta: 2)
    world.settle(rounds: 5)
    var outcomes: [Outcome] = []
    theatre.first.wait(.write(object: 0, word: 0, from: 0))
    theatre.first.now { outcomes.append($0.outcome) }
    theatre.first.wait(.read(object: 0, word: 0, into: [1]))
    theatre.first.now { outcomes.append($0.outcome) }
    theatre.first.wait(.spawn(on: NodeID(2), 3, arguments: [], into: 4))
    theatre.first.now { outcomes.append($0.outcome) }
    theatre.first.wait(.spawn(on: NodeID(9), 3, arguments: [], into: 4))
    theatre.first.now { outcomes.append($0.outcome) }
    world.run(1)
    #expect(world[1].workers[0].transitEntries == 1)
    world[2].isDead = true
    world.tell(.nodeDead(NodeID(2)))
    world.settle(rounds: 30)
    #expect(
      outcomes == Array(repeating: .failed(.deadNode), count: 3) + [.failed(.notInRun)],
      "the last one was never in the run")
    #expect(world[1].workers[0].transitEntries == 0)
    #expect(world.collect().isEmpty)
  }

  @Test func whatADeadNodeSentIsDiscardedWhenItWouldBePlaced() throws {
    for rules in [RuleSet.all, RuleSet(without: [.checkMembershipOnPlace])] {
      let theatre = try Theatre(nodes: 3, rules: rules)
      let world = theatre.world
      let sender = theatre.spawn(on: 2)
      let count = theatre.stage.puppets.count
      sender.wait(.spawn(on: NodeID(1), 3, arguments: [], into: 4))
      world.run(2, 3)
      #expect(world.deliver(from: 2, to: 1))
      world[2].isDead = true
      // The fence was heard before the message that is queued here is looked at.
      let worker = world[1].workers[0]
      let queued = worker.inbox.takeAll()
      require(worker.inbox.put(.nodeDead(NodeID(2))))
      for input in queued { require(worker.inbox.put(input)) }
      world.run(1, 5)
      #expect(theatre.stage.puppets.count == (rules.isComplete ? count : count + 1))
    }
  }

  @Test func aTouchOfAFreedSlotIsALostObject() throws {
    for node in 1...2 {
      let theatre = try Theatre("\(#function) \(node)")
      let world = theatre.world
      theatre.first.wait(
        .allocate(on: NodeID(node), type: TypeIndex(rawValue: 17), count: 1, into: 0))
      theatre.play(theatre.first, on: 1, quanta: 2)
      world.settle(rounds: 5)
      // The reference hides in a data slot, which is not how references are kept.
      var freed = Reference.null
      theatre.first.now { task in
        freed = task[reference: 0]
        task[data: 5] = task[reference: 0].rawValue
        task[reference: 0] = .null
      }
      theatre.play(theatre.first, on: 1)
      _ = world.collect()
      var outcome: Outcome?
      theatre.first.now { $0[reference: 0] = Reference(rawValue: $0[data: 5]) }
      theatre.first.wait(.read(object: 0, word: 0, into: [1]))
      theatre.first.now { outcome = $0.outcome }
      world.settle(rounds: 20)
      #expect(outcome == .failed(.lostObject))
      // Its owner says which one it was, and the task that asked for it says who it is.
      #expect(world.lost.map(\.object) == [freed] + (node == 1 ? [] : [.null]))
      #expect(world.lost.last?.place.contains("task") == true)
    }
  }

  @Test func aMistakeOfABodyEndsItsRunAndNothingElse() throws {
    let mistakes: [(OperationFailure, (TaskContext) -> Void)] = [
      (.nullReference, { $0.load(0, word: 0, into: 1) }),
      (.nullReference, { $0.store(data: 1, to: 0, word: 2) }),
      (
        .notLocal,
        { task in
          task[reference: 0] = Reference(node: NodeID(2), address: 4096)
          _ = task.loadData(0, word: 2)
          task[reference: 0] = .null
        }
      ),
    ]
    for (index, (failure, mistake)) in mistakes.enumerated() {
      let theatre = try Theatre("\(#function) \(index)")
      theatre.first.now(mistake)
      theatre.world.settle(rounds: 5)
      #expect(theatre.world.ended.map(\.ok) == [false])
      #expect(theatre.world.ended[0].message.contains(failure.rawValue))
      #expect(theatre.world[1].workers[0].taskCount == 0)
    }
  }

  @Test func withEveryAccessCheckedAFieldBesideTheObjectIsRefused() throws {
    let theatre = try Theatre { $0.checksEveryAccess = true }
    theatre.give(theatre.first, on: 1)
    theatre.first.now { task in
      #expect(task.loadData(0, word: 2) == 4711)
      task.store(0, to: 0, word: 1)
      task.load(0, word: 1, into: 1)
      #expect(task[reference: 1] == task[reference: 0])
    }
    theatre.play(theatre.first, on: 1)
    #expect(theatre.world.ended.isEmpty)
    theatre.first.now { _ = $0.loadData(0, word: 4) }
    theatre.world.settle(rounds: 5)
    #expect(theatre.world.ended.map(\.ok) == [false])
  }

  @Test func aRunThatCannotStartSaysWhy() throws {
    let world = try TestWorld(nodes: 1)
    world.start("pupets")
    world.settle(rounds: 3)
    #expect(world.ended.map(\.ok) == [false])
    #expect(world.ended[0].message.contains("did you mean 'puppets'?"))
  }
}
