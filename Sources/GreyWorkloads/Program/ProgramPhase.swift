// What the phases of `heap-snapshot` have in common: their frame, their tables and their end.
//
// A phase runs on every node at the same time, as a task that the run's first task has started. It
// works through its node's objects in steps and ends with one report, a count. What it must leave
// to the next phase is in the heap: three tables, held by globals.
//
//     directory   of each own object its reference, by its place in the plan
//     foreign     of each object of another node to which own edges lead, its reference
//     marks       a word for each of both: what the walk has done with it
//
// While tables stand, they keep every object of theirs alive; they are dropped before a collection.

import GreyBasics
import GreyHeap
import GreyMutator

enum ProgramFrame {
  static let home: Slot = 0
  static let round: Slot = 1
  static let count: Slot = 2
  static let directory: Slot = 3
  static let foreign: Slot = 4
  static let marks: Slot = 5
  /// For calls to other nodes.
  static let firstNumber = 6
  static let numbers = slots(from: firstNumber)
  static let references = slots(from: firstNumber + ProgramBatch.size)
  static let layout = FrameLayout(
    slots: firstNumber + 2 * ProgramBatch.size,
    references: [3, 4, 5] + references.map(\.index))

  private static func slots(from first: Int) -> [Slot] {
    (first..<first + ProgramBatch.size).map { Slot($0) }
  }
}

enum ProgramTables {
  static let directory = 0
  static let foreign = 1
  static let marks = 2
  /// The program's root, on the node that owns it.
  static let root = 3
  static let globals = 4

  /// Makes the tables that this node does not have; all their words are null or zero.
  static func make(_ task: TaskContext, _ plan: ProgramPlan) throws(AllocationFailure) {
    for (global, type, count) in [
      (directory, ProgramTypes.table, plan.own.count),
      (foreign, ProgramTypes.table, plan.foreign.count),
      (marks, ProgramTypes.marks, plan.own.count + plan.foreign.count),
    ] where task.loadGlobal(global).isNull {
      let shape = try task.shape(task.type(type), count: max(1, count))
      task.storeGlobal(try task.allocate(shape), at: global)
    }
  }

  static func load(_ task: TaskContext) {
    task.loadGlobal(directory, into: ProgramFrame.directory)
    task.loadGlobal(foreign, into: ProgramFrame.foreign)
    task.loadGlobal(marks, into: ProgramFrame.marks)
  }

  static func drop(_ task: TaskContext) {
    for global in [directory, foreign, marks] { task.storeGlobal(.null, at: global) }
  }
}

/// What a phase has to do next.
enum ProgramTurn {
  case more
  case wait(Operation)
  case wrong(String)
  /// With what the report says.
  case done(count: Int)
}

/// One phase's work on one node.
protocol ProgramWork: SendableMetatype {
  init()
  /// At most about `budget` units of it. After a failed allocation it is called again.
  mutating func work(
    _ task: TaskContext, _ plan: ProgramPlan, _ round: ProgramRound, budget: Int
  ) throws(AllocationFailure) -> ProgramTurn
}

/// The task of a phase: does its work, reports and ends.
final class ProgramPhase<Work: ProgramWork>: TaskBody {
  private let image: ProgramImage
  private var plan: ProgramPlan?
  private var work = Work()
  private var hasReported = false

  init(_ image: ProgramImage) { self.image = image }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "\(Work.self)") { return failure }
    if hasReported { return .done }
    do {
      guard let plan = try plan ?? image.plan(task, budget: budget) else { return .more }
      if self.plan == nil {
        self.plan = plan
        ProgramTables.load(task)
      }
      let round = plan.round(task[integer: ProgramFrame.round])
      switch try work.work(task, plan, round, budget: budget) {
      case .more: return .more
      case .wait(let operation): return .wait(operation)
      case .wrong(let message): return task.wrong(message)
      case .done(let count):
        hasReported = true
        task[integer: ProgramFrame.count] = count
        return .wait(.send(to: ProgramFrame.home, values: [ProgramFrame.count]))
      }
    } catch let failure as AllocationFailure {
      return task.waitForMemory(failure)
    } catch {
      return .failed(TaskFailure("\(error)"))
    }
  }
}
