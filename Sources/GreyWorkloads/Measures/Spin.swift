// spin: one task on every node that computes all the time and looks at the stop word after each
// step, as every task does. It makes no garbage: what is busy is the processor, and that is what a
// stop meets.
//
// Why the check is right. The number that is reached is in an object, which has to live from round
// to round; each round computes the next one twice, in one piece and in two.

import GreyBasics
import GreyHeap
import GreyMutator

package struct Spin: Workload {
  package static let name = "spin"
  package static let summary = "A task on every node that computes and does nothing else"
  package static let parameters: [ParameterDescription] = [
    .integer(
      "rounds", default: 1_000, in: 1...1_000_000_000_000, help: "Rounds of a few microseconds.")
  ]
  package static let typeLimit = 1

  let rounds: Int

  package init(parameters: ParameterValues) throws(ParameterError) {
    rounds = parameters.integer("rounds")
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    [try .of("spin.number", words: 1, references: [])]
  }

  package var globals: Int { 0 }

  package var functions: [FunctionDescription] {
    [
      FunctionDescription(name: "main", layout: Main.layout) { Main() },
      FunctionDescription(name: "spin", layout: Spinner.layout, arguments: 1) {
        [rounds] in Spinner(rounds: rounds)
      },
    ]
  }

  static func after(_ value: UInt64, turns: Int) -> UInt64 {
    var value = value
    for _ in 0..<turns { value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407 }
    return value
  }
}

private final class Main: TaskBody {
  static let home: Slot = 0
  static let started: Slot = 1
  static let rounds: Slot = 2
  static let layout = FrameLayout(slots: 3)

  private var nodes = FanOut(1, arguments: [home], address: started, report: [rounds])
  private var rounds = 0

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "spin") { return failure }
    task[data: Self.home] = task.address.rawValue
    while true {
      switch nodes.next(task) {
      case .wait(let operation): return .wait(operation)
      case .report: rounds += task[integer: Self.rounds]
      case .finished:
        let result: ResultObject = ["rounds": .integer(rounds)]
        task.finish(ok: true, result: result.json)
        return .done
      }
    }
  }
}

private final class Spinner: TaskBody {
  static let home: Slot = 0
  static let done: Slot = 1
  /// An object with the number that was reached.
  static let number: Slot = 2
  static let layout = FrameLayout(slots: 3, references: [2])

  private let rounds: Int
  private var hasReported = false

  init(rounds: Int) { self.rounds = rounds }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "spinning") { return failure }
    if hasReported { return .done }
    do throws(AllocationFailure) {
      if task[reference: Self.number].isNull {
        try task.allocate(type: task.type(0), count: 1, into: Self.number)
      }
    } catch {
      return task.waitForMemory(error)
    }
    if task.isOver(after: task[integer: Self.done], of: rounds) {
      hasReported = true
      return .wait(.send(to: Self.home, values: [Self.done]))
    }
    let number = task.loadData(Self.number, word: 0)
    let next = Spin.after(number, turns: budget)
    // In two halves: the same number, by another way.
    let again = Spin.after(Spin.after(number, turns: budget / 2), turns: budget - budget / 2)
    guard next == again else { return task.wrong("round \(task[integer: Self.done])") }
    task.store(data: next, to: Self.number, word: 0)
    task[integer: Self.done] += 1
    return .more
  }
}
