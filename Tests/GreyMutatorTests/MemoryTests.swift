// Memory at the limit, waiting for collections, and assists.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyMutator
import GreyWire
import Testing

@Suite struct MemoryTests {
  /// Fills the heap with a list that slot 0 keeps, until an allocation fails.
  private func fill(_ task: TaskContext) -> AllocationFailure? {
    do {
      let shape = try task.shape(task.type(1))
      while true {
        let made = try task.allocate(shape)
        task.store(task[reference: 0], to: made, word: 0)
        task[reference: 0] = made
      }
    } catch {
      return error
    }
  }

  @Test func aFailedAllocationSucceedsAfterACycleThatFreesSomething() throws {
    let theatre = try Theatre(nodes: 1, limitBytes: 512 << 10)
    let world = theatre.world
    theatre.first.then { task in task.waitForMemory(fill(task)!) }
    var worked = false
    theatre.first.now { task in
      #expect(task.outcome == .ok)
      worked = (try? task.allocate(task.shape(task.type(1)))) != nil
    }
    world.run(1, 20)
    #expect(world.wanted == [.zero])
    #expect(theatre.first.commands.count == 1, "it waits")
    // What it holds is garbage by the time of the cycle: nobody may free it but the collector.
    #expect(world.collect().isEmpty)
    world.run(1, 1)
    #expect(!worked, "all of it was alive: the retry must fail")
  }

  @Test func garbageIsFoundAndTheTaskGoesOn() throws {
    let theatre = try Theatre(nodes: 1, limitBytes: 512 << 10)
    let world = theatre.world
    theatre.first.then { task in
      let failure = fill(task)!
      task[reference: 0] = .null
      return task.waitForMemory(failure)
    }
    var worked = 0
    theatre.first.now { task in
      for _ in 0..<100 where (try? task.allocate(task.shape(task.type(1)))) != nil { worked += 1 }
    }
    world.run(1, 3)
    #expect(world.collect().isEmpty)
    world.run(1, 3)
    #expect(worked == 100)
  }

  @Test func theSecondFailureInARowIsFinal() throws {
    let theatre = try Theatre(nodes: 1, limitBytes: 512 << 10)
    let world = theatre.world
    var outcomes: [Outcome] = []
    theatre.first.then { task in task.waitForMemory(fill(task)!) }
    theatre.first.then { task in
      outcomes.append(task.outcome)
      return task.waitForMemory(fill(task)!)
    }
    theatre.first.now { outcomes.append($0.outcome) }
    world.run(1, 3)
    _ = world.collect()
    world.run(1, 5)
    #expect(outcomes == [.ok, .failed(.outOfMemory)])
  }

  @Test func aRunThatFailsForItSaysWhoGotNoMemoryWhere() throws {
    for owner in 1...2 {
      let theatre = try Theatre("\(#function) \(owner)", limitBytes: 512 << 10)
      let world = theatre.world
      let filler = owner == 1 ? theatre.first : theatre.spawn(on: 2)
      filler.now { _ = fill($0) }
      theatre.play(filler, on: owner)
      theatre.first.wait(
        .allocate(on: NodeID(owner), type: TypeIndex(rawValue: 19), count: 100, into: 1))
      theatre.first.then { task in
        #expect(task.outcome == .failed(.outOfMemory))
        return .failed(TaskFailure("it has to have that"))
      }
      world.settle(rounds: 10)
      _ = world.collect()
      world.settle(rounds: 10)
      #expect(world.ended.map(\.ok) == [false])
      let failure = try #require(world.memoryFailures.first)
      #expect(failure.node == NodeID(owner) && failure.requestedBytes >= 800, "\(failure)")
      #expect(failure.task.contains(", task "), "\(failure)")
    }
  }

  @Test func aRunThatFailsForSomethingElseDoesNot() throws {
    let theatre = try Theatre(nodes: 1, limitBytes: 512 << 10)
    let world = theatre.world
    let big = Operation.allocate(
      on: NodeID(1), type: TypeIndex(rawValue: 19), count: 1 << 20, into: 1)
    theatre.first.wait(big)
    // It could do without.
    theatre.first.then { task in
      #expect(task.outcome == .failed(.outOfMemory))
      return .wait(.yield)
    }
    theatre.first.then { _ in .failed(TaskFailure("another thing")) }
    world.run(1, 10)
    #expect(world.ended.map(\.message) == ["another thing"])
    #expect(world.memoryFailures.isEmpty)
  }

