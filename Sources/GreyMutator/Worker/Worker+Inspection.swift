// What inspections read of a worker: figures for `status`, tasks for `ps`. Roots for the oracle are
// in `Worker+OracleRoots.swift`.

import GreyBasics
import GreyWire

/// One line of `tasks`.
package struct TaskSummary: Hashable, Sendable {
  package let task: TaskID
  package let run: RunID
  package let function: String
  package let state: String
  package let frames: Int
  package let stackBytes: Int
  package let mailbox: Int
}

extension Worker {
  package var taskCount: Int { tasks.count }
  package var transitEntries: Int { transit.count }
  package var requestsOut: Int { requests.count }
  package var messagesHeld: Int { held.count }
  /// For the pacer, as `globalBytes`.
  package var stackBytes: Int { chunks.bytesInUse }

  package var taskSummaries: [TaskSummary] {
    tasks.map { task in
      TaskSummary(
        task: task.id, run: task.run.id, function: task.run.functions[task.function].name,
        state: task.stateName, frames: task.core.pointee.depth,
        stackBytes: task.core.pointee.stackBytes, mailbox: task.mailbox.count)
    }
  }
}

extension MutatorTask {
  var stateName: String {
    switch wait {
    case .none: "runnable"
    case .answer: "waits for an answer"
    case .callee: "waits for a call"
    case .message: "waits for a message"
    case .sleep: "sleeps"
    case .collection: "waits for a collection"
    case .memory: "waits for memory"
    case .room: "waits for room"
    }
  }
}
