// What collectors do, on a heap of a few cells: shading, batches, arming, sweeping.
//
// A collector's granularity is kept where it matters: a reference of another node that is shaded as
// a root, by the barrier or by a receiver waits among the node's *edges* until its marker looks at
// it, then in the *queue* for its owner unless it is known to be shaded, then in a batch. A
// sender's shade goes to the queue directly. All decisions are `MarkingRules`'.

import GreyBasics
import GreyCollector

extension World {
  @inline(__always)
  func armed(_ node: Int) -> UInt8 { facts(next, node).armed }

  /// Shades a root, an old or new value of a store, or what a message brought.
  func shade(_ node: Int, _ reference: UInt8) {
    if reference == 0 || reference == reserved || armed(node) == 0 { return }
    let cell = Int(reference) - 1
    touched |= 1 << UInt8(node)
    if owners[cell] == node {
      if next[colourAt(cell)] == Colour.white { next[colourAt(cell)] = Colour.grey }
    } else if next[greyAt(node, cell)] & Grey.known == 0 {
      // A marker leaves out what is known, and what is known stays so while the epoch lasts.
      next[greyAt(node, cell)] |= Grey.edge
    }
  }

  /// Into the queue for its owner, unless it is known to be shaded or the owner has no part in the
  /// epoch.
  func queue(_ node: Int, _ cell: Int) {
    let at = greyAt(node, cell)
    guard facts(next, node).peers & 1 << UInt8(owners[cell]) != 0 else { return }
    if next[at] & Grey.known == 0 { next[at] |= Grey.known | Grey.unsent }
    next[at] &= ~Grey.edge
  }

  /// S.
  func shadeSent(_ node: Int, _ reference: UInt8) {
    guard reference != 0, MarkingRules.shouldShadeOnSend(rules, armed: epoch(node)) else { return }
    let cell = Int(reference) - 1
    if owners[cell] == node {
      shade(node, reference)
    } else {
      queue(node, cell)
      touched |= 1 << UInt8(node)
    }
  }

  func epoch(_ node: Int) -> Epoch { Epoch(rawValue: UInt64(armed(node))) }

  /// A store outside of a task's frames.
  func barrier(_ node: Int, old: UInt8, new: UInt8) {
    if MarkingRules.shadesOverwritten(rules, storesNil: new == 0) { shade(node, old) }
    if MarkingRules.shadesStored(rules) { shade(node, new) }
  }

  /// A batch of one reference that the gate let through.
  func takeBatch(at node: Int, from: Int, cell: Int) {
    let facts = facts(next, node)
    let at = colourAt(cell)
    if facts.armed == 0 {
      // Only without rule epoch-check: a mark that nobody will scan.
      if next[at] == Colour.white { next[at] = Colour.black }
      return
    }
    guard facts.peers & 1 << UInt8(from) != 0 else { return }
    if next[at] == Colour.white { next[at] = Colour.grey }
    let count = countAt(node, from)
    next[count] = next[count] & 15 | (next[count] >> 4 + 1) << 4
    touched |= 1 << UInt8(node)
  }

  // MARK: phases

  func arm(_ node: Int) {
    forgetGrey(node)
    next[flagsAt(node)] |= Flag.bornBlack
  }

  private func forgetGrey(_ node: Int) {
    next[flagsAt(node)] &= Flag.dead
    for cell in 0..<layout.cells { next[greyAt(node, cell)] = 0 }
    for other in 0..<layout.nodes { next[countAt(node, other)] = 0 }
  }

  /// The marks of an aborted epoch say nothing: nobody looks at them until they are cleared.
  func abort(_ node: Int) {
    forgetGrey(node)
    clearMarks(node)
  }

  func clearMarks(_ node: Int) {
    for cell in 0..<layout.cells where owners[cell] == node && next[colourAt(cell)] != Colour.free {
      next[colourAt(cell)] = Colour.white
    }
  }

  /// Everything white goes. What is reachable and goes is the loss that is looked for.
  func sweep(_ node: Int) {
    forgetGrey(node)
    let reachable = reach(next)
    for cell in 0..<layout.cells where owners[cell] == node {
      if next[colourAt(cell)] == Colour.white {
        if reachable & 1 << UInt8(cell) != 0, lost == 0 { lost = UInt8(cell + 1) }
        next[colourAt(cell)] = Colour.free
        next[fieldAt(cell)] = 0
      } else if next[colourAt(cell)] != Colour.free {
        next[colourAt(cell)] = Colour.white
      }
    }
  }

  // MARK: what can be reached

  /// The cells that a task can come to, now or when a message is placed; a bit each.
  func reach(_ row: Row) -> UInt8 { close(row, roots(row)) }

  func roots(_ row: Row) -> UInt8 {
    var found: UInt8 = 0
    func see(_ reference: UInt8) {
      if reference != 0, reference != reserved { found |= 1 << (reference - 1) }
    }
    for at in layout.slotsAt..<layout.cellsAt { see(row[at]) }
    for index in 0..<layout.messages {
      let message = row + messageAt(index)
      if message[Field.kind] == Kind.free { continue }
      if message[Field.phase] != Phase.placed, canBePlaced(row, message) {
        see(message[Field.value])
      }
      see(waiting(row, message))
    }
    return found
  }

  /// What the slot holds whose task waits for this message's answer.
  private func waiting(_ row: Row, _ message: Row) -> UInt8 {
    let node = message[Field.kind] == Kind.answer ? message[Field.to] : message[Field.from]
    return isDead(row, Int(node)) ? 0 : message[Field.object]
  }

  private func canBePlaced(_ row: Row, _ message: Row) -> Bool {
    let (from, to) = (Int(message[Field.from]), Int(message[Field.to]))
    if isDead(row, to) { return false }
    return !rules.contains(.checkMembershipOnPlace)
      || facts(row, to).fenced & 1 << UInt8(from) == 0
  }

  func close(_ row: Row, _ roots: UInt8) -> UInt8 {
    var found = roots
    while true {
      var more = found
      for cell in 0..<layout.cells where found & 1 << UInt8(cell) != 0 {
        let field = row[fieldAt(cell)]
        if field != 0, row[colourAt(cell)] != Colour.free { more |= 1 << (field - 1) }
      }
      if more == found { break }
      found = more
    }
    for cell in 0..<layout.cells where row[colourAt(cell)] == Colour.free {
      found &= ~(1 << UInt8(cell))
    }
    return found
  }
}
