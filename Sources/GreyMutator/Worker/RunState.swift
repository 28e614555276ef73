// What a worker knows of a run it takes part in.

import GreyBasics
import GreyHeap
import GreyWire

/// Confined to its worker.
final class RunState {
  let description: RunDescription
  let workload: any Workload
  let functions: [FunctionDescription]
  /// Those of `Workload.types()`, and what tasks on this worker have defined since.
  var types: [TypeIndex]
  let globals: RunGlobals
  let isOnFirstNode: Bool
  /// When the workload should end by itself; it never has to.
  let deadline: Moment
  /// Said once, by whoever comes first: the first task, a failure, a cancellation.
  var hasEnded = false
  var isCancelled = false
  /// Tasks of it on this worker.
  var tasks = 0

  init(
    description: RunDescription, workload: any Workload, types: [TypeIndex], globals: RunGlobals,
    node: NodeID, now: Moment
  ) {
    self.description = description
    self.workload = workload
    functions = workload.functions
    self.types = types
    self.globals = globals
    isOnFirstNode = description.nodes.first == node
    deadline =
      description.durationNanoseconds == 0
      ? .distantFuture
      : now + .nanoseconds(Int64(clamping: description.durationNanoseconds))
  }

  var id: RunID { description.run }
}
