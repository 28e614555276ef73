// What workers and markers do while their node marks: roots, grey objects, edges, batches.
//
// Roots are scanned by workers, hence not in a stop; markers and batches go on in one. The order of
// the roots is free here, which is more than a worker's fixed one.

import GreyBasics
import GreyCollector
import GreyProtocol

extension World {
  func expandMarking(_ node: Int) {
    if isDead(now, node) { return }
    let facts = facts(now, node)
    if facts.armed != 0 {
      if !facts.isParked { expandRoots(node) }
      expandMarker(node, epoch: facts.armed)
    }
    if facts.isMember, !facts.hasExited { expandBatches(to: node) }
  }

  private func expandRoots(_ node: Int) {
    let flags = now[flagsAt(node)]
    if flags & Flag.transitScanned == 0 {
      begin()
      next[flagsAt(node)] |= Flag.transitScanned
      touched = 1 << UInt8(node)
      if MarkingRules.scansTransitTable(rules) { shadeTransit(node) }
      emit(Step(.scanTransit, node))
    }
    if scope.hasGlobals, flags & Flag.globalScanned == 0 {
      begin()
      next[flagsAt(node)] |= Flag.globalScanned
      touched = 1 << UInt8(node)
      shade(node, now[globalAt(node)])
      emit(Step(.scanGlobal, node))
    }
    for task in 0..<layout.tasks where flags & Flag.taskScanned << UInt8(task) == 0 {
      begin()
      next[flagsAt(node)] |= Flag.taskScanned << UInt8(task)
      touched = 1 << UInt8(node)
      for slot in 0..<layout.slots { shade(node, now[slotAt(node, task, slot)]) }
      shadeWaiting(node, task)
      emit(Step(.scanTask, node, UInt8(task)))
    }
  }

  private func shadeTransit(_ node: Int) {
    for index in 0..<layout.messages {
      let message = now + messageAt(index)
      let phase = message[Field.phase]
      guard message[Field.kind] != Kind.free, Int(message[Field.from]) == node,
        phase == Phase.underWay || phase == Phase.placed
      else { continue }
      shade(node, message[Field.value])
    }
  }

  /// The slots whose tasks wait hold what their requests are about.
  private func shadeWaiting(_ node: Int, _ task: Int) {
    for index in 0..<layout.messages {
      let message = now + messageAt(index)
      let waits = message[Field.kind] == Kind.answer ? message[Field.to] : message[Field.from]
      if Int(waits) == node, Int(message[Field.task]) == task {
        shade(node, message[Field.object])
      }
    }
  }

  private func expandMarker(_ node: Int, epoch: UInt8) {
    for cell in 0..<layout.cells {
      if owners[cell] == node {
        guard now[colourAt(cell)] == Colour.grey else { continue }
        begin()
        touched = 1 << UInt8(node)
        next[colourAt(cell)] = Colour.black
        shade(node, now[fieldAt(cell)])
        emit(Step(.mark, node, UInt8(cell + 1)))
        continue
      }
      let grey = now[greyAt(node, cell)]
      if grey & Grey.edge != 0 {
        begin()
        touched = 1 << UInt8(node)
        next[greyAt(node, cell)] &= ~Grey.edge
        queue(node, cell)
        emit(Step(.lookAtEdge, node, UInt8(cell + 1)))
      }
      if grey & Grey.unsent != 0 {
        begin()
        touched = 1 << UInt8(node)
        next[greyAt(node, cell)] &= ~Grey.unsent
        let count = countAt(node, owners[cell])
        next[count] = next[count] & 0xF0 | (next[count] + 1) & 15
        setBatches(node, cell, batches(now, node, cell) &+ Self.one(epoch))
        emit(Step(.sendBatch, node, UInt8(cell + 1), epoch))
      }
    }
  }

  /// One batch of an epoch: two bits each.
  private static func one(_ epoch: UInt8) -> UInt16 { 1 << (UInt16(epoch) * 2) }

  private func expandBatches(to node: Int) {
    for from in 0..<layout.nodes where from != node {
      for cell in 0..<layout.cells where owners[cell] == node {
        let underWay = batches(now, from, cell)
        if underWay == 0 { continue }
        for epoch in 1..<UInt8(8) where underWay & (Self.one(epoch) &* 3) != 0 {
          take(from, node, cell, epoch, again: false)
          if !rules.contains(.linkSequence), now[budgetAt(.duplicates)] > 0 {
            take(from, node, cell, epoch, again: true)
          }
        }
      }
    }
  }

  private func take(_ from: Int, _ node: Int, _ cell: Int, _ epoch: UInt8, again: Bool) {
    begin()
    if again {
      next[budgetAt(.duplicates)] -= 1
    } else {
      setBatches(from, cell, batches(now, from, cell) &- Self.one(epoch))
    }
    // Whom the coordinator has fenced here has no link any more.
    if facts(now, node).fenced & 1 << UInt8(from) == 0 {
      let (part, verdict) = plane.admit(
        now.number(partAt(node)), from: from, object: cell, epoch: Int(epoch))
      next.setNumber(partAt(node), part)
      if verdict == .apply { takeBatch(at: node, from: from, cell: cell) }
    }
    emit(Step(again ? .takeBatchTwice : .takeBatch, node, UInt8(cell + 1), UInt8(from), epoch))
  }
}
