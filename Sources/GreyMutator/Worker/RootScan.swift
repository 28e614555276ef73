// How far this worker is with its roots in one epoch.
//
// The order is free (transit table, wait records, globals, stacks): S, R and both halves of the
// barrier make every order sound. Tasks are visited from the end of the list downwards, because
// the list is closed up by moving its last task into a gap: what moves down from behind the cursor
// was scanned already or was born later, what moves from before it stays before it.

import GreyBasics

struct RootScan {
  enum Stage: Comparable {
    case transit
    case records
    case globals
    case tasks
    case done
  }
  let epoch: Epoch
  var stage = Stage.transit
  /// Within a table: the next index.
  var index = 0
  /// The globals that this worker has claimed, and the next word of them.
  var globals: (block: RunGlobals, next: Int)?
  /// Tasks at this place or above are scanned or were born in this epoch.
  var tasksLeft: Int
  /// The task whose stack is being scanned, in more than one quantum.
  var task: MutatorTask?
  var isReported = false

  init(epoch: Epoch, tasks: Int) {
    self.epoch = epoch
    tasksLeft = tasks
  }

  var isDone: Bool { stage == .done }
}
