// Short hands for tests that tell puppets what to do.

import GreyBasics
import GreyHeap
import GreyMutator
import Synchronization

/// The cases of one test run at the same time, and each has a stage of its own.
private let theatres = Atomic<Int>(0)

/// A world with one run of puppets, its first puppet on node 1.
final class Theatre {
  let world: TestWorld
  let stage: Stage

  init(
    _ name: String = #function, nodes: Int = 2, rules: RuleSet = .all, workers: Int = 1,
    limitBytes: Int? = nil, globals: Int = 4, slots: Int = 8,
    configure: (inout WorkerConfiguration) -> Void = { _ in }
  ) throws {
    var configuration = WorkerConfiguration()
    configuration.rootWordsAQuantum = 1
    configure(&configuration)
    let number = theatres.wrappingAdd(1, ordering: .relaxed).newValue
    stage = Stage("\(name) \(rules.switchedOff) \(nodes) \(number)")
    stage.slots = slots
    world = try TestWorld(
      nodes: nodes, rules: rules, workers: workers, limitBytes: limitBytes,
      configuration: configuration)
    world.start(
      "puppets", parameters: stage.parameters + [("globals", "\(globals)")])
    for node in 1...nodes { world.run(node) }
    world.run(1)
  }

  var first: Puppet { stage.puppets[0] }
  var last: Puppet { stage.puppets[stage.puppets.count - 1] }

  /// Runs the node until the puppet has no commands left, and the last one's wait is over.
  func play(_ puppet: Puppet, on node: Int, quanta: Int = 500) {
    let steps = puppet.steps + puppet.commands.count
    for _ in 0..<quanta where puppet.steps <= steps { world.run(node) }
    precondition(puppet.commands.isEmpty, "the puppet did not get to its last command")
  }

  /// A puppet of `function` on a node; its address is in slot 4 of the first puppet.
  func spawn(on node: Int, function: Int = 3, arguments: [Slot] = []) -> Puppet {
    let count = stage.puppets.count
    first.wait(
      .spawn(on: NodeID(node), FunctionIndex(function), arguments: arguments, into: 4))
    for _ in 0..<200 where stage.puppets.count == count || !first.commands.isEmpty {
      world.settle(rounds: 1)
    }
    world.settle(rounds: 3)
    precondition(stage.puppets.count == count + 1)
    return last
  }

  /// Tasks that only delay the scan of those before them.
  func crowd(on node: Int, count: Int = 60) {
    stage.firstCommands[3] = [{ _ in .wait(.receive(into: [])) }]
    for _ in 0..<count { _ = spawn(on: node) }
    stage.firstCommands[3] = nil
  }

  /// A white cell in a slot of the puppet.
  func give(_ puppet: Puppet, on node: Int, slot: Slot = 0) {
    puppet.now { task in
      let cell = try! task.allocate(task.shape(task.type(0)))
      task.store(data: 4711, to: cell, word: 2)
      task[reference: slot] = cell
    }
    play(puppet, on: node)
  }

  func scanAll() {
    for node in world.nodes {
      for _ in 0..<2000 where node.scannedWorkers.isEmpty { world.quantum(node) }
    }
  }
}
