// What a worker's sizes are, for those who watch it from other threads: heartbeats and the pacer.
//
// Each figure is a relaxed atomic word, stored by the worker at the end of every quantum. They are
// of about the same moment and nothing is decided by their difference.

import Synchronization

package final class WorkerFigures: Sendable {
  private let stack = Atomic<Int>(0)
  private let global = Atomic<Int>(0)
  private let taskCount = Atomic<Int>(0)
  private let transit = Atomic<Int>(0)
  private let held = Atomic<Int>(0)

  init() {}

  /// Bytes of stack chunks that tasks hold.
  package var stackBytes: Int { stack.load(ordering: .relaxed) }
  package var globalBytes: Int { global.load(ordering: .relaxed) }
  package var tasks: Int { taskCount.load(ordering: .relaxed) }
  package var transitEntries: Int { transit.load(ordering: .relaxed) }
  /// Messages that were received and wait for their run, or for memory.
  package var messagesHeld: Int { held.load(ordering: .relaxed) }

  func publish(
    stackBytes: Int, globalBytes: Int, tasks: Int, transitEntries: Int, messagesHeld: Int
  ) {
    stack.store(stackBytes, ordering: .relaxed)
    global.store(globalBytes, ordering: .relaxed)
    taskCount.store(tasks, ordering: .relaxed)
    transit.store(transitEntries, ordering: .relaxed)
    held.store(messagesHeld, ordering: .relaxed)
  }
}

extension Worker {
  func publishFigures() {
    figures.publish(
      stackBytes: chunks.bytesInUse, globalBytes: globalBytes, tasks: tasks.count,
      transitEntries: transit.count, messagesHeld: held.count + memory.requests.count)
  }
}
