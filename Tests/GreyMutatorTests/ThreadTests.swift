// Workers on threads of their own, a marker beside them, and cycles under load.
//
// The test's thread is the engine: it carries messages while the workers run, and looks at roots
// and heaps only while all of them are parked. What is tested is the hand-over at stops, the
// queues, the globals that two workers share, and marking beside running tasks.

import Foundation
import GreyBasics
import GreyCollector
import GreyHeap
import GreyMutator
import Synchronization
import Testing

/// Lets worker threads run until it goes away.
private final class WorkerThreads {
  private final class Shared: Sendable {
    let isDone = Atomic<Bool>(false)
    let running = Atomic<Int>(0)
  }
  private let shared = Shared()

  init(_ world: TestWorld) {
    for node in world.nodes {
      for worker in node.workers {
        let shared = self.shared
        shared.running.wrappingAdd(1, ordering: .relaxed)
        let thread = Thread {
          var now: UInt64 = 1
          while !shared.isDone.load(ordering: .acquiring) {
            now += 1000
            if worker.quantum(now: Moment(nanoseconds: now), budget: 100) != .ran { sched_yield() }
          }
          shared.running.wrappingSubtract(1, ordering: .releasing)
        }
        thread.stackSize = 1 << 20
        thread.start()
      }
    }
  }

  func end() {
    shared.isDone.store(true, ordering: .releasing)
    while shared.running.load(ordering: .acquiring) > 0 { sched_yield() }
  }
}

extension TestWorld {
  fileprivate func carry() {
    for node in nodes {
      for worker in node.workers { collectOutput(node, worker) }
    }
    for index in links.indices { while deliver(link: index) {} }
    while acknowledge() {}
  }

  fileprivate func stopThreads() {
    for node in nodes { node.environment.stop.request() }
    for node in nodes { while !node.environment.stop.allParked { sched_yield() } }
    carry()
  }

  fileprivate func cycleUnderLoad() -> [Violation] {
    stopThreads()
    epoch = epoch.next
    for node in nodes {
      node.scannedWorkers = []
      node.collector.arm(epoch: epoch, members: nodes.map(\.id))
    }
    batches = []
    release()
    while !allRootsScanned {
      carry()
      for node in nodes {
        drain(node, objects: 256)
        takeGrey(node)
      }
      while !batches.isEmpty { deliverBatch() }
      sched_yield()
    }
    stopThreads()
    markToTheEnd()
    var violations = judge(marked: true)
    for node in nodes { node.collector.disarm() }
    for node in nodes {
      node.heap.beginSweep()
      node.heap.finishSweep()
    }
    violations += judge(marked: false)
    release()
    return violations
  }
}

@Suite struct ThreadTests {
  @Test(arguments: [(1, 2), (2, 2)])
  func cyclesUnderLoadLoseNothing(nodes: Int, workers: Int) throws {
    let world = try TestWorld(nodes: nodes, workers: workers)
    world.start("chaos", seed: 7, parameters: [("steps", "1000000")])
    let threads = WorkerThreads(world)
    for cycle in 0..<25 {
      let violations = world.cycleUnderLoad()
      #expect(violations.isEmpty, "cycle \(cycle)")
      for _ in 0..<20 {
        world.carry()
        sched_yield()
      }
    }
    threads.end()
    #expect(world.lost.isEmpty)
    #expect(!world.ended.contains { !$0.ok }, "\(world.ended)")
    let steps = world.nodes.flatMap(\.workers).map(\.counters.steps)
    #expect(steps.reduce(0, +) > 100)
  }
}