  @Test func anAllocationOperationRetriesByItself() throws {
    for node in 1...2 {
      let theatre = try Theatre("\(#function) \(node)", limitBytes: 512 << 10)
      let world = theatre.world
      // Node 2 is filled by a task of its own, which holds on until it is told to let go.
      let filler = node == 1 ? theatre.first : theatre.spawn(on: 2)
      filler.now { _ = fill($0) }
      theatre.play(filler, on: node)
      let big = Operation.allocate(
        on: NodeID(node), type: TypeIndex(rawValue: 19), count: 100, into: 1)
      var outcomes: [Outcome] = []
      theatre.first.wait(big)
      theatre.first.now { outcomes.append($0.outcome) }
      world.settle(rounds: 10)
      #expect(outcomes.isEmpty && world.wanted == [.zero])
      #expect(world.collect().isEmpty)
      world.settle(rounds: 10)
      #expect(outcomes == [.failed(.outOfMemory)])

      filler.now { $0[reference: 0] = .null }
      theatre.play(filler, on: node)
      theatre.first.wait(big)
      theatre.first.now { outcomes.append($0.outcome) }
      world.settle(rounds: 10)
      _ = world.collect()
      world.settle(rounds: 10)
      #expect(outcomes.last == .ok)
      #expect(world.judge(marked: false).isEmpty)
    }
  }

  @Test func aCycleThatWasUnderWayDoesNotCount() throws {
    let theatre = try Theatre(nodes: 1)
    let world = theatre.world
    var ended = false
    world.arm()
    theatre.first.wait(.collect)
    theatre.first.now { _ in ended = true }
    world.run(1, 3)
    #expect(world.wanted == [world.epoch])
    theatre.scanAll()
    _ = world.confirmAndSweep()
    world.run(1, 3)
    #expect(!ended, "that cycle had begun before the task asked")
    #expect(world.wanted.count == 2, "so it asks again")
    _ = world.collect()
    world.run(1, 3)
    #expect(ended)
  }

  @Test func patienceEnds() throws {
    let theatre = try Theatre(nodes: 1, limitBytes: 512 << 10) {
      $0.memoryPatience = .seconds(3)
    }
    let world = theatre.world
    var outcome: Outcome?
    theatre.first.then { task in task.waitForMemory(fill(task)!) }
    theatre.first.now { outcome = $0.outcome }
    world.run(1, 3)
    world.now = world.now + .milliseconds(2999)
    world.run(1, 3)
    #expect(outcome == nil)
    world.now = world.now + .milliseconds(2)
    world.run(1, 3)
    #expect(outcome == .failed(.outOfMemory))
  }

  /// It makes a piece anew after every cycle, and never gets the whole of it.
  @Test func patienceEndsForWhoThrowsAwayWhatItGot() throws {
    let theatre = try Theatre(nodes: 1, limitBytes: 512 << 10) {
      $0.memoryPatience = .seconds(3)
    }
    let world = theatre.world
    var outcomes: [Outcome] = []
    for attempt in 0..<6 {
      theatre.first.then { task in
        if attempt > 0 { outcomes.append(task.outcome) }
        if outcomes.last == .failed(.outOfMemory) { return .wait(.yield) }
        let kept = task[reference: 0]
        let failure = fill(task)!
        // At first all but the last object is kept: that is what every cycle frees.
        let full = task[reference: 0]
        task[reference: 0] = attempt == 0 ? task.load(full, word: 0) : kept
        return task.waitForMemory(failure)
      }
    }
    for _ in 0..<5 {
      world.run(1, 3)
      world.now = world.now + .seconds(1)
      _ = world.collect()
    }
    world.run(1, 5)
    #expect(outcomes.prefix(2) == [.ok, .ok])
    #expect(outcomes.prefix(4).contains(.failed(.outOfMemory)), "\(outcomes)")
  }

  /// No cycle comes; the owner of the heap knows for how long its own tasks would wait.
  @Test func patienceEndsForRequestsOfOtherNodesToo() throws {
    let theatre = try Theatre(limitBytes: 512 << 10) { $0.memoryPatience = .seconds(3) }
    let world = theatre.world
    let filler = theatre.spawn(on: 2)
    filler.now { _ = fill($0) }
    theatre.play(filler, on: 2)
    filler.wait(.receive(into: []))
    var outcome: Outcome?
    theatre.first.wait(
      .allocate(on: NodeID(2), type: TypeIndex(rawValue: 19), count: 100, into: 1))
    theatre.first.now { outcome = $0.outcome }
    world.settle(rounds: 10)
    #expect(world.wanted == [.zero])
    world.now = world.now + .milliseconds(2_990)
    world.settle(rounds: 10)
    #expect(outcome == nil)
    // Its thread sleeps: it has to know when to wake.
    var state = WorkerState.ran
    for _ in 0..<10 { state = world[2].workers[0].quantum(now: world.now, budget: 10) }
    guard case .idle(let until?) = state else {
      Issue.record("node 2 is \(state)")
      return
    }
    world.now = max(world.now, until)
    world.settle(rounds: 10)
    #expect(outcome == .failed(.outOfMemory))
    // Nothing of it is left, and a later cycle answers nobody twice.
    #expect(world.collect().isEmpty)
    world.settle(rounds: 10)
  }

