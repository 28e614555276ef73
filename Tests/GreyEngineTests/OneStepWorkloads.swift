// Workloads whose only task always takes the same step: what most tests of the engines need of one.

import GreyHeap
import GreyMutator

protocol OneStepWorkload: Workload {
  static var step: Step { get }
  init()
}

extension OneStepWorkload {
  static var summary: String { "takes one step, again and again" }
  static var parameters: [ParameterDescription] { [] }
  static var typeLimit: Int { 1 }
  init(parameters: ParameterValues) throws(ParameterError) { self.init() }
  func types() throws(WorkloadError) -> [TypeDescription] { [] }
  var globals: Int { 0 }
  var functions: [FunctionDescription] {
    [FunctionDescription(name: "main", layout: FrameLayout(slots: 1)) { OneStep(Self.step) }]
  }
}

private final class OneStep: TaskBody {
  private let taken: Step
  init(_ step: Step) { taken = step }
  func step(_ task: TaskContext, budget: Int) -> Step { taken }
}

/// Never ends by itself.
struct Waiting: OneStepWorkload {
  static let name = "waiting"
  static var step: Step { .wait(.yield) }
}

/// Ends at once.
struct Brief: OneStepWorkload {
  static let name = "brief"
  static var step: Step { .done }
}

/// Waits for a collection (`runtime.GC`).
struct Collecting: OneStepWorkload {
  static let name = "collecting"
  static var step: Step { .wait(.collect) }
}
