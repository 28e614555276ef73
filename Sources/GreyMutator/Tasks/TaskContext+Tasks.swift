// Tasks that a body starts and wakes in the middle of its step, on its own worker.
//
// `spawn` and `send` are operations: the worker does them between steps, and they reach any worker
// and node. A body whose tasks all live on one worker and share a scheduler of their own (the
// goroutines of a program) needs neither, and cannot give up its step at each of them. Nothing else
// of the worker runs during a step, so both may change its lists.

import GreyBasics
import GreyCollector
import GreyWire

extension TaskContext {
  /// A new task of the same run, behind all that can run. Its one argument is handed over, so it is
  /// shaded while marking, and the task is born scanned.
  package func start(_ function: FunctionIndex, passing argument: Reference) {
    let words = [Word.reference(argument)]
    precondition(
      worker.accepts(task.run, function: Int(function.rawValue), arguments: words),
      "function \(function.rawValue) does not take one reference")
    worker.handOver(words)
    worker.createTask(
      run: task.run, function: Int(function.rawValue), arguments: words, caller: .nobody)
  }

  /// Ends the wait of a task that waits for a message, without one. The task must be one of this
  /// worker's that has not ended.
  package func wake(_ other: TaskContext) {
    guard case .message = other.task.wait else { return }
    worker.resume(other.task, .ok)
  }

  /// What crosses from one stack to another, while marking: see `TaskStack`.
  package func handOver(_ raw: UInt64) { host.pointee.barrier.handOver(raw) }
}
