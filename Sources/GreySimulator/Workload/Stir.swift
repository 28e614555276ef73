// A workload that does everything at random: what an adversary would let tasks do.
//
// On every node a few tasks hold references in their frames and move them about, and one task keeps
// what it is sent for a while. All is small: a handful of slots, globals and objects, so that the
// last reference to something is moved all the time. It computes nothing; the world's oracle says
// whether something that a task can still reach was freed.
//
// The slots of every frame:
//   0            data: the address of a task that keeps messages
//   1            data: the address of the task that was spawned last
//   2 …          references

import GreyBasics
import GreyHeap
import GreyMutator

package struct Stir: Workload {
  package static let name = "stir"
  package static let summary = "random operations on random objects"
  package static let parameters: [ParameterDescription] = [
    .integer("tasks", default: 2, in: 1...100, help: "on every node, at the start"),
    .integer(
      "operations", default: 0, in: 0...1_000_000, help: "of each task; 0: until the run ends"),
    .integer("slots", default: 3, in: 2...5, help: "references that a task holds at most"),
    .integer("globals", default: 2, in: 1...16, help: "references a node"),
    .text("weights", default: "", help: "how often each operation is drawn, in their order"),
  ]
  package static let typeLimit = 2

  let plan: StirPlan
  let tasks: Int
  package let globals: Int

  package init(parameters: ParameterValues) throws(ParameterError) {
    tasks = parameters.integer("tasks")
    globals = parameters.integer("globals")
    let text = parameters.text("weights")
    let weights =
      text.isEmpty
      ? StirOperation.evenWeights : text.split(separator: ",").compactMap { Int($0) }
    guard weights.count == StirOperation.allCases.count, weights.allSatisfy({ $0 >= 0 }),
      weights.contains(where: { $0 > 0 })
    else {
      throw .impossible("weights: \(StirOperation.allCases.count) numbers, not all of them zero")
    }
    plan = StirPlan(
      slots: parameters.integer("slots"), operations: parameters.integer("operations"),
      weights: weights, draws: Draws.current)
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    do {
      return [
        try TypeDescription(name: "stir.pair", words: 3, referenceWords: [0, 1]),
        try TypeDescription(name: "stir.leaf", words: 2, referenceWords: []),
      ]
    } catch { throw WorkloadError("\(error)") }
  }

  static let firstSlot = 2
  static let layout = FrameLayout(
    slots: firstSlot + 6, references: Array(firstSlot..<firstSlot + 6))
  /// The address, and two references.
  static let argumentLayout = FrameLayout(slots: 3, references: [1, 2])

  static let main: FunctionIndex = 0
  static let stirrer: FunctionIndex = 1
  static let guest: FunctionIndex = 2
  static let callee: FunctionIndex = 3
  static let keeper: FunctionIndex = 4

  package var functions: [FunctionDescription] {
    let (plan, tasks) = (plan, tasks)
    return [
      FunctionDescription(name: "main", layout: Self.layout) {
        StirMain(plan: plan, tasks: tasks)
      },
      FunctionDescription(name: "stirrer", layout: Self.argumentLayout, arguments: 3) {
        Stirrer(plan: plan, kind: .stirrer)
      },
      FunctionDescription(name: "guest", layout: Self.argumentLayout, arguments: 3) {
        Stirrer(plan: plan, kind: .guest)
      },
      FunctionDescription(
        name: "callee", layout: Self.argumentLayout, arguments: 3, results: 1
      ) { Stirrer(plan: plan, kind: .callee) },
      FunctionDescription(name: "keeper", layout: Self.layout) { Keeper(plan: plan) },
    ]
  }
}

/// What all tasks of a run have in common. Made anew on every node.
final class StirPlan: Sendable {
  let slots: Int
  let operations: Int
  let weights: [Int]
  let total: Int
  /// Of the simulated world; a task in a real cluster draws from its own sequence.
  let draws: Draws?

  init(slots: Int, operations: Int, weights: [Int], draws: Draws?) {
    self.slots = slots
    self.operations = operations
    self.weights = weights
    total = weights.reduce(0, +)
    self.draws = draws
  }

  func below(_ bound: Int, _ task: TaskContext) -> Int {
    draws?.below(bound) ?? task.random.below(bound)
  }
  func operation(_ task: TaskContext) -> StirOperation {
    if let draws { return StirOperation.all[draws.weighted(weights, total: total)] }
    var left = task.random.below(total)
    for (index, weight) in weights.enumerated() {
      if left < weight { return StirOperation.all[index] }
      left -= weight
    }
    return .rest
  }
  /// For a story.
  func tell(_ task: TaskContext, _ verb: @autoclosure () -> Deed.Verb) {
    guard let draws, draws.deeds != nil else { return }
    draws.deeds?.append(Deed(node: task.node, task: task.id, verb: verb()))
  }
  func slot(_ task: TaskContext) -> Slot { Slot(Stir.firstSlot + below(slots, task)) }
  func node(_ task: TaskContext) -> NodeID { task.nodes[below(task.nodes.count, task)] }
  func word(_ task: TaskContext) -> Int { below(2, task) }
}
