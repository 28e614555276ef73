// Operations on objects and tasks of other nodes, and of this one.

import GreyBasics
import GreyHeap
import GreyMutator
import GreyWire
import Testing

@Suite struct OperationTests {
  /// Lets the first puppet wait for an operation and returns how it ended.
  private func outcome(_ theatre: Theatre, _ operation: Operation) -> Outcome? {
    var outcome: Outcome?
    theatre.first.wait(operation)
    theatre.first.now { outcome = $0.outcome }
    for _ in 0..<300 where outcome == nil { theatre.world.settle(rounds: 1) }
    return outcome
  }

  @Test(arguments: [1, 2])
  func allocateWriteAndReadThere(node: Int) throws {
    let theatre = try Theatre()
    #expect(
      outcome(
        theatre,
        .allocate(on: NodeID(node), type: TypeIndex(rawValue: 17), count: 1, into: 0)) == .ok)
    theatre.give(theatre.first, on: 1, slot: 1)
    theatre.first.now { $0[data: 5] = 99 }
    #expect(outcome(theatre, .write(object: 0, word: 1, from: 1)) == .ok)
    #expect(outcome(theatre, .write(object: 0, word: 3, from: 5)) == .ok)
    #expect(outcome(theatre, .read(object: 0, word: 0, into: [2, 3, 6, 7])) == .ok)
    theatre.first.now { task in
      #expect(task[reference: 0].node == NodeID(node))
      #expect(task[reference: 2].isNull)
      #expect(task[reference: 3] == task[reference: 1])
      #expect(task[data: 6] == 0 && task[data: 7] == 99)
    }
    theatre.play(theatre.first, on: 1)
    theatre.world.settle(rounds: 3)
    #expect(theatre.world[1].workers[0].transitEntries == 0)
    #expect(theatre.world[2].workers[0].transitEntries == 0)
  }

  @Test(arguments: [1, 2])
  func whatDoesNotFitIsATypedFailure(node: Int) throws {
    let theatre = try Theatre()
    let there = NodeID(node)
    let cell = TypeIndex(rawValue: 17)
    #expect(
      outcome(theatre, .read(object: 0, word: 0, into: [1])) == .failed(.nullReference))
    #expect(outcome(theatre, .allocate(on: there, type: cell, count: 1, into: 0)) == .ok)
    // Kinds, bounds, numbers.
    #expect(outcome(theatre, .read(object: 0, word: 0, into: [5])) == .failed(.noSuchField))
    #expect(outcome(theatre, .read(object: 0, word: 2, into: [1])) == .failed(.noSuchField))
    #expect(outcome(theatre, .read(object: 0, word: 4, into: [1])) == .failed(.noSuchField))
    #expect(outcome(theatre, .read(object: 0, word: -1, into: [1])) == .failed(.noSuchField))
    #expect(outcome(theatre, .write(object: 0, word: 0, from: 5)) == .failed(.noSuchField))
    #expect(outcome(theatre, .write(object: 0, word: 2, from: 1)) == .failed(.noSuchField))
    #expect(
      outcome(theatre, .allocate(on: there, type: .none, count: 1, into: 0))
        == .failed(.noSuchField))
    #expect(
      outcome(theatre, .call(on: there, 2, arguments: [], results: [1]))
        == .failed(.noSuchFunction))
    #expect(
      outcome(theatre, .call(on: there, 2, arguments: [5], results: [1]))
        == .failed(.noSuchFunction))
    #expect(
      outcome(theatre, .spawn(on: there, 77, arguments: [], into: 4)) == .failed(.noSuchFunction))
    theatre.first.now {
      $0[data: 4] =
        TaskAddress(node: there, task: TaskID(rawValue: 4096 << 6)).rawValue
    }
    #expect(outcome(theatre, .send(to: 4, values: [0])) == .failed(.noSuchTask))
    #expect(theatre.world.lost.isEmpty)
  }

  @Test(arguments: [1, 2])
  func aCallGivesItsResultsToItsCaller(node: Int) throws {
    let theatre = try Theatre()
    theatre.stage.firstCommands[2] = [
      { task in
        let made = try! task.allocate(task.shape(task.type(0)))
        task.store(task[reference: 0], to: made, word: 0)
        task[reference: 1] = made
        return .done(results: [1])
      }
    ]
    theatre.give(theatre.first, on: 1)
    #expect(outcome(theatre, .call(on: NodeID(node), 2, arguments: [0], results: [3])) == .ok)
    #expect(outcome(theatre, .read(object: 3, word: 0, into: [2])) == .ok)
    theatre.first.now { task in
      #expect(task[reference: 3].node == NodeID(node))
      #expect(task[reference: 2] == task[reference: 0])
    }
    theatre.play(theatre.first, on: 1)
    #expect(theatre.world.collect().isEmpty)
  }

  @Test(arguments: [1, 2])
  func aCalleeThatFailsTellsItsCaller(node: Int) throws {
    let theatre = try Theatre()
    theatre.stage.firstCommands[2] = [
      { _ in .failed(TaskFailure(.deadNode, at: "far away")) }
    ]
    #expect(
      outcome(theatre, .call(on: NodeID(node), 2, arguments: [0], results: [3]))
        == .failed(.deadNode))
    #expect(theatre.world.ended.isEmpty)
  }

  @Test(arguments: [1, 2])
  func messagesComeInOrderAndTheMailboxIsBounded(node: Int) throws {
    let theatre = try Theatre { $0.mailboxCapacity = 2 }
    let world = theatre.world
    let receiver = theatre.spawn(on: node)
    receiver.wait(.sleep(.milliseconds(50)))
    theatre.play(receiver, on: node, quanta: 4)
    for value in 1...6 {
      theatre.first.now { $0[integer: 5] = value }
      theatre.first.wait(.send(to: 4, values: [5, 0]))
    }
    for _ in 0..<30 { world.settle(rounds: 1) }
    #expect(theatre.first.commands.count >= 5, "the third send waits for room")
    var received: [Int] = []
    for _ in 1...6 {
      receiver.wait(.receive(into: [6, 2]))
      receiver.now { received.append($0[integer: 6]) }
    }
    for _ in 0..<4000 where received.count < 6 { world.settle(rounds: 1) }
    #expect(received == [1, 2, 3, 4, 5, 6])
  }

  @Test(arguments: [1, 2])
  func whatIsGivenIsKeptByNobodyAndComesBackFromAFullMailbox(node: Int) throws {
    let theatre = try Theatre { $0.mailboxCapacity = 1 }
    let world = theatre.world
    let receiver = theatre.spawn(on: node)
    receiver.wait(.sleep(.milliseconds(50)))
    theatre.play(receiver, on: node, quanta: 4)
    // The first lies in the mailbox. The second comes back from it, again and again.
    var given: [Reference] = []
    for value in 1...2 {
      theatre.first.wait(.allocate(on: NodeID(1), type: TypeIndex(rawValue: 17), count: 1, into: 0))
      theatre.first.now {
        $0[integer: 5] = value
        given.append($0[reference: 0])
      }
      theatre.first.wait(.give(to: 4, values: [5, 0]))
      theatre.first.now { #expect($0[reference: 0].isNull, "it was given away") }
    }
    for _ in 0..<30 { world.settle(rounds: 1) }
    #expect(given.count == 2)
    #expect(theatre.first.commands.count == 1, "the second waits for room")
    var received: [Reference] = []
    for _ in 1...2 {
      receiver.wait(.receive(into: [6, 2]))
      receiver.now { received.append($0[reference: 2]) }
    }
    for _ in 0..<4000 where received.count < 2 { world.settle(rounds: 1) }
    #expect(received == given)
    for _ in 0..<30 { world.settle(rounds: 1) }
    #expect(theatre.first.commands.isEmpty)
  }

  @Test func aFullOutboxParksTheTaskAndNothingElse() throws {
    let theatre = try Theatre { $0.outboxCapacity = 1 }
    let world = theatre.world
    let worker = world[1].workers[0]
    let other = theatre.spawn(on: 1)
    require(worker.outbox.put(.log("in the way")))
    theatre.first.wait(.allocate(on: NodeID(2), type: TypeIndex(rawValue: 17), count: 1, into: 0))
    var ended = false
    theatre.first.now { _ in ended = true }
    let before = other.steps
    // Only the worker runs; nobody takes what is in its outbox.
    for _ in 0..<20 { _ = worker.quantum(now: world.now, budget: 1) }
    #expect(worker.outbox.count == 1 && worker.requestsOut == 0)
    #expect(other.steps > before + 5)
    for _ in 0..<100 where !ended { world.settle(rounds: 1) }
    #expect(ended)
  }

  @Test func towardsAStalledPeerTasksWait() throws {
    let theatre = try Theatre()
    let world = theatre.world
    require(world[1].workers[0].inbox.put(.stalled(NodeID(2))))
    var ended = false
    theatre.first.wait(.allocate(on: NodeID(2), type: TypeIndex(rawValue: 17), count: 1, into: 0))
    theatre.first.now { _ in ended = true }
    for _ in 0..<200 { world.settle(rounds: 1) }
    #expect(!ended && world[1].workers[0].requestsOut == 0)
    require(world[1].workers[0].inbox.put(.unstalled(NodeID(2))))
    for _ in 0..<2000 where !ended { world.settle(rounds: 1) }
    #expect(ended)
  }

  @Test func withTwoWorkersTasksAreSpreadAndReachEachOther() throws {
    let theatre = try Theatre(nodes: 2, workers: 2)
    let world = theatre.world
    var indices: Set<UInt64> = []
    for round in 0..<8 {
      let node = 1 + round % 2
      let other = theatre.spawn(on: node)
      var address = TaskAddress(rawValue: 0)
      other.now { address = $0.address }
      other.wait(.receive(into: [5]))
      var got: UInt64 = 0
      other.now { got = $0[data: 5] }
      for _ in 0..<50 { world.settle(rounds: 1) }
      indices.insert(address.task.rawValue & 63)
      theatre.first.now {
        #expect($0[data: 4] == address.rawValue)
        $0[integer: 6] = 7 + round
      }
      theatre.first.wait(.send(to: 4, values: [6]))
      for _ in 0..<200 where got == 0 { world.settle(rounds: 1) }
      #expect(got == UInt64(7 + round))
    }
    #expect(indices == [0, 1])
  }
}
