// What inspections read while the worker is parked: roots for the oracle, figures for `status`.

import GreyBasics
import GreyWire

package enum RootKind: String, Hashable, Sendable, CaseIterable {
  case frame
  case mailbox
  case global
  case transit
  case waitRecord = "wait-record"
}

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
  /// Every root of this worker, not null, and what it has said to be placed before it was. Globals
  /// are every worker's that runs the run: the same word may be told more than once.
  package func forEachRoot(_ body: (RootKind, Reference) -> Void) {
    transit.forEachReference { body(.transit, Reference(rawValue: $0)) }
    for index in 0..<requests.limit {
      if let raw = requests[at: index]?.object { body(.waitRecord, Reference(rawValue: raw)) }
    }
    for arrival in arrivedEarly {
      arrival.message.forEachReference { body(.mailbox, Reference(rawValue: $0)) }
    }
    for run in runs {
      for index in 0..<run.globals.count {
        let raw = (run.globals.words + index * 8).relaxedWord
        if raw != 0 { body(.global, Reference(rawValue: raw)) }
      }
    }
    for task in tasks {
      task.mailbox.forEachReference { body(.mailbox, Reference(rawValue: $0)) }
      var words = Int.max
      _ = TaskStack.scan(from: task.core.pointee.slots, words: &words) {
        body(.frame, Reference(rawValue: $0))
      }
    }
  }

  package var taskCount: Int { tasks.count }
  package var transitEntries: Int { transit.count }
  package var requestsOut: Int { requests.count }
  package var messagesHeld: Int { held.count }
  /// For the pacer.
  package var stackBytes: Int { chunks.bytesInUse }
  package var globalBytes: Int { runs.reduce(0) { $0 + $1.globals.count * 8 } }

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
