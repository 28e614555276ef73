// One row for all states that behave alike.
//
// - Slots of one task have no order of their own, messages neither: they are sorted.
// - A field that nobody will look at any more is null: of an object that no task can come to and
//   that no collector holds, or can come to from what it holds. Nobody can ever store such an
//   object's reference anywhere again, so it is neither read nor scanned before it is swept.
// - Stop numbers are renamed (`StopNumbers.swift`).
// - Of all rows that differ by the names of nodes and cells only the least is kept
//   (`World+Symmetry.swift`).

extension World {
  func canonicalize() {
    sortSlots(of: next)
    sortMessages(of: next)
    clearDeadFields()
    renumberStops()
    takeLeast()
  }

  func sortSlots(of row: Row) {
    guard layout.slots > 1 else { return }
    for first in stride(from: layout.slotsAt, to: layout.globalsAt, by: layout.slots) {
      for end in 1..<layout.slots {
        var index = first + end
        while index > first, row[index - 1] > row[index] {
          swap(&row[index - 1], &row[index])
          index -= 1
        }
      }
    }
  }

  func sortMessages(of row: Row) {
    guard layout.messages > 1 else { return }
    func key(_ index: Int) -> UInt64 {
      UnsafeRawPointer(row + messageAt(index)).loadUnaligned(as: UInt64.self)
    }
    for end in 1..<layout.messages {
      var index = end
      while index > 0, key(index - 1) > key(index) {
        let (a, b) = (key(index - 1), key(index))
        UnsafeMutableRawPointer(row + messageAt(index - 1)).storeBytes(of: b, as: UInt64.self)
        UnsafeMutableRawPointer(row + messageAt(index)).storeBytes(of: a, as: UInt64.self)
        index -= 1
      }
    }
  }

  private func clearDeadFields() {
    var held = roots(next)
    for cell in 0..<layout.cells {
      if next[colourAt(cell)] == Colour.grey { held |= 1 << UInt8(cell) }
      for node in 0..<layout.nodes {
        if next[greyAt(node, cell)] & (Grey.edge | Grey.unsent) != 0
          || batches(next, node, cell) != 0
        {
          held |= 1 << UInt8(cell)
        }
      }
    }
    for node in 0..<layout.nodes { held |= facts(next, node).heldCells }
    // Placed or not, its sender's transit table may still be scanned.
    for index in 0..<layout.messages {
      let value = next[messageAt(index) + Field.value]
      if value != 0 { held |= 1 << (value - 1) }
    }
    let alive = close(next, held)
    for cell in 0..<layout.cells where alive & 1 << UInt8(cell) == 0 { next[fieldAt(cell)] = 0 }
  }

  private func renumberStops() {
    let coordinator = coordinatorFacts(next)
    var mask = coordinator.stopMask
    for node in 0..<layout.nodes {
      mask |= facts(next, node).stopMask
      mask |= plane.channelFacts[Int(next.number(downAt(node)))].stopMask
      mask |= plane.channelFacts[Int(next.number(upAt(node)))].stopMask
    }
    guard !ControlPlane.isDense(mask), mask >> (UInt64(coordinator.lastStop) + 1) == 0 else {
      return
    }
    next.setNumber(0, plane.rename(.coordinator, next.number(0), mask: mask))
    for node in 0..<layout.nodes {
      for (kind, at) in [
        (RenameKey.Kind.part, partAt(node)), (.channel, downAt(node)), (.channel, upAt(node)),
      ] {
        next.setNumber(at, plane.rename(kind, next.number(at), mask: mask))
      }
    }
  }
}
