// One task on every node, and one report of each.
//
// Most workloads have the same plan: a first task starts a function on every node of the run,
// waits until all have reported, and adds the reports up. The started tasks run at the same time;
// each gets the address of the first one as its first argument and, when it is done, sends its
// report there, a few words. A task that fails sends nothing: it ends the run by itself.

import GreyBasics
import GreyMutator

/// Lives in the body of the first task, whose steps ask it what to do next.
struct FanOut {
  enum Turn {
    case wait(Operation)
    /// A report has come: it is in the report slots until the next turn.
    case report
    case finished
  }

  let function: FunctionIndex
  /// Of the first task's frame. The first one must hold the task's own address.
  let arguments: [Slot]
  /// A data slot for the addresses of the tasks, which nobody needs.
  let address: Slot
  let report: [Slot]
  private var started = 0
  private var awaited = 0
  private var isWaiting = false

  init(_ function: FunctionIndex, arguments: [Slot], address: Slot, report: [Slot]) {
    self.function = function
    self.arguments = arguments
    self.address = address
    self.report = report
  }

  /// The report that has just come was not its sender's last.
  mutating func expectAnother() { awaited += 1 }

  mutating func next(_ task: TaskContext) -> Turn {
    if isWaiting {
      isWaiting = false
      awaited -= 1
      return .report
    }
    if started < task.nodes.count {
      started += 1
      awaited += 1
      return .wait(
        .spawn(on: task.nodes[started - 1], function, arguments: arguments, into: address))
    }
    if awaited == 0 { return .finished }
    isWaiting = true
    return .wait(.receive(into: report))
  }
}
