// Tasks that do anything a task can do, at random, with every reference they can get hold of.
//
// Every object carries a checksum of its own address in a data word, so a read of a slot that was
// freed (and poisoned) or given to another object shows in the task itself.

import GreyBasics
import GreyHeap
import GreyMutator

private let references = 8
/// Slots 0 to 7 hold references, 8 to 15 data; 8 is for addresses of tasks.
let chaosLayout = FrameLayout(slots: 16, references: Array(0..<references))
private let innerLayout = FrameLayout(slots: 12, references: [1, 3, 5])

final class ChaosBody: TaskBody {
  private var left: Int
  private let function: Int
  /// Data, not references: the pairs of a write that is under way.
  init(steps: Int, function: Int) {
    left = steps
    self.function = function
  }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if case .failed(let failure) = task.outcome,
      failure == .lostObject || failure == .noSuchField
    {
      return .failed(TaskFailure(failure, at: "chaos"))
    }
    left -= 1
    if left <= 0 {
      while task.depth > 1 { task.pop() }
      if function == 2 { return .done(results: [Slot(task.random.below(references))]) }
      return function == 0 && left > -40 ? .wait(.yield) : .done
    }
    return task.depth > 1 ? inner(task) : outer(task)
  }

  private func slot(_ task: TaskContext) -> Slot { Slot(task.random.below(references)) }
  private func node(_ task: TaskContext) -> NodeID {
    task.nodes[task.random.below(task.nodes.count)]
  }

  private func outer(_ task: TaskContext) -> Step {
    let a = slot(task)
    let b = slot(task)
    switch task.random.below(24) {
    case 0, 1, 2:
      do {
        let made = try task.allocate(task.shape(task.type(0)))
        task.store(task[reference: b], to: made, word: 0)
        task[reference: a] = made
      } catch {
        return task.waitForMemory(error)
      }
    case 3: return .wait(.allocate(on: node(task), type: task.type(0), count: 1, into: a))
    case 4: return .wait(.allocate(on: node(task), type: task.type(1), count: 2, into: a))
    case 5, 6:
      if !task[reference: a].isNull {
        return .wait(.read(object: a, word: task.random.below(2), into: [b]))
      }
    case 7, 8, 9:
      if !task[reference: a].isNull {
        return .wait(.write(object: a, word: task.random.below(2), from: b))
      }
    case 10, 11:
      if task.isLocal(a) { task.load(a, word: task.random.below(2), into: b) }
    case 12, 13, 14: if task.isLocal(a) { task.store(b, to: a, word: task.random.below(2)) }
    case 15, 16: task[reference: a] = .null
    case 17: task[reference: a] = task[reference: b]
    case 18: task.storeGlobal(a, at: task.random.below(task.globals))
    case 19: task.loadGlobal(task.random.below(task.globals), into: a)
    case 20:
      if function == 0 || task.random.chance(1, in: 3) {
        return .wait(.spawn(on: node(task), 1, arguments: [a, b], into: 8))
      }
    case 21:
      if function == 0 || task.random.chance(1, in: 3) {
        return .wait(.call(on: node(task), 2, arguments: [a], results: [b]))
      }
    case 22:
      if task[data: 8] != 0 { return .wait(.send(to: 8, values: [a, b])) }
      if task.random.chance(1, in: 4) { return .wait(.sleep(.microseconds(50))) }
    default:
      let frame = task.push(innerLayout)
      frame[reference: 1] = task.frame[reference: 1]
      frame[data: 0] = 7
    }
    return .more
  }

  /// In a deeper frame: another shape, local work only.
  private func inner(_ task: TaskContext) -> Step {
    switch task.random.below(6) {
    case 0:
      do {
        try task.allocate(type: task.type(0), into: 3)
      } catch {
        return task.waitForMemory(error)
      }
    case 1:
      if task.isLocal(3) {
        task[reference: 5] = task[reference: 1]
        task.store(5, to: 3, word: 1)
      }
    case 2: task.storeGlobal(3, at: 0)
    case 3: if task.depth < 40 { task.push(innerLayout) }
    case 4: task.loadGlobal(0, into: 5)
    default: task.pop()
    }
    return .more
  }
}

/// Waits for messages and keeps the last ones.
private final class KeeperBody: TaskBody {
  private var messages: Int
  init(messages: Int) { self.messages = messages }

  func step(_ task: TaskContext, budget: Int) -> Step {
    messages -= 1
    if messages < 0 { return .done }
    let first = task.random.below(references - 1)
    if task.random.chance(1, in: 3) { return .wait(.sleep(.microseconds(100))) }
    return .wait(.receive(into: [Slot(first), Slot(first + 1)]))
  }
}

struct ChaosWorkload: Workload {
  static let name = "chaos"
  static let summary = "random operations"
  static let parameters: [ParameterDescription] = [
    .integer("steps", default: 120, in: 1...1_000_000, help: "steps of the first task")
  ]
  static let typeLimit = 4
  let steps: Int
  let globals = 3

  init(parameters: ParameterValues) throws(ParameterError) {
    steps = parameters.integer("steps")
  }

  func types() throws(WorkloadError) -> [TypeDescription] { try testTypes() }

  var functions: [FunctionDescription] {
    let steps = steps
    return [
      FunctionDescription(name: "first", layout: chaosLayout) {
        ChaosBody(steps: steps, function: 0)
      },
      FunctionDescription(name: "keeper", layout: chaosLayout, arguments: 2) {
        KeeperBody(messages: 20)
      },
      FunctionDescription(name: "called", layout: chaosLayout, arguments: 1, results: 1) {
        ChaosBody(steps: 12, function: 2)
      },
    ]
  }
}
