// What a task runs, and how it says what it waits for.
//
// A body is a state machine: `step` does at most about `budget` units of work (a unit is a few
// nanoseconds; a step should stay under 100 µs) and returns. Everything the body must remember
// about objects lies in frame slots; its own Swift properties may hold data of any kind, only not
// references. A body never blocks: what takes time is an `Operation` that it returns, and the
// outcome is there at its next step (`TaskContext.outcome`).

import GreyBasics
import GreyHeap
import GreyWire

/// Confined to the worker of its task.
package protocol TaskBody: AnyObject {
  func step(_ task: TaskContext, budget: Int) -> Step
}

package enum Step {
  /// Call again: there is more to do.
  case more
  /// Call again when this is done or has failed.
  case wait(Operation)
  /// The task ends. The slots, of its top frame, are the results of the call that started it.
  case done(results: [Slot])
  case failed(TaskFailure)

  package static var done: Step { .done(results: []) }
}

/// What only the worker can do. Slots are those of the top frame; they keep what the operation
/// needs alive while it waits, and its results are placed into them before the next step.
package enum Operation {
  case allocate(on: NodeID, type: TypeIndex, count: Int, into: Slot)
  /// Fields from `word` on, one a slot; kinds must match.
  case read(object: Slot, word: Int, into: [Slot])
  case write(object: Slot, word: Int, from: Slot)
  /// Runs a function there and waits for its results.
  case call(on: NodeID, FunctionIndex, arguments: [Slot], results: [Slot])
  /// Runs a function there by itself; `into`, a data slot, gets its `TaskAddress`.
  case spawn(on: NodeID, FunctionIndex, arguments: [Slot], into: Slot)
  /// Into a task's mailbox. Waits while the mailbox is full. `to` holds a `TaskAddress`.
  case send(to: Slot, values: [Slot])
  /// The same, and the sender keeps nothing: its reference slots among `values` are null as soon as
  /// the message is made. A full mailbox sends them back, and the task tries again; what was given
  /// to a task or node that is no more is gone with it.
  case give(to: Slot, values: [Slot])
  /// The oldest message of the task's own mailbox; slots beyond its length become zero.
  case receive(into: [Slot])
  case sleep(Duration)
  case yield
  /// Until a full cycle that begins after this is finished, sweeping included (`runtime.GC`).
  case collect
  /// After a failed allocation of so many bytes: until a full cycle that begins after this is
  /// finished. Then try again; the next failure in a row ends the wait at once with `.outOfMemory`.
  case memory(bytes: Int)
}

/// How the last operation of a task ended.
package enum Outcome: Hashable, Sendable {
  case ok
  case failed(OperationFailure)
}

/// Why an operation failed: what `RemoteFailure` says on the wire, for local operations as well.
package enum OperationFailure: String, Error, Hashable, Sendable, CaseIterable {
  /// The owner is dead, fenced or was never a member.
  case deadNode = "the object's node is dead"
  /// The reference leads into a freed slot: never with every rule in force.
  case lostObject = "the object was lost: its slot is free"
  /// The word lies outside the object, or data and reference were mixed up.
  case noSuchField = "no such field"
  case noSuchTask = "no such task"
  case noSuchFunction = "no such function, or other arguments or results than it has"
  /// The limit is reached and a full cycle made no room.
  case outOfMemory = "out of memory"
  case runCancelled = "the run was cancelled"
  case mailboxFull = "the mailbox is full"
  /// Nothing new begins there: no task, no object. What is there can be used until it is gone.
  case leaving = "the node is leaving the cluster"
  /// The run was not started there, so nobody there can answer.
  case notInRun = "the node takes no part in the run"
  /// A reference that was to be followed is null.
  case nullReference = "null reference"
  /// A local-only access to an object of another node.
  case notLocal = "the object lies on another node: use an operation"
  case stackOverflow = "the stack passes its limit"

  init(_ failure: RemoteFailure) {
    switch failure {
    case .deadNode: self = .deadNode
    case .lostObject: self = .lostObject
    case .noSuchField: self = .noSuchField
    case .noSuchTask: self = .noSuchTask
    case .noSuchFunction: self = .noSuchFunction
    case .outOfMemory: self = .outOfMemory
    case .runCancelled: self = .runCancelled
    case .mailboxFull: self = .mailboxFull
    case .leaving: self = .leaving
    }
  }

  /// As it travels; what no remote operation can meet becomes what comes nearest.
  var onTheWire: RemoteFailure {
    switch self {
    case .deadNode, .notInRun: .deadNode
    case .lostObject: .lostObject
    case .noSuchField, .nullReference, .notLocal: .noSuchField
    case .noSuchTask: .noSuchTask
    case .noSuchFunction: .noSuchFunction
    case .outOfMemory, .stackOverflow: .outOfMemory
    case .runCancelled: .runCancelled
    case .mailboxFull: .mailboxFull
    case .leaving: .leaving
    }
  }
}

/// Why a task ended without results. Its caller sees the cause, if there is one; a task that
/// nobody called, or one that failed without a cause, ends its run as failed.
package struct TaskFailure: Error, Hashable, Sendable, CustomStringConvertible {
  package let cause: OperationFailure?
  package let message: String

  package init(_ message: String, cause: OperationFailure? = nil) {
    self.cause = cause
    self.message = message
  }
  package init(_ cause: OperationFailure, at place: String) {
    self.init("\(place): \(cause.rawValue)", cause: cause)
  }
  package var description: String { message }
}

/// Where a task is: what a `spawn` yields and a `send` takes. `node:16 | task:48`, data.
@frozen @usableFromInline
package struct TaskAddress: RawRepresentable, Hashable, Sendable {
  @usableFromInline package let rawValue: UInt64
  @inlinable package init(rawValue: UInt64) { self.rawValue = rawValue }
  @inlinable package init(node: NodeID, task: TaskID) {
    rawValue = UInt64(node.rawValue) << 48 | task.rawValue & 0x0000_FFFF_FFFF_FFFF
  }
  @inlinable package var node: NodeID {
    NodeID(rawValue: UInt16(truncatingIfNeeded: rawValue >> 48))
  }
  @inlinable package var task: TaskID { TaskID(rawValue: rawValue & 0x0000_FFFF_FFFF_FFFF) }
}
