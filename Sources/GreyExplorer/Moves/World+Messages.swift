// Messages of the application: under way, placed, acknowledged.
//
// The link is an abstract one: every message arrives once, in any order, however late. A production
// link delivers in order, so what it can do is a part of this; that it does deliver everything
// once, and says "placed" only of what was placed, is explored apart (`LinkWorld`).
//
// A message is its own entry in its sender's transit table. It is one from when it is sent until
// the sender has heard that it is placed, whichever kind it is; a message without a reference has
// no entry and is gone once it is placed. The answer to a write and the word that its value is
// placed travel as one, which is a part of what two can do.

import GreyBasics
import GreyCollector

extension World {
  func expandMessages() {
    for index in 0..<layout.messages {
      let message = now + messageAt(index)
      if message[Field.kind] == Kind.free { continue }
      switch message[Field.phase] {
      case Phase.underWay:
        expandArrival(index)
        expandResending(index)
      case Phase.placed: expandAcknowledgement(index)
      default: expandPlacing(index, .place)
      }
    }
  }

  private func expandArrival(_ index: Int) {
    let message = now + messageAt(index)
    if !rules.contains(.placedAfterPlacement), message[Field.value] != 0,
      message[Field.kind] != Kind.write
    {
      let to = Int(message[Field.to])
      guard runs(to) else { return }
      begin()
      next[messageAt(index) + Field.phase] = Phase.early
      return emit(step(.acknowledgeEarly, to, message))
    }
    expandPlacing(index, .place)
    if !rules.contains(.linkSequence), now[budgetAt(.duplicates)] > 0,
      message[Field.kind] == Kind.give
    {
      expandPlacing(index, .placeDuplicate)
    }
  }

  /// Where it waits, and whenever it is sent again, its sender may look at its stamp: it keeps it,
  /// or (the fault) renews it. A connection may break at any time, in a stop as well.
  private func expandResending(_ index: Int) {
    let message = now + messageAt(index)
    let from = Int(message[Field.from])
    let armed = Epoch(rawValue: UInt64(facts(now, from).armed))
    guard message[Field.value] != 0, armed != .zero, !isDead(now, from) else { return }
    let kept = Epoch(rawValue: UInt64(message[Field.stamp]))
    let stamp = MarkingRules.stampOnResend(rules, kept: kept, armed: armed)
    if stamp == kept { return }
    begin()
    next[messageAt(index) + Field.stamp] = UInt8(stamp.rawValue)
    emit(step(.restamp, from, message))
  }

  private func step(_ kind: Step.Kind, _ node: Int, _ message: Row) -> Step {
    Step(kind, node, message[Field.kind], message[Field.object], message[Field.value])
  }

  /// Membership, R, placing, and the acknowledgement: one quantum of the receiver.
  private func expandPlacing(_ index: Int, _ kind: Step.Kind) {
    let message = now + messageAt(index)
    let (from, to) = (Int(message[Field.from]), Int(message[Field.to]))
    guard runs(to) else { return }
    if rules.contains(.checkMembershipOnPlace), facts(now, to).fenced & 1 << UInt8(from) != 0 {
      return
    }
    switch message[Field.kind] {
    case Kind.give:
      for task in 0..<layout.tasks {
        guard let slot = freeSlot(to, task) else { continue }
        begin()
        receive(to, message)
        next[slotAt(to, task, slot)] = message[Field.value]
        acknowledge(index, message, again: kind == .placeDuplicate)
        emit(step(kind, to, message))
      }
    case Kind.answer:
      begin()
      receive(to, message)
      fillReserved(to, Int(message[Field.task]), message[Field.value])
      acknowledge(index, message, again: false)
      emit(step(kind, to, message))
    case Kind.write:
      begin()
      receive(to, message)
      noteTouched(message[Field.object])
      store(to, message[Field.object], message[Field.value])
      next[messageAt(index) + Field.phase] = Phase.placed
      next[messageAt(index) + Field.stamp] = 0
      emit(step(kind, to, message))
    case Kind.read:
      begin()
      noteTouched(message[Field.object])
      let value = next[fieldAt(Int(message[Field.object]) - 1)]
      send(index, Kind.answer, from: to, to: from, value: value)
      next[messageAt(index) + Field.object] = message[Field.object]
      next[messageAt(index) + Field.task] = message[Field.task]
      emit(step(kind, to, message))
    default: break
    }
  }

