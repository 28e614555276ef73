// allocate: objects of 32 bytes that nobody keeps, one after the other, on every node.
//
// What an allocation costs as a program meets it: finding room, clearing it, and its share of the
// cycles that run beside it, with all that they take from the program (assists, stops, sweeping).
// Some objects may be kept, so that cycles have something to mark. The time is that of the
// cluster's clock from the first object to the last.
//
// Why the check is right. Each kept object carries its number, and at the end all must be there.

import GreyBasics
import GreyHeap
import GreyMutator

package struct Allocate: Workload {
  package static let name = "allocate"
  package static let summary = "Objects of 32 bytes that are garbage at once, beside some that live"
  package static let parameters: [ParameterDescription] = [
    .integer(
      "count", default: 1_000_000, in: 1...100_000_000_000, help: "Objects that nobody keeps."),
    .integer("live", default: 0, in: 0...16_000_000, help: "Objects that are kept."),
  ]
  package static let typeLimit = 2

  let count: Int
  let live: Int

  package init(parameters: ParameterValues) throws(ParameterError) {
    count = parameters.integer("count")
    live = parameters.integer("live")
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    [
      try .of("allocate.table", words: 1, references: [0]),
      try .of("allocate.pair", words: 4, references: [0, 1]),
    ]
  }

  package var globals: Int { 0 }

  package var functions: [FunctionDescription] {
    [
      FunctionDescription(name: "main", layout: Main.layout) { Main() },
      FunctionDescription(name: "allocate", layout: Allocation.layout, arguments: 1) {
        Allocation(self)
      },
    ]
  }

  static let number = 2
}

private final class Main: TaskBody {
  static let home: Slot = 0
  static let started: Slot = 1
  static let objects: Slot = 2
  static let elapsed: Slot = 3
  static let layout = FrameLayout(slots: 4)

  private var nodes = FanOut(1, arguments: [home], address: started, report: [objects, elapsed])
  private var objects = 0
  private var longest = 0

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "allocate") { return failure }
    task[data: Self.home] = task.address.rawValue
    while true {
      switch nodes.next(task) {
      case .wait(let operation): return .wait(operation)
      case .report:
        objects += task[integer: Self.objects]
        longest = max(longest, task[integer: Self.elapsed])
      case .finished:
        let result: ResultObject = [
          "objects": .integer(objects), "elapsed_ns": .integer(longest),
        ]
        task.finish(ok: true, result: result.json)
        return .done
      }
    }
  }
}

private final class Allocation: TaskBody {
  static let home: Slot = 0
  static let kept: Slot = 1
  static let made: Slot = 2
  static let elapsed: Slot = 3
  static let layout = FrameLayout(slots: 4, references: [1])

  private enum Stage { case table, keep, settle, begin, allocate, check, end }
  private var stage = Stage.table
  private let workload: Allocate
  private var index = 0
  private var began = Moment.zero

  init(_ workload: Allocate) { self.workload = workload }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "allocating") { return failure }
    do throws(AllocationFailure) {
      switch stage {
      case .table:
        try task.allocate(type: task.type(0), count: max(1, workload.live), into: Self.kept)
        stage = .keep
      case .keep: try keep(task, budget)
      case .settle:
        stage = .begin
        return .wait(.collect)
      case .begin:
        began = task.now
        stage = .allocate
      case .allocate: try allocate(task, budget)
      case .check: if let wrong = check(task, budget) { return wrong }
      case .end: return .done
      }
    } catch {
      return task.waitForMemory(error)
    }
    return .more
  }

  private func keep(_ task: TaskContext, _ budget: Int) throws(AllocationFailure) {
    let shape = try task.shape(task.type(1))
    var left = budget
    while index < workload.live, left > 0 {
      left -= 8
      let object = try task.allocate(shape)
      task.store(data: UInt64(index), to: object, word: Allocate.number)
      task.store(object, to: task[reference: Self.kept], word: index)
      index += 1
    }
    if index == workload.live { (index, stage) = (0, .settle) }
  }

  private func allocate(_ task: TaskContext, _ budget: Int) throws(AllocationFailure) {
    let shape = try task.shape(task.type(1))
    let left = workload.count - task[integer: Self.made]
    let some = task.deadline == .distantFuture ? min(left, budget / 2) : budget / 2
    for number in 0..<some {
      let object = try task.allocate(shape)
      task.store(data: UInt64(number), to: object, word: Allocate.number)
    }
    task[integer: Self.made] += some
    if task.isOver(after: task[integer: Self.made], of: workload.count) {
      task[integer: Self.elapsed] = Int((task.now - began).nanoseconds)
      stage = .check
    }
  }

  /// All that was kept, and then the report.
  private func check(_ task: TaskContext, _ budget: Int) -> Step? {
    var left = budget
    while index < workload.live, left > 0 {
      left -= 5
      let number = task.loadData(
        task.load(task[reference: Self.kept], word: index), word: Allocate.number)
      guard number == UInt64(index) else {
        return task.wrong("object \(index) says that it is object \(number)")
      }
      index += 1
    }
    guard index == workload.live else { return nil }
    stage = .end
    return .wait(.send(to: Self.home, values: [Self.made, Self.elapsed]))
  }
}