  @Test func whatNoHeapCanHoldFailsAtOnce() throws {
    let theatre = try Theatre(nodes: 1, limitBytes: 512 << 10)
    var outcome: Outcome?
    theatre.first.wait(
      .allocate(on: NodeID(1), type: TypeIndex(rawValue: 19), count: 1 << 30, into: 0))
    theatre.first.now { outcome = $0.outcome }
    theatre.world.run(1, 3)
    #expect(outcome == .failed(.outOfMemory) && theatre.world.wanted.isEmpty)
  }

  // MARK: assists

  private func pacer(live: Int) -> Pacer {
    var pacer = Pacer(settings: PacerSettings(minimumHeapAtHundred: 1 << 10))
    pacer.observe(live: live, scannable: live, stackBytes: 1 << 20, globalBytes: 0)
    pacer.startCycle()
    pacer.revise(live: live + live / 2, scannable: live * 2, work: ScanWork())
    return pacer
  }

  @Test func aTaskThatAllocatesWhileMarkingMarks() throws {
    let theatre = try Theatre(nodes: 1) { $0.rootWordsAQuantum = 4096 }
    let world = theatre.world
    theatre.first.now { task in
      let shape = try! task.allocate(task.shape(task.type(0)))
      task[reference: 0] = shape
      for _ in 0..<20_000 {
        let made = try! task.allocate(task.shape(task.type(0)))
        task.store(task[reference: 0], to: made, word: 0)
        task[reference: 0] = made
      }
    }
    theatre.play(theatre.first, on: 1)
    let ledger = world[1].environment.assists
    world.arm()
    ledger.begin(pacer(live: 1 << 20))
    for _ in 0..<40 {
      theatre.first.now { task in
        for _ in 0..<500 { _ = try! task.allocate(task.shape(task.type(0))) }
      }
    }
    // No mark worker runs: what is marked, the allocating task has marked.
    theatre.play(theatre.first, on: 1)
    #expect(ledger.assisted > 100_000)
    #expect(world[1].collector.totals.objectsScanned > 2000)
    // Credit of others comes first.
    let assisted = ledger.assisted
    ledger.deposit(1 << 30)
    for _ in 0..<20 {
      theatre.first.now { task in
        for _ in 0..<500 { _ = try! task.allocate(task.shape(task.type(0))) }
      }
    }
    theatre.play(theatre.first, on: 1)
    #expect(ledger.assisted == assisted)
    theatre.scanAll()
    #expect(world.confirmAndSweep().isEmpty)
  }

  @Test func anAssistThatFindsNothingIsForgivenAndCounted() throws {
    let theatre = try Theatre(nodes: 1)
    let world = theatre.world
    world.arm()
    theatre.scanAll()
    world.markToTheEnd()
    let ledger = world[1].environment.assists
    ledger.begin(pacer(live: 1 << 20))
    for _ in 0..<10 {
      theatre.first.now { task in
        for _ in 0..<500 { _ = try! task.allocate(task.shape(task.type(0))) }
      }
    }
    theatre.play(theatre.first, on: 1)
    #expect(ledger.forgiven > 0 && ledger.assisted == 0)
    #expect(world.confirmAndSweep().isEmpty)
  }

  @Test func aTaskThatPaysStillStopsAtOnce() throws {
    let theatre = try Theatre(nodes: 1) { $0.rootWordsAQuantum = 4096 }
    let world = theatre.world
    theatre.first.now { task in
      for _ in 0..<20_000 {
        let made = try! task.allocate(task.shape(task.type(0)))
        task.store(task[reference: 0], to: made, word: 0)
        task[reference: 0] = made
      }
    }
    theatre.play(theatre.first, on: 1)
    world.arm()
    world[1].environment.assists.begin(pacer(live: 1 << 24))
    theatre.first.now { task in
      for _ in 0..<5000 { _ = try! task.allocate(task.shape(task.type(0))) }
    }
    world.run(1, 3)
    let steps = theatre.first.steps
    world.run(1)
    #expect(theatre.first.steps == steps, "it is paying")
    world.stop()
    #expect(world[1].environment.stop.allParked)
    #expect(!world[1].collector.isQuiescent)
    world.release()
    theatre.scanAll()
    #expect(world.confirmAndSweep().isEmpty)
  }
}
