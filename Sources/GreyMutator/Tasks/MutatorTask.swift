// A task: a body, a stack, a mailbox, and what it waits for.
//
// The task's references are in its frames and its mailbox and nowhere else. What it waits for (its
// `wait`) names slots, so a waiting task holds exactly what its frames hold.

import GreyBasics
import GreyWire

/// Confined to its worker.
final class MutatorTask {
  enum Wait {
    /// It is in the run queue, or running.
    case none
    /// For the answer to a request of this number.
    case answer(request: UInt64)
    /// For a task of the same worker that it called.
    case callee(into: [Slot])
    case message(into: [Slot])
    case sleep
    /// For a full cycle that began after `after` was the highest epoch armed here.
    case collection(after: Epoch)
    /// The same, after an allocation failed; the operation to try again, if it was one.
    case memory(after: Epoch, retry: Operation?)
    /// An operation that found no room (outbox, mailbox, link): tried again as a whole.
    case room(Operation)
  }

  /// Who hears of the results.
  enum Caller {
    case nobody
    case node(NodeID, request: UInt64)
    case task(MutatorTask)
  }

  let id: TaskID
  let run: RunState
  let function: Int
  let isFirst: Bool
  let body: any TaskBody
  let core: UnsafeMutablePointer<TaskCore>
  var caller: Caller
  var wait = Wait.none
  var waitsForMemory: Bool { if case .memory = wait { true } else { false } }
  var outcome = Outcome.ok
  var mailbox = Mailbox()
  /// Its place in the worker's list of all tasks.
  var place = 0
  /// The epoch in which its stack and mailbox were scanned, or in which it was born.
  var scanned = Epoch.zero
  /// Of a large stack that is being scanned: the frame to go on with.
  var scanCursor: UnsafeMutableRawPointer?
  var isEnded = false
  var isQueued = false
  /// Ties a timer to the wait it was set for: another wait, another number.
  var waitNumber: UInt64 = 0
  /// How long its operation waits before it looks for room again; grows while there is none.
  var roomDelay = Duration.zero
  /// A full cycle ended for it and it has not allocated since.
  var retriesAfterCycle = false
  /// When its failure is final whatever cycles bring; nil when its last step got on.
  var memoryDeadline: Moment?
  /// The bytes that it waits for, or has waited for last.
  var wantedBytes = 0
  /// What it did not get, when an operation of it last failed for want of memory.
  var memoryFailure: MemoryFailure?
  /// Set by a fast path that went wrong in the step that runs; it fails the task after the step.
  var fault: TaskFailure?
  /// Bytes of scan work that this task has to do before its next step.
  var owedWork = 0

  init(
    id: TaskID, run: RunState, function: Int, isFirst: Bool, body: any TaskBody, caller: Caller,
    worker: UnsafeMutablePointer<WorkerCore>, random: SplitMix
  ) {
    self.id = id
    self.run = run
    self.function = function
    self.isFirst = isFirst
    self.body = body
    self.caller = caller
    core = .allocate(capacity: 1)
    let nowhere = UnsafeMutableRawPointer(core)
    core.initialize(
      to: TaskCore(
        slots: nowhere, top: nowhere, end: nowhere, chunk: nowhere, worker: worker,
        random: random, depth: 0, stackBytes: 0,
        task: Unmanaged.passUnretained(self).toOpaque()))
  }

  deinit { core.deallocate() }

  var frame: Frame { Frame(slots: core.pointee.slots) }
  var context: TaskContext { TaskContext(core: core) }
}
