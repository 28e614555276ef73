// What the two benchmarks of trees have in common: the first task, the time that is left, and what
// a count must be.

import GreyBasics
import GreyMutator

/// Starts a benchmark on every node and adds up what they did. Each reports its trees and its
/// objects.
final class TreeMain: TaskBody {
  static let home: Slot = 0
  static let started: Slot = 1
  static let trees: Slot = 2
  static let objects: Slot = 3
  static let layout = FrameLayout(slots: 4)

  private let name: String
  private var nodes: FanOut
  private var trees = 0
  private var objects = 0

  init(_ name: String, runs function: FunctionIndex) {
    self.name = name
    nodes = FanOut(
      function, arguments: [Self.home], address: Self.started,
      report: [Self.trees, Self.objects])
  }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: name) { return failure }
    task[data: Self.home] = task.address.rawValue
    while true {
      switch nodes.next(task) {
      case .wait(let operation): return .wait(operation)
      case .report:
        trees += task[integer: Self.trees]
        objects += task[integer: Self.objects]
      case .finished:
        let result: ResultObject = [
          "trees": .integer(trees), "objects": .integer(objects), "checks": .integer(trees),
        ]
        task.finish(ok: true, result: result.json)
        return .done
      }
    }
  }
}

/// How much time a benchmark has.
enum TreeTime {
  /// Each tree once.
  case unlimited
  /// The temporary trees again and again.
  case left
  /// No more temporary trees.
  case over

  init(_ task: TaskContext) {
    if task.isPastDeadline {
      self = .over
    } else {
      self = task.deadline == .distantFuture ? .unlimited : .left
    }
  }
}

enum TreeCheck {
  /// What is wrong with a count; nil when it is that of a complete tree.
  static func mistake(_ counted: Int, depth: Int) -> String? {
    let expected = TreeBuilder.nodes(ofDepth: depth)
    if counted == expected { return nil }
    return "\(counted) nodes counted, \(expected) built, at depth \(depth)"
  }
}
