// Stopping and going on.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyMutator
import Testing

@Suite struct StopWordTests {
  @Test func aStopIsCompleteWhenEveryWorkerHasParkedForItOrRests() throws {
    // Worker 0 has a task that always has more to do, worker 1 has none.
    let theatre = try Theatre(nodes: 1, workers: 2)
    let world = theatre.world
    let stop = world[1].environment.stop
    world.quantum(world[1], worker: 1)
    #expect(!stop.allParked && stop.requested == 0)
    let number = stop.request()
    #expect(number != 0 && stop.request() == number, "a stop that is on is not a new one")
    #expect(stop.parkedWorkers == 1 && stop.firstRunning == 0 && !stop.allParked)
    #expect(world.quantum(world[1], worker: 0) == .parked)
    #expect(stop.allParked && stop.firstRunning == nil)
    // One that wakes in the stop parks like any other.
    #expect(world.quantum(world[1], worker: 1) == .parked)
    #expect(stop.allParked)
    stop.release()
    #expect(!stop.allParked)
    // A worker that slept through the release has not parked for the next stop.
    #expect(stop.request() > number)
    #expect(stop.parkedWorkers == 0)
    #expect(world.quantum(world[1], worker: 1) == .parked)
    stop.release()
    // Back to rest, and then counted again without being asked.
    if case .idle = world.quantum(world[1], worker: 1) {} else { Issue.record("not idle") }
    stop.request()
    #expect(stop.parkedWorkers == 1 && stop.firstRunning == 0)
  }

  @Test func oneThatRestsHoldsNoRunsAndNothingGrey() throws {
    let theatre = try Theatre(nodes: 1)
    let world = theatre.world
    world.arm()
    theatre.scanAll()
    world.markToTheEnd()
    theatre.first.now { task in
      try! task.allocate(type: task.type(0), into: 0)
      task.store(0, to: 0, word: 0)
    }
    theatre.first.wait(.sleep(.seconds(1)))
    world.run(1, 4)
    let stop = world[1].environment.stop
    stop.request()
    #expect(stop.allParked)
    #expect(world[1].collector.totals.barrierEntries > 0, "handed over before it rested")
    world[1].heap.beginSweep()
    #expect(world[1].heap.finishSweep(), "no run is cached")
  }

  @Test func aParkedWorkerPlacesNothingAndHoldsNoRuns() throws {
    let theatre = try Theatre(nodes: 2)
    let world = theatre.world
    theatre.give(theatre.first, on: 1)
    let other = theatre.spawn(on: 2)
    other.wait(.allocate(on: NodeID(1), type: TypeIndex(rawValue: 17), count: 1, into: 0))
    world.run(2, 4)
    world[1].environment.stop.request()
    world.run(1)
    #expect(world.deliver(from: 2, to: 1))
    world.run(1, 5)
    #expect(!world.deliver(from: 1, to: 2), "nothing was answered")
    world[1].heap.beginSweep()
    #expect(world[1].heap.finishSweep(), "no run is cached")
    world.release()
    world.run(1, 2)
    #expect(world.deliver(from: 1, to: 2))
  }

  @Test func whatTheBarrierHoldsIsWithTheCollectorWhenTheWorkerHasParked() throws {
    let theatre = try Theatre(nodes: 1)
    let world = theatre.world
    theatre.give(theatre.first, on: 1, slot: 0)
    theatre.give(theatre.first, on: 1, slot: 1)
    world.arm()
    theatre.scanAll()
    world.markToTheEnd()
    #expect(world[1].collector.isQuiescent)
    theatre.first.now { task in
      try! task.allocate(type: task.type(0), into: 2)
      task.store(2, to: 0, word: 0)
      task.store(data: 5, to: 0, word: 2)
    }
    theatre.play(theatre.first, on: 1)
    world.stop()
    #expect(world[1].collector.totals.barrierEntries == 2)
    world.release()
    #expect(world.confirmAndSweep().isEmpty)
  }

  @Test func theTaskInAStepHasAName() throws {
    let theatre = try Theatre(nodes: 1)
    let worker = theatre.world[1].workers[0]
    var seen: RunningTask?
    theatre.first.now { _ in seen = worker.runningTask }
    theatre.play(theatre.first, on: 1)
    #expect(seen?.run == RunID(rawValue: 1))
    #expect(worker.runningTask == nil)
    #expect(worker.taskSummaries.first { $0.task == seen?.task }?.function == "puppet-0")
  }
}
