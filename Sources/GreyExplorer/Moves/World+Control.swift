// Control messages, and what only time or trouble brings: limits, leases, deaths, joins.
//
// Time. The one relation between clocks that the protocol relies on is kept: a node's lease ends
// only when the coordinator can decide nothing about that stop any more, because half of it is over
// there. So a lease ends here only if the coordinator is in another stop or in none.

import GreyBasics
import GreyProtocol

extension World {
  func expandControl() {
    for node in 0..<layout.nodes {
      if !isDead(now, node) {
        expandHearing(node)
        let facts = facts(now, node)
        if facts.isPauseAsked {
          begin()
          touched = 1 << UInt8(node)
          nodeDid(node, plane.park(now.number(partAt(node))))
          emit(Step(.park, node))
        }
      }
      for index in 0..<2 {
        guard let lane = lane(index, of: now.number(upAt(node))) else { break }
        begin()
        deliver(lane, up: node)
        emit(step(.tell, node, lane.head))
      }
    }
    let coordinator = coordinatorFacts(now)
    if scope.candidates == .any, coordinator.isMarking {
      begin()
      coordinatorDid(plane.propose(now.number(0)))
      emit(Step(.propose))
    }
    if coordinator.awaitsCounts {
      begin()
      coordinatorDid(plane.endConfirming(now.number(0)))
      emit(Step(.endConfirming))
    }
    if scope.hasFaults || scope.joins > 0 { expandTrouble(coordinator) }
  }

  private func expandHearing(_ node: Int) {
    for index in 0..<2 {
      guard let lane = lane(index, of: now.number(downAt(node))) else { break }
      begin()
      touched = 1 << UInt8(node)
      deliver(lane, down: node)
      emit(step(.hear, node, lane.head))
    }
  }

  private func step(_ kind: Step.Kind, _ node: Int, _ item: UInt32) -> Step {
    Step(kind, node, UInt8(item & 0xFF), UInt8(item >> 8 & 0xFF), UInt8(item >> 16))
  }

  private func expandTrouble(_ coordinator: CoordinatorFacts) {
    if coordinator.stop != 0, now[budgetAt(.cancels)] > 0 {
      begin()
      next[budgetAt(.cancels)] -= 1
      coordinatorDid(plane.giveUpStop(now.number(0)))
      emit(Step(.giveUpStop))
    }
    for node in 0..<layout.nodes {
      let facts = facts(now, node)
      if isDead(now, node) {
        if coordinator.members & 1 << UInt8(node) != 0 {
          begin()
          coordinatorDid(plane.died(node, now.number(0)))
          emit(Step(.notice, node))
        }
        continue
      }
      let isSilent = now.number(0) == plane.silent
      if now[budgetAt(.leases)] > 0 || isSilent, facts.stop != 0,
        facts.stop != coordinator.stop, rules.contains(.stopLease)
      {
        begin()
        touched = 1 << UInt8(node)
        if !isSilent { next[budgetAt(.leases)] -= 1 }
        nodeDid(node, plane.endLease(now.number(partAt(node))))
        emit(Step(.endLease, node))
      }
      if now[budgetAt(.crashes)] > 0, facts.isMember, !facts.hasExited {
        begin()
        next[budgetAt(.crashes)] -= 1
        die(node)
        emit(Step(.crash, node))
      }
      if now[budgetAt(.joins)] > 0, !facts.isMember, node == firstStranger {
        begin()
        next[budgetAt(.joins)] -= 1
        next.setNumber(upAt(node), plane.push(plane.hello(of: node), on: now.number(upAt(node))))
        emit(Step(.join, node))
      }
    }
    if now[budgetAt(.restarts)] > 0 { restart() }
    if now[budgetAt(.silence)] > 0 {
      begin()
      next[budgetAt(.silence)] = 0
      next.setNumber(0, plane.silent)
      // What it had said may still arrive; what it is told does not.
      for node in 0..<layout.nodes { next.setNumber(upAt(node), 0) }
      emit(Step(.fallSilent))
    }
  }

  private var firstStranger: Int? {
    (0..<layout.nodes).first { node in
      !facts(now, node).isMember && now.number(upAt(node)) == 0 && now.number(downAt(node)) == 0
    }
  }

  /// The process is gone: its tasks, its heap, its side of the protocol. What it had sent may still
  /// arrive.
  func die(_ node: Int) {
    next[flagsAt(node)] = Flag.dead
    next.setNumber(downAt(node), 0)
    next.setNumber(partAt(node), plane.deadPart)
    for at in slotAt(node, 0, 0)..<slotAt(node, 0, 0) + layout.tasks * layout.slots {
      next[at] = 0
    }
    if scope.hasGlobals { next[globalAt(node)] = 0 }
    for cell in 0..<layout.cells {
      next[greyAt(node, cell)] = 0
      if owners[cell] == node {
        next[colourAt(cell)] = Colour.free
        next[fieldAt(cell)] = 0
        for other in 0..<layout.nodes { setBatches(other, cell, 0) }
      }
    }
    for other in 0..<layout.nodes { next[countAt(node, other)] = 0 }
    for index in 0..<layout.messages {
      let message = next + messageAt(index)
      guard message[Field.kind] != Kind.free else { continue }
      // Nobody is left to hear of a placing, and nobody waits.
      if Int(message[Field.from]) == node,
        message[Field.phase] == Phase.placed || message[Field.kind] != Kind.give
      {
        if message[Field.kind] != Kind.answer { clear(index) }
      }
    }
  }

  /// The coordinator dies and another one follows. What was on its connections is lost with them,
  /// and every node notices.
  private func restart() {
    begin()
    next[budgetAt(.restarts)] -= 1
    next.setNumber(0, plane.succeed(now.number(0)))
    for node in 0..<layout.nodes {
      next.setNumber(downAt(node), 0)
      next.setNumber(upAt(node), 0)
    }
    for node in 0..<layout.nodes where !isDead(now, node) {
      touched |= 1 << UInt8(node)
      nodeDid(node, plane.loseCoordinator(next.number(partAt(node))))
    }
    demandNext()
    emit(Step(.restart))
  }
}
