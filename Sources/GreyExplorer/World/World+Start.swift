// The first state, all successors of a state, and where nothing is left to be found.

import GreyBasics
import GreyProtocol
import GreyWire

extension World {
  /// A cluster whose nodes have joined, with empty heaps, and a cycle asked for.
  func makeFirst() -> Row {
    begin()
    next.update(repeating: 0, count: layout.size)
    let coordinator = CoordinatorMachine.start(
      ControlPlane.configuration(scope), now: .zero
    ).machine
    next.setNumber(0, plane.coordinator(coordinator, .given(0)))
    let budgets: [(Budget, Int)] = [
      (.cycles, scope.cycles), (.cancels, scope.cancels), (.leases, scope.leases),
      (.crashes, scope.crashes), (.restarts, scope.restarts), (.joins, scope.joins),
      (.duplicates, scope.duplicates), (.silence, scope.mayFallSilent ? 1 : 0),
    ]
    for (budget, value) in budgets { next[budgetAt(budget)] = UInt8(value) }
    for node in 0..<layout.nodes { next.setNumber(partAt(node), plane.newPart(node)) }
    // Everybody joins before the first demand, one after the other.
    next[budgetAt(.cycles)] = 0
    for node in 0..<layout.nodes - scope.joins {
      next.setNumber(upAt(node), plane.push(plane.hello(of: node), on: 0))
      if let lane = lane(0, of: next.number(upAt(node))) { deliver(lane, up: node) }
      for other in 0...node {
        while let lane = lane(0, of: next.number(downAt(other))) { deliver(lane, down: other) }
      }
    }
    beginSymmetry()
    next[budgetAt(.cycles)] = UInt8(scope.cycles)
    demandNext()
    followSilently()
    canonicalize()
    precondition(orbit == 1, "the first state has another one for its image")
    let first = Self.allocate(layout.size)
    first.update(from: next, count: layout.size)
    return first
  }

  /// Fills `successors` with every state that is one step from `row`.
  func expand(_ row: Row) {
    beginExpanding(row)
    expandControl()
    for node in 0..<layout.nodes { expandMarking(node) }
    expandMessages()
    for node in 0..<layout.nodes where !isDead(now, node) { expandTasks(node) }
  }

  /// No cycle is open and none can begin: nothing is swept any more, so nothing can be lost.
  func isOver(_ row: Row) -> Bool {
    let isSilent = row.number(0) == plane.silent
    guard row[budgetAt(.cycles)] == 0 || isSilent, coordinatorFacts(row).isQuiet else {
      return false
    }
    for node in 0..<layout.nodes where !isDead(row, node) {
      let facts = facts(row, node)
      // Without a coordinator a node marks on, which is nobody's loss; only its tasks must run.
      if row.number(downAt(node)) != 0 || (isSilent ? facts.isPausing : facts.isInCycle) {
        return false
      }
    }
    return true
  }
}

extension ControlPlane {
  func newPart(_ place: Int) -> UInt32 {
    var machine = NodeMachine.start(
      Self.configuration(scope), identity: Self.identity(place), now: .zero
    ).machine
    machine.forgetHistory()
    return part(NodePart(machine: machine, gate: BatchGate(rules: scope.rules)), .given(place))
  }

  func hello(of place: Int) -> UInt32 {
    let hello = parts[newPart(place)].machine.hello
    return item(ControlItem(term: .zero, message: .up(.hello(hello))), .given(place))
  }

  /// What stands for the part of a node that died: one that knows nobody.
  var deadPart: UInt32 { newPart(0) }
}