  /// An operation on a freed object is a loss by itself, unless its task died meanwhile.
  private func noteTouched(_ object: UInt8) {
    if next[colourAt(Int(object) - 1)] == Colour.free { lost = object }
  }

  private func freeSlot(_ node: Int, _ task: Int) -> Int? {
    for slot in 0..<layout.slots where now[slotAt(node, task, slot)] == 0 { return slot }
    return nil
  }

  func fillReserved(_ node: Int, _ task: Int, _ value: UInt8) {
    for slot in 0..<layout.slots where next[slotAt(node, task, slot)] == reserved {
      next[slotAt(node, task, slot)] = value
      return
    }
  }

  /// R, or the note that S was done.
  private func receive(_ node: Int, _ message: Row) {
    let value = message[Field.value]
    let armed = epoch(node)
    guard value != 0, armed != .zero else { return }
    let stamp = Epoch(rawValue: UInt64(message[Field.stamp]))
    if MarkingRules.shouldShadeOnReceive(rules, armed: armed, stamp: stamp) {
      shade(node, value)
    } else if MarkingRules.isKnownShaded(armed: armed, stamp: stamp) {
      let cell = Int(value) - 1
      if owners[cell] != node { next[greyAt(node, cell)] |= Grey.known }
    }
  }

  private func acknowledge(_ index: Int, _ message: Row, again: Bool) {
    if again {
      next[budgetAt(.duplicates)] -= 1
      next[messageAt(index) + Field.phase] = Phase.duplicate
    } else if message[Field.value] == 0 || message[Field.phase] != Phase.underWay
      || isDead(next, Int(message[Field.from]))
    {
      clear(index)
    } else {
      let entry = next + messageAt(index)
      entry[Field.kind] = Kind.give
      entry[Field.object] = 0
      entry[Field.task] = 0
      entry[Field.stamp] = 0
      entry[Field.phase] = Phase.placed
    }
  }

  func clear(_ index: Int) { (next + messageAt(index)).update(repeating: 0, count: 8) }

  /// The sender hears that its message is placed.
  private func expandAcknowledgement(_ index: Int) {
    let message = now + messageAt(index)
    let from = Int(message[Field.from])
    guard runs(from) else { return }
    begin()
    if message[Field.kind] == Kind.write {
      fillReserved(from, Int(message[Field.task]), message[Field.object])
    }
    clear(index)
    emit(step(.acknowledge, from, message))
  }

  // MARK: the dead

  /// Everything towards or from a dead node is discarded; who waits for it hears of it.
  func fence(_ dead: Int, at node: Int) {
    for index in 0..<layout.messages {
      let message = next + messageAt(index)
      let (from, to) = (Int(message[Field.from]), Int(message[Field.to]))
      if message[Field.kind] == Kind.free { continue }
      if from == node, to == dead {
        if message[Field.object] != 0, message[Field.kind] != Kind.answer {
          fillReserved(node, Int(message[Field.task]), message[Field.object])
        }
        clear(index)
      } else if from == dead, to == node {
        // An answer under way to a task that waits here is none any more.
        if message[Field.kind] == Kind.answer {
          fillReserved(node, Int(message[Field.task]), message[Field.object])
          clear(index)
        } else if rules.contains(.checkMembershipOnPlace) {
          clear(index)
        }
      }
    }
    for cell in 0..<layout.cells where owners[cell] == node { setBatches(dead, cell, 0) }
  }
}
