// A thread that runs a worker's tasks, and sleeps when they all wait or the world is stopped.
//
// The worker itself never sleeps: it says in what state its quantum left it, and this loop decides
// how to wait. The doorbell's ticket is taken before the quantum, so a message put into the inbox
// or a stop released during it is seen by the next one.
//
// A worker that allocates faster than the cluster can begin a cycle waits a little (`GrowthBrake`).

import GreyBasics
import GreyEngine
import GreyHeap
import GreyMutator
import Synchronization

package final class WorkerThread: Sendable {
  private let bell: Doorbell
  private let thread: SystemThread
  private let shared: Shared

  private final class Shared: Sendable {
    let ending = Atomic<Bool>(false)
  }

  /// - Parameters:
  ///   - bell: rung by the engine when the inbox has something or a stop was released.
  ///   - activity: counts this worker while it has something to run.
  ///   - tellGrowth: called when the worker finds the heap past the engine's alarm.
  ///   - tellEngine: called after a quantum that left the worker idle or parked, or something in
  ///     its outbox.
  package init(
    _ worker: Worker, name: String, bell: Doorbell, activity: WorkerActivity,
    tellGrowth: @escaping @Sendable () -> Void, tellEngine: @escaping @Sendable () -> Void
  ) {
    let shared = Shared()
    self.shared = shared
    self.bell = bell
    let box = Confined(worker)
    thread = SystemThread(name: name, stackBytes: 64 << 20) {
      let worker = box.value
      let heap = worker.environment.heap
      var brake = GrowthBrake()
      var isActive = true
      activity.change(by: 1)
      while !shared.ending.load(ordering: .relaxed) {
        let ticket = bell.ticket
        let now = MonotonicClock.now
        let limit: Duration
        switch worker.quantum(now: now, budget: 1_000) {
        case .ran:
          if heap.soundsAlarm() {
            brake.cycleIsDue(heapBytes: heap.objectBytes)
            tellGrowth()
          }
          if !worker.outbox.isEmptyHint { tellEngine() }
          if !isActive { activity.change(by: 1) }
          isActive = true
          if brake.isOn, brake.takesHold(heapBytes: heap.objectBytes, isSweeping: heap.isSweeping) {
            bell.wait(ticket, limit: GrowthBrake.pause)
          }
          continue
        case .parked: limit = .milliseconds(50)
        case .idle(let until): limit = min(until.map { $0 - now } ?? .seconds(1), .seconds(1))
        }
        if isActive { activity.change(by: -1) }
        isActive = false
        tellEngine()
        bell.wait(ticket, limit: limit)
      }
      if isActive { activity.change(by: -1) }
    }
  }

  /// It ends after what it is doing.
  package func askToEnd() {
    shared.ending.store(true, ordering: .relaxed)
    bell.ring()
  }

  /// - Returns: whether it has ended.
  package func hasEnded(before deadline: Moment) -> Bool { thread.join(before: deadline) }
}

/// How many workers of the node have something to run; collectors share the CPU with them.
package final class WorkerActivity: Sendable {
  private let count = Atomic<Int>(0)
  /// Rung when there is more CPU for collectors than there was: those that rest look again.
  package let changes = Doorbell()
  package init() {}
  package func change(by delta: Int) {
    count.wrappingAdd(delta, ordering: .sequentiallyConsistent)
    if delta < 0 { changes.ring() }
  }
  package var busy: Int { count.load(ordering: .sequentiallyConsistent) }
}

/// Hands a thread-confined value to the one thread that is going to own it.
struct Confined<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
