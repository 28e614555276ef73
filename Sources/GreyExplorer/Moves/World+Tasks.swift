// What tasks may do, as they please: allocate, load, store, drop, give, read and write elsewhere.
//
// A task of the model has a few slots and no program: it does anything that a program could. Every
// operation is atomic, as it is in a worker's quantum. Where an operation would overwrite a slot
// the task drops that first, which is a step of its own and leads to the same states.

import GreyBasics
import GreyCollector

extension World {
  func expandTasks(_ node: Int) {
    guard runs(node) else { return }
    for task in 0..<layout.tasks {
      var before: UInt8 = 0xFE
      for slot in 0..<layout.slots {
        let value = now[slotAt(node, task, slot)]
        // The same content again leads to the same states.
        if value == before || value == reserved { continue }
        before = value
        if value == 0 {
          fill(node, task, slot)
        } else {
          use(node, task, slot, value)
        }
      }
    }
    if scope.hasGlobals, now[globalAt(node)] != 0 {
      begin()
      storeGlobal(node, 0)
      emit(Step(.clearGlobal, node))
    }
  }

  /// Into a free slot.
  private func fill(_ node: Int, _ task: Int, _ slot: Int) {
    let at = slotAt(node, task, slot)
    for cell in 0..<layout.cells
    where owners[cell] == node && now[colourAt(cell)] == Colour.free {
      begin()
      let isBlack = now[flagsAt(node)] & Flag.bornBlack != 0 && rules.contains(.allocateBlack)
      next[colourAt(cell)] = isBlack ? Colour.black : Colour.white
      next[at] = UInt8(cell + 1)
      emit(Step(.allocate, node, UInt8(cell + 1), UInt8(task)))
    }
    if scope.hasGlobals, now[globalAt(node)] != 0 {
      begin()
      next[at] = now[globalAt(node)]
      emit(Step(.loadGlobal, node, now[globalAt(node)], UInt8(task)))
    }
  }

  /// What can be done with the reference in a slot.
  private func use(_ node: Int, _ task: Int, _ slot: Int, _ value: UInt8) {
    let at = slotAt(node, task, slot)
    begin()
    next[at] = 0
    emit(Step(.drop, node, value, UInt8(task)))

    if owners[Int(value) - 1] == node {
      useLocal(node, task, slot, value)
    } else if scope.hasRemoteFields {
      useRemote(node, task, slot, value)
    }
    if scope.hasGlobals, now[globalAt(node)] != value {
      begin()
      storeGlobal(node, value)
      emit(Step(.storeGlobal, node, value))
    }
    for other in 0..<layout.nodes where other != node && canReach(node, other) {
      guard let index = freeMessage() else { break }
      begin()
      send(index, Kind.give, from: node, to: other, value: value)
      emit(Step(.give, node, value, UInt8(other)))
    }
    if layout.tasks == 2 { handOver(node, from: task, value) }
  }

  private func useLocal(_ node: Int, _ task: Int, _ slot: Int, _ object: UInt8) {
    let field = now[fieldAt(Int(object) - 1)]
    if field != 0 {
      for place in 0..<layout.slots {
        let content = now[slotAt(node, task, place)]
        guard place == slot || content == 0, content != field else { continue }
        begin()
        next[slotAt(node, task, place)] = field
        emit(Step(.load, node, object, field, place == slot ? 1 : 0))
      }
      begin()
      store(node, object, 0)
      emit(Step(.storeNil, node, object))
    }
    forEachValue(node, task) { value in
      guard value != field else { return }
      begin()
      store(node, object, value)
      emit(Step(.store, node, object, value))
    }
  }

  /// The different references in a task's slots.
  private func forEachValue(_ node: Int, _ task: Int, _ body: (UInt8) -> Void) {
    var before: UInt8 = 0
    for slot in 0..<layout.slots {
      let value = now[slotAt(node, task, slot)]
      if value != before, value != reserved { body(value) }
      before = value
    }
  }

  func store(_ node: Int, _ object: UInt8, _ value: UInt8) {
    let at = fieldAt(Int(object) - 1)
    barrier(node, old: next[at], new: value)
    next[at] = value
  }

  private func storeGlobal(_ node: Int, _ value: UInt8) {
    let at = globalAt(node)
    if MarkingRules.globalsPassBarrier(rules) { barrier(node, old: next[at], new: value) }
    next[at] = value
  }

  private func handOver(_ node: Int, from task: Int, _ value: UInt8) {
    let other = 1 - task
    for slot in 0..<layout.slots where now[slotAt(node, other, slot)] == 0 {
      begin()
      if MarkingRules.shadesHandover(rules) { shade(node, value) }
      next[slotAt(node, other, slot)] = value
      emit(Step(.handOver, node, value, UInt8(other)))
      break
    }
  }

  // MARK: elsewhere

  private func useRemote(_ node: Int, _ task: Int, _ slot: Int, _ object: UInt8) {
    let owner = owners[Int(object) - 1]
    guard canReach(node, owner), let index = freeMessage() else { return }
    func request(_ kind: UInt8, _ value: UInt8) {
      begin()
      send(index, kind, from: node, to: owner, value: value)
      next[messageAt(index) + Field.object] = object
      next[messageAt(index) + Field.task] = UInt8(task)
      next[slotAt(node, task, slot)] = reserved
    }
    request(Kind.read, 0)
    emit(Step(.read, node, object))
    request(Kind.write, 0)
    emit(Step(.writeNil, node, object))
    forEachValue(node, task) { value in
      guard value != 0 else { return }
      request(Kind.write, value)
      emit(Step(.write, node, object, value))
    }
  }

  func freeMessage() -> Int? {
    for index in 0..<layout.messages where now[messageAt(index)] == Kind.free { return index }
    return nil
  }

  func canReach(_ node: Int, _ other: Int) -> Bool {
    let facts = facts(now, node)
    return facts.members & ~facts.fenced & 1 << UInt8(other) != 0
  }

  /// S, the stamp, and the entry of the transit table, which is the message itself.
  func send(_ index: Int, _ kind: UInt8, from: Int, to: Int, value: UInt8) {
    shadeSent(from, value)
    let message = next + messageAt(index)
    message[Field.kind] = kind
    message[Field.from] = UInt8(from)
    message[Field.to] = UInt8(to)
    message[Field.object] = 0
    message[Field.value] = value
    message[Field.task] = 0
    let stamp = MarkingRules.stampOnSend(rules, armed: epoch(from))
    message[Field.stamp] = value == 0 ? 0 : UInt8(stamp.rawValue)
    message[Field.phase] = Phase.underWay
  }
}
