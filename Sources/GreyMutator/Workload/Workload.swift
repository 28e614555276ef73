// A workload: what can be injected into a cluster by name.
//
// A workload is a value made from its parameters, the same on every node of the run. It says which
// types its objects have, how many reference globals each node gets, and which functions its tasks
// run; function 0 is the run's first task, on the first of the run's nodes. It never sees a
// message, a thread or a clock: everything goes through `TaskContext` and `Operation`.

import GreyHeap

package protocol Workload: Sendable {
  /// As typed after `run`: lower case with dashes.
  static var name: String { get }
  /// One line.
  static var summary: String { get }
  static var parameters: [ParameterDescription] { get }
  /// The run gets this many type indices; `types()` returns at most as many.
  static var typeLimit: Int { get }

  /// Checks what the descriptions cannot: values that are impossible together.
  init(parameters: ParameterValues) throws(ParameterError)

  /// The same on every node, whatever the node. May read the run's input files.
  func types() throws(WorkloadError) -> [TypeDescription]
  /// Reference globals a node, all null at the start.
  var globals: Int { get }
  var functions: [FunctionDescription] { get }
}

/// Why a workload cannot run on this node.
package struct WorkloadError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// The place of a function among its workload's.
@frozen
package struct FunctionIndex: RawRepresentable, Hashable, Sendable, ExpressibleByIntegerLiteral {
  package let rawValue: UInt16
  @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }
  @inlinable package init(_ value: Int) { self.rawValue = UInt16(value) }
  @inlinable package init(integerLiteral value: UInt16) { self.rawValue = value }
}

/// What a task can run.
package struct FunctionDescription: Sendable {
  package let name: String
  /// Of the first frame; the arguments lie in its first slots.
  package let layout: FrameLayout
  package let arguments: Int
  /// How many slots `Step.done` names.
  package let results: Int
  /// A new body for a new task; called on the worker that the task belongs to.
  package let makeBody: @Sendable () -> any TaskBody

  package init(
    name: String, layout: FrameLayout, arguments: Int = 0, results: Int = 0,
    makeBody: @escaping @Sendable () -> any TaskBody
  ) {
    precondition(arguments <= layout.slots, "\(name): more arguments than slots")
    self.name = name
    self.layout = layout
    self.arguments = arguments
    self.results = results
    self.makeBody = makeBody
  }
}
