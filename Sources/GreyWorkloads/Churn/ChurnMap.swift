// One node's map of `churn`, and the task that uses it.

import GreyBasics
import GreyHeap
import GreyMutator
import Histogram

final class ChurnMap: TaskBody {
  static let home: Slot = 0
  static let firstReport = 4
  static let layout = FrameLayout(
    slots: firstReport + ChurnReport.words, references: [1, 2, 3])

  private enum Stage { case prepare, fill, use, check, buckets, sums, end }
  private var stage = Stage.prepare
  private let workload: Churn
  private var map: LRUMap
  private var latencies = ChurnReport.emptyHistogram()
  /// The beginning of the step of the last operation.
  private var began: Moment?
  private var done = (operations: 0, hits: 0, evictions: 0)
  private var windows = ChurnWindows()
  /// Entry and value, resolved once.
  private var shapes: (entry: AllocationShape, value: AllocationShape)?
  /// Entries that the last walk has checked, from the newest on; it goes on from `oldest`'s slot.
  private var checked = 0
  /// Buckets that are still to be sent.
  private var unsent: [(value: UInt64, count: UInt64)] = []

  init(_ workload: Churn) {
    self.workload = workload
    map = LRUMap(capacity: workload.entries, valueWords: workload.valueWords)
  }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "churn") { return failure }
    do throws(AllocationFailure) {
      switch stage {
      case .prepare:
        try task.allocate(type: task.type(0), count: map.buckets, into: LRUMap.table)
        stage = .fill
      case .fill: try fill(task, budget: budget)
      case .use:
        noteLatency(task.now)
        if let wrong = try use(task) { return task.wrong(wrong) }
      case .check:
        if let wrong = check(task, budget: budget) { return task.wrong(wrong) }
      case .buckets:
        if let operation = sendBuckets(task) { return .wait(operation) }
      case .sums: return .wait(sendSums(task))
      case .end: return .done
      }
    } catch {
      return task.waitForMemory(error)
    }
    return .more
  }

  // MARK: the operations

  private func fill(_ task: TaskContext, budget: Int) throws(AllocationFailure) {
    let (entry, value) = try resolvedShapes(task)
    var left = budget
    while left > 0, map.count < workload.entries {
      left -= 50
      try map.insert(map.count, task, entry: entry, value: value)
    }
    if map.count == workload.entries { stage = .use }
  }

  /// One operation.
  private func use(_ task: TaskContext) throws(AllocationFailure) -> String? {
    if task.isOver(after: done.operations, of: workload.operations) {
      stage = .check
      return nil
    }
    // The smaller of two draws: small keys are used more, as in most caches. Twice as many keys
    // as entries, so that there are hits and misses.
    var random = task.random
    let keys = 2 * workload.entries
    let key = min(random.below(keys), random.below(keys))
    let replaces = random.chance(1, in: 4)
    let (entryShape, valueShape) = try resolvedShapes(task)
    let entry = map.find(key, task)
    if entry.isNull {
      try map.insert(key, task, entry: entryShape, value: valueShape)
      if map.count > workload.entries {
        map.evict(task)
        done.evictions += 1
      }
    } else {
      if let mistake = map.mistake(in: entry, task) { return mistake }
      if replaces { try map.replace(entry, task, valueShape) }
      map.touch(entry, task)
      done.hits += 1
    }
    // Only now: an operation that found no memory is done again, with the same draws.
    task.random = random
    done.operations += 1
    return nil
  }

  private func noteLatency(_ now: Moment) {
    if let began, done.operations > 0 {
      windows.note(now)
      // Not through `Duration`, which is 128 bits wide: there is one of these an operation.
      _ = latencies.record(now > began ? now.nanoseconds - began.nanoseconds : 0)
    }
    began = now
  }

  private func resolvedShapes(
    _ task: TaskContext
  ) throws(AllocationFailure) -> (entry: AllocationShape, value: AllocationShape) {
    if let shapes { return shapes }
    let resolved = (
      entry: try task.shape(task.type(1)),
      value: try task.shape(task.type(2), count: workload.valueWords)
    )
    shapes = resolved
    return resolved
  }

  // MARK: the last check

  /// Walks from the newest entry to the oldest, taking each off the front: what is checked is the
  /// front of the list, and a step goes on where the last one stopped.
  private func check(_ task: TaskContext, budget: Int) -> String? {
    var left = budget
    while left > 0 {
      left -= 30
      let entry = task[reference: LRUMap.newest]
      if entry.isNull {
        if checked != map.count { return "\(checked) entries in the list, \(map.count) counted" }
        unsent = latencies.recordedValues().map { ($0.value, $0.count) }
        stage = .buckets
        return nil
      }
      if checked == map.count { return "more entries in the list than the \(map.count) counted" }
      let key = task.loadData(entry, word: LRUMap.Entry.key)
      if map.find(Int(key), task) != entry { return "key \(key) does not lead to its entry" }
      if let mistake = map.mistake(in: entry, task) { return mistake }
      let older = task.load(entry, word: LRUMap.Entry.older)
      if !older.isNull, task.load(older, word: LRUMap.Entry.newer) != entry {
        return "the entry before key \(key) does not know its neighbour"
      }
      task[reference: LRUMap.newest] = older
      checked += 1
    }
    return nil
  }

  // MARK: the report

  private func sendBuckets(_ task: TaskContext) -> Operation? {
    if unsent.isEmpty {
      stage = .sums
      return nil
    }
    let slots = ChurnReport.slots(from: Self.firstReport)
    for slot in slots { task[integer: slot] = 0 }
    task[integer: slots[0]] = ChurnReport.buckets
    for (index, bucket) in unsent.suffix(ChurnReport.pairs).enumerated() {
      task[data: slots[1 + 2 * index]] = bucket.value
      task[data: slots[2 + 2 * index]] = bucket.count
    }
    unsent.removeLast(min(ChurnReport.pairs, unsent.count))
    return .send(to: Self.home, values: slots)
  }

  private func sendSums(_ task: TaskContext) -> Operation {
    let slots = ChurnReport.slots(from: Self.firstReport)
    let sums = [ChurnReport.sums, done.operations, done.hits, done.evictions, windows.worst]
    for (slot, sum) in zip(slots, sums) { task[integer: slot] = sum }
    stage = .end
    return .send(to: Self.home, values: slots)
  }
}

/// How many operations there are in each 10 ms, and the fewest.
struct ChurnWindows {
  static let length = Duration.milliseconds(10)
  private var end: Moment?
  private var inWindow = 0
  /// Of the windows that are over; before the first one is, as if none had been bad.
  private(set) var worst = Int.max

  /// An operation ended now.
  mutating func note(_ now: Moment) {
    guard var end else {
      self.end = now + Self.length
      return
    }
    while now >= end {
      worst = min(worst, inWindow)
      inWindow = 0
      end = end + Self.length
    }
    self.end = end
    inWindow += 1
  }
}
