// stubborn: tasks that are long between two safepoints, for a laboratory.
//
// A step of a task should stay below 100 µs, because a worker looks at the stop word only between
// steps. Here one step takes as long as it is told to. So one can see what a global stop does with
// a task that does not reach a safepoint: it is cancelled, the log names node and task, everybody
// goes on, and the next try comes later and later.
//
// On every node one task iterates x → a·x + c over 64-bit integers, `work` times a step, and keeps
// x in an object of its heap between steps.
//
// Why the check is right. Applied n times, the map is affine again, and squaring gives its two
// factors in log n multiplications (`Affine.power`). So the last value is known without the work,
// and a step that was left out, done twice or began from another object's word shows.

import GreyBasics
import GreyHeap
import GreyMutator

package struct Stubborn: Workload {
  package static let name = "stubborn"
  package static let summary =
    "Long computations between safepoints: stops are cancelled, and the log names the task"
  package static let parameters: [ParameterDescription] = [
    .integer("steps", default: 50, in: 1...1_000_000_000, help: "Steps of each node's task."),
    .integer(
      "work", default: 1_000_000, in: 1...1_000_000_000_000,
      help: "Multiplications in one step, about a nanosecond each: no safepoint in between."),
  ]
  package static let typeLimit = 1

  let steps: Int
  let work: Int

  package init(parameters: ParameterValues) throws(ParameterError) {
    steps = parameters.integer("steps")
    work = parameters.integer("work")
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    [try .of("stubborn.value", words: 1, references: [])]
  }

  package var globals: Int { 0 }

  package var functions: [FunctionDescription] {
    [
      FunctionDescription(name: "main", layout: Main.layout) { Main(work: self.work) },
      FunctionDescription(name: "compute", layout: Compute.layout, arguments: 1) {
        Compute(steps: self.steps, work: self.work)
      },
    ]
  }

  static let compute: FunctionIndex = 1
}

/// x → factor · x + addend.
struct Affine: Equatable {
  var factor: UInt64
  var addend: UInt64

  /// Knuth's generator of the MMIX.
  static let step = Affine(factor: 6_364_136_223_846_793_005, addend: 1_442_695_040_888_963_407)

  @inline(__always)
  func applied(to x: UInt64) -> UInt64 { factor &* x &+ addend }

  func then(_ next: Affine) -> Affine {
    Affine(factor: next.factor &* factor, addend: next.applied(to: addend))
  }

  func power(_ exponent: UInt64) -> Affine {
    var result = Affine(factor: 1, addend: 0)
    var square = self
    var left = exponent
    while left > 0 {
      if left & 1 == 1 { result = result.then(square) }
      square = square.then(square)
      left >>= 1
    }
    return result
  }
}

/// Starts the others, and adds up the steps that they have done.
private final class Main: TaskBody {
  static let home: Slot = 0
  static let started: Slot = 1
  static let done: Slot = 2
  static let layout = FrameLayout(slots: 3)

  private var tasks = FanOut(
    Stubborn.compute, arguments: [home], address: started, report: [done])
  private let work: Int
  private var steps = 0

  init(work: Int) { self.work = work }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "stubborn") { return failure }
    task[data: Self.home] = task.address.rawValue
    while true {
      switch tasks.next(task) {
      case .wait(let operation): return .wait(operation)
      case .report: steps += task[integer: Self.done]
      case .finished:
        let result: ResultObject = ["steps": .integer(steps), "work_a_step": .integer(work)]
        task.finish(ok: true, result: result.json)
        return .done
      }
    }
  }
}

private final class Compute: TaskBody {
  static let home: Slot = 0
  static let value: Slot = 1
  static let done: Slot = 2
  static let layout = FrameLayout(slots: 3, references: [1])

  private let steps: Int
  private let work: Int
  private var hasReported = false

  init(steps: Int, work: Int) {
    self.steps = steps
    self.work = work
  }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "stubborn") { return failure }
    if hasReported { return .done }
    if task[reference: Self.value].isNull {
      do {
        try task.allocate(type: task.type(0), into: Self.value)
      } catch {
        return task.waitForMemory(error)
      }
      task.output("steps of \(work) multiplications begin\n")
      return .more
    }
    let done = task[integer: Self.done]
    if task.isOver(after: done, of: steps) { return report(task) }
    var x = task.loadData(Self.value, word: 0)
    // `work` is below 2^62, so this adds nothing; but the compiler does not know, and cannot fold
    // several multiplications into one as it does with a constant.
    var affine = Affine.step
    affine.factor &+= UInt64(truncatingIfNeeded: work >> 62)
    for _ in 0..<work { x = affine.applied(to: x) }
    task.store(data: x, to: Self.value, word: 0)
    task[integer: Self.done] = done + 1
    return .more
  }

  private func report(_ task: TaskContext) -> Step {
    let total = UInt64(task[integer: Self.done]) &* UInt64(work)
    let expected = Affine.step.power(total).applied(to: 0)
    let found = task.loadData(Self.value, word: 0)
    if found != expected {
      return task.wrong("\(found) after \(total) multiplications, not \(expected)")
    }
    hasReported = true
    return .wait(.send(to: Self.home, values: [Self.done]))
  }
}
