// Targeted stories: each loses an object without its rule, and loses nothing with it.

import GreyBasics
import GreyHeap
import GreyMutator
import Testing

/// The shortest counterexample to "a message is a root at its sender": node 1 sends `o2` to node 2
/// and drops it · stop 1 · node 2 scans its stack (now black) · node 2 receives `o2` · the
/// acknowledgement removes node 1's entry · node 1 scans: nothing · stop 2.
///
/// Here a task on node 1 sends it as its result, and its frame is gone with that.
private func nineSteps(without rules: [Rule]) throws -> [Violation] {
  let theatre = try Theatre(rules: RuleSet(without: rules))
  let world = theatre.world
  let caller = theatre.spawn(on: 2)
  theatre.stage.firstCommands[2] = [
    { task in
      try! task.allocate(type: task.type(0), into: 1)
      return .done(results: [1])
    }
  ]
  caller.wait(.call(on: NodeID(1), 2, arguments: [0], results: [3]))
  world.run(2, 5)
  #expect(world.deliver(from: 2, to: 1))
  for _ in 0..<10 where world[1].workers[0].transitEntries == 0 { world.run(1) }
  #expect(world[1].workers[0].transitEntries == 1)

  world.arm()
  world.run(2, 80)
  #expect(world[2].scannedWorkers == [0])
  #expect(world.deliver(from: 1, to: 2))
  world.run(2)
  while world.acknowledge() {}
  // The acknowledgement is taken before this quantum's piece of the roots.
  world.run(1)
  #expect(world[1].workers[0].transitEntries == 0)
  theatre.scanAll()
  return world.confirmAndSweep()
}

/// Node 2's task returns an object that nobody else has; the answer is under way all cycle long.
private func answerUnderWay(without rules: [Rule]) throws -> [Violation] {
  let theatre = try Theatre(rules: RuleSet(without: rules))
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
  world.arm()
  theatre.scanAll()
  let violations = world.confirmAndSweep()
  world.settle(rounds: 5)
  return violations + world.judge(marked: false)
}

/// A task that is not scanned yet returns its object, stamped, to one that is; the transit table
/// was scanned before the answer entered it and the answer has left it at the end.
private func answerOfAGreyTask(without rules: [Rule]) throws -> [Violation] {
  let theatre = try Theatre(rules: RuleSet(without: rules))
  let world = theatre.world
  theatre.first.wait(.call(on: NodeID(2), 2, arguments: [0], results: [3]))
  world.settle(rounds: 3)
  let callee = theatre.last
  theatre.give(callee, on: 2, slot: 1)
  for _ in 0..<60 {
    callee.wait(.spawn(on: NodeID(2), 3, arguments: [], into: 5))
  }
  theatre.play(callee, on: 2, quanta: 10_000)

  world.arm()
  world.run(1, 40)
  #expect(world[1].scannedWorkers == [0])
  world.run(2, 20)
  callee.then { _ in .done(results: [1]) }
  for _ in 0..<200 where !callee.commands.isEmpty { world.run(2) }
  #expect(world[2].scannedWorkers.isEmpty)
  #expect(world.deliver(from: 2, to: 1))
  world.run(1)
  #expect(world.acknowledge())
  theatre.scanAll()
  return world.confirmAndSweep()
}

/// A task that is not scanned yet gives away the only reference to its object, by `give`, and the
/// place where it goes has been scanned.
private func grayTaskGives(
  without rules: [Rule], _ give: @escaping (Theatre, Puppet) -> Void
) throws -> [Violation] {
  let theatre = try Theatre(rules: RuleSet(without: rules))
  let world = theatre.world
  theatre.give(theatre.first, on: 1)
  theatre.crowd(on: 1)
  let other = theatre.spawn(on: 1)
  other.wait(.receive(into: [0]))
  world.run(1, 100)

  world.arm()
  world.run(1, 10)
  #expect(world[1].scannedWorkers.isEmpty)
  give(theatre, theatre.first)
  theatre.first.now { $0[reference: 0] = .null }
  for _ in 0..<400 where !theatre.first.commands.isEmpty { world.run(1) }
  theatre.scanAll()
  return world.confirmAndSweep()
}

/// The acknowledgement comes before the placing: the message is nobody's root in between.
private func earlyAcknowledgement(without rules: [Rule]) throws -> [Violation] {
  let theatre = try Theatre(rules: RuleSet(without: rules))
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
  world.arm()
  world.run(1, 40)
  #expect(world.deliver(from: 2, to: 1))
  world.run(1)
  while world.acknowledge() {}
  theatre.scanAll()
  let violations = world.confirmAndSweep()
  world.run(1, 2)
  return violations + world.judge(marked: false)
}

@Suite struct FaultStoryTests {
  @Test func theNineStepsNeedTheReceiversShade() throws {
    #expect(try nineSteps(without: []).isEmpty)
    #expect(try !nineSteps(without: [.receiverShade]).isEmpty)
  }

  @Test func anAnswerUnderWayIsARootAtItsSender() throws {
    #expect(try answerUnderWay(without: []).isEmpty)
    #expect(try !answerUnderWay(without: [.transitRoot]).isEmpty)
  }

  @Test func aStampedAnswerWasShadedByItsSender() throws {
    #expect(try answerOfAGreyTask(without: []).isEmpty)
    #expect(try !answerOfAGreyTask(without: [.senderShade]).isEmpty)
  }

  @Test func aStoreToAScannedGlobalPassesTheBarrier() throws {
    let store = { (_: Theatre, puppet: Puppet) in puppet.now { $0.storeGlobal(0, at: 0) } }
    #expect(try grayTaskGives(without: [], store).isEmpty)
    #expect(try !grayTaskGives(without: [.globalBarrier], store).isEmpty)
  }

  @Test func aMessageToAScannedTaskIsShaded() throws {
    let send = { (_: Theatre, puppet: Puppet) in puppet.wait(.send(to: 4, values: [0])) }
    #expect(try grayTaskGives(without: [], send).isEmpty)
    #expect(try !grayTaskGives(without: [.handoverShade], send).isEmpty)
  }

  @Test func theArgumentsOfATaskThatIsBornScannedAreShaded() throws {
    let spawn = { (_: Theatre, puppet: Puppet) in
      puppet.wait(.spawn(on: NodeID(1), 1, arguments: [0], into: 5))
    }
    #expect(try grayTaskGives(without: [], spawn).isEmpty)
    #expect(try !grayTaskGives(without: [.handoverShade], spawn).isEmpty)
  }

  @Test func placedIsSaidAfterPlacing() throws {
    #expect(try earlyAcknowledgement(without: []).isEmpty)
    #expect(try !earlyAcknowledgement(without: [.placedAfterPlacement]).isEmpty)
  }
}
