// Which task runs next: round robin over those that can run, and timers for those that sleep.
//
// The run queue is first in, first out, and a task goes to its end after every step, so between
// two steps of a task every other runnable task has had one. A task that finds the queue empty
// waits beside it, in a variable: most nodes run one task, and an array costs it 100 instructions a
// step that this does not. Timers lie in a binary heap ordered by moment, then by the order in
// which they were set, so that equal moments wake in that order. A timer is not removed when its
// wait ends otherwise; it carries the number of its wait, and one whose wait is over is dropped
// when it comes up.

import GreyBasics

/// Confined to its worker.
struct Scheduler {
  /// Before all of the queue.
  private var first: MutatorTask?
  private var queue: [MutatorTask?] = []
  private var head = 0

  var runnable: Int { queue.count - head + (first == nil ? 0 : 1) }

  mutating func enqueue(_ task: MutatorTask) {
    guard !task.isQueued, !task.isEnded else { return }
    task.isQueued = true
    if first == nil, head == queue.count {
      first = task
    } else {
      queue.append(task)
    }
  }

  mutating func next() -> MutatorTask? {
    if let task = first.take() {
      task.isQueued = false
      if !task.isEnded { return task }
    }
    while head < queue.count {
      let task = queue[head]
      queue[head] = nil
      head += 1
      if head == queue.count {
        queue.removeAll(keepingCapacity: true)
        head = 0
      } else if head >= 1024, head * 2 >= queue.count {
        queue.removeFirst(head)
        head = 0
      }
      guard let task else { continue }
      task.isQueued = false
      if !task.isEnded { return task }
    }
    return nil
  }

  // MARK: timers

  private struct Timer {
    let at: Moment
    let order: UInt64
    let task: MutatorTask
    let wait: UInt64

    static func < (a: Timer, b: Timer) -> Bool {
      a.at != b.at ? a.at < b.at : a.order < b.order
    }
    var isStale: Bool { task.isEnded || task.waitNumber != wait }
  }
  private var timers: [Timer] = []
  var hasTimers: Bool { !timers.isEmpty }
  private var order: UInt64 = 0

  mutating func setTimer(for task: MutatorTask, at moment: Moment) {
    order += 1
    timers.append(Timer(at: moment, order: order, task: task, wait: task.waitNumber))
    var child = timers.count - 1
    while child > 0, timers[child] < timers[(child - 1) / 2] {
      timers.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// The earliest moment at which a timer is due.
  mutating func nextMoment() -> Moment? {
    while let first = timers.first, first.isStale { removeFirstTimer() }
    return timers.first?.at
  }

  /// A task whose timer is due and whose wait has not ended otherwise.
  mutating func takeDue(_ now: Moment) -> MutatorTask? {
    guard let at = nextMoment(), at <= now else { return nil }
    let task = timers[0].task
    removeFirstTimer()
    return task
  }

  private mutating func removeFirstTimer() {
    timers.swapAt(0, timers.count - 1)
    timers.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < timers.count && timers[child] < timers[least] { least = child }
      if least == parent { return }
      timers.swapAt(parent, least)
      parent = least
    }
  }
}
