// A workload that does everything at random: what an adversary would let tasks do.
//
// A few tasks on every node hold references in their frames and, drawn by their own seeded
// sequence, allocate here and there, load, store, drop, pass references to functions on other nodes
// and put them into globals. It computes nothing; the world's oracle says whether something that a
// task can still reach was freed.

import GreyBasics
import GreyHeap
import GreyMutator

struct Stir: Workload {
  static let name = "stir"
  static let summary = "random operations on random objects"
  static let parameters = [
    ParameterDescription(
      name: "operations", kind: .integer(1...1_000_000), standard: "200", help: "of each task"),
    ParameterDescription(
      name: "tasks", kind: .integer(1...100), standard: "2", help: "on every node"),
  ]
  static let typeLimit = 2

  let operations: Int
  let tasks: Int

  init(parameters: ParameterValues) throws(ParameterError) {
    operations = parameters.integer("operations")
    tasks = parameters.integer("tasks")
  }

  func types() throws(WorkloadError) -> [TypeDescription] {
    do {
      return [
        try TypeDescription(name: "stir.pair", words: 3, referenceWords: [0, 1]),
        try TypeDescription(name: "stir.leaf", words: 2, referenceWords: []),
      ]
    } catch { throw WorkloadError("\(error)") }
  }

  var globals: Int { 2 }

  static let slots = 6
  static let layout = FrameLayout(slots: slots + 2, references: Array(0..<slots))

  var functions: [FunctionDescription] {
    let (operations, tasks) = (operations, tasks)
    return [
      FunctionDescription(name: "main", layout: Self.layout) {
        StirMain(operations: operations, tasks: tasks)
      },
      FunctionDescription(name: "stirrer", layout: Self.layout) {
        Stirrer(operations: operations)
      },
      FunctionDescription(name: "keep", layout: Self.layout, arguments: 2, results: 1) { Keep() },
    ]
  }
}

/// Starts the others, then stirs itself, then ends the run.
private final class StirMain: TaskBody {
  private let tasks: Int
  private let stirrer: Stirrer
  private var started = 0

  init(operations: Int, tasks: Int) {
    self.tasks = tasks
    stirrer = Stirrer(operations: operations)
  }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if started < task.nodes.count * tasks {
      started += 1
      return .wait(
        .spawn(
          on: task.nodes[started % task.nodes.count], 1, arguments: [], into: Slot(Stir.slots)))
    }
    let step = stirrer.step(task, budget: budget)
    if case .done = step { task.finish(ok: true) }
    return step
  }
}

private final class Stirrer: TaskBody {
  private var left: Int
  init(operations: Int) { left = operations }

  func step(_ task: TaskContext, budget: Int) -> Step {
    for _ in 0..<max(1, budget / 8) {
      guard left > 0 else { return .done }
      left -= 1
      if let operation = stir(task) { return .wait(operation) }
    }
    return .more
  }

  private func stir(_ task: TaskContext) -> Operation? {
    let a = Slot(task.random.below(Stir.slots))
    let b = Slot(task.random.below(Stir.slots))
    let node = task.nodes[task.random.below(task.nodes.count)]
    switch task.random.below(12) {
    case 0, 1: try? task.allocate(type: task.type(0), into: a)
    case 2: try? task.allocate(type: task.type(1), count: 1 + task.random.below(40), into: a)
    case 3: return .allocate(on: node, type: task.type(0), count: 1, into: a)
    case 4: task[reference: a] = .null
    // On a leaf these fail, which is a part of the stirring.
    case 5, 6:
      if task[reference: a].isNull { return nil }
      return .read(object: a, word: task.random.below(2), into: [b])
    case 7, 8:
      if task[reference: a].isNull { return nil }
      return .write(object: a, word: task.random.below(2), from: b)
    case 9: task.storeGlobal(a, at: task.random.below(2))
    case 10: task.loadGlobal(task.random.below(2), into: a)
    default: return .call(on: node, 2, arguments: [a, b], results: [a])
    }
    return nil
  }
}

/// Holds its arguments for a while, on another node, and gives one of them back.
private final class Keep: TaskBody {
  private var hasSlept = false
  func step(_ task: TaskContext, budget: Int) -> Step {
    if !hasSlept {
      hasSlept = true
      return .wait(.sleep(.microseconds(Int64(task.random.below(200)))))
    }
    task.storeGlobal(Slot(1), at: 0)
    return .done(results: [Slot(0)])
  }
}
