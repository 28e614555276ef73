// Tasks that do exactly what a test tells them, one command a step.

import GreyBasics
import GreyHeap
import GreyMutator

/// Slots 0 to 3 hold references, 4 to 7 data. Slot 0 is the argument of functions 1 and 2.
let puppetLayout = FrameLayout(slots: 8, references: [0, 1, 2, 3])

/// Confined to the test's thread, as everything in a test world is.
final class Puppet: TaskBody, @unchecked Sendable {
  typealias Command = (TaskContext) -> Step
  let function: Int
  var commands: [Command] = []
  var steps = 0
  var id = TaskID.zero
  var address = TaskAddress(rawValue: 0)
  var node = NodeID.none

  init(function: Int) { self.function = function }

  func step(_ task: TaskContext, budget: Int) -> Step {
    steps += 1
    if commands.isEmpty { return .more }
    return commands.removeFirst()(task)
  }

  func then(_ command: @escaping Command) { commands.append(command) }
  /// Does something and goes on.
  func now(_ command: @escaping (TaskContext) -> Void) {
    commands.append { task in
      command(task)
      return .more
    }
  }
  func wait(_ operation: Operation) { commands.append { _ in .wait(operation) } }
}

/// The puppets of one test, in the order in which their tasks were created.
final class Stage: @unchecked Sendable {
  var puppets: [Puppet] = []
  /// What a new puppet begins with, by function.
  var firstCommands: [Int: [Puppet.Command]] = [:]
  let name: String
  /// Of every puppet's frame. A test that damages a layout has one of its own.
  var slots = 8

  private static let all = Guarded<[String: Stage]>([:])

  init(_ name: String = #function) {
    self.name = name
    Self.all.withLock { $0[name] = self }
  }
  static func named(_ name: String) -> Stage? { all.withLock { $0[name] } }

  var parameters: [(String, String)] { [("stage", name)] }
}

struct PuppetWorkload: Workload {
  static let name = "puppets"
  static let summary = "tasks that do what a test tells them"
  static let parameters: [ParameterDescription] = [
    .text("stage", default: "", help: "which test"),
    .integer("globals", default: 4, in: 0...100_000, help: "reference globals a node"),
  ]
  static let typeLimit = 4

  let stage: String
  let globals: Int

  init(parameters: ParameterValues) throws(ParameterError) {
    stage = parameters.text("stage")
    globals = parameters.integer("globals")
  }

  func types() throws(WorkloadError) -> [TypeDescription] { try testTypes() }

  var functions: [FunctionDescription] {
    (0..<4).map { function in
      let stage = stage
      return FunctionDescription(
        name: "puppet-\(function)",
        layout: FrameLayout(slots: Stage.named(stage)?.slots ?? 8, references: [0, 1, 2, 3]),
        arguments: function == 1 || function == 2 ? 1 : 0, results: function == 2 ? 1 : 0
      ) {
        let puppet = Puppet(function: function)
        let stage = Stage.named(stage)!
        puppet.commands = stage.firstCommands[function] ?? []
        stage.puppets.append(puppet)
        return puppet
      }
    }
  }
}

/// 0: a pair of references and two data words. 1: eight references. 2: 16 data words.
func testTypes() throws(WorkloadError) -> [TypeDescription] {
  do {
    return [
      try TypeDescription(name: "cell", words: 4, referenceWords: [0, 1]),
      try TypeDescription(name: "fan", words: 8, referenceWords: Array(0..<8)),
      try TypeDescription(name: "text", words: 16, referenceWords: []),
    ]
  } catch {
    throw WorkloadError("\(error)")
  }
}
