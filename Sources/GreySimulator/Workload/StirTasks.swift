// The tasks of the stirring workload: one operation, or half of one, in every step.
//
// An operation of two halves (take a reference out, then clear where it was) is done in two steps,
// so that anything can happen in between.

import GreyBasics
import GreyHeap
import GreyMutator

/// Starts a keeper and the stirrers on every node, then stirs itself, then ends the run.
final class StirMain: TaskBody {
  private let tasks: Int
  private let stirrer: Stirrer
  private let plan: StirPlan
  private var started = 0

  init(plan: StirPlan, tasks: Int) {
    self.plan = plan
    self.tasks = tasks
    stirrer = Stirrer(plan: plan, kind: .main)
  }

  func step(_ task: TaskContext, budget: Int) -> Step {
    let nodes = task.nodes
    // On each node the keeper first; its address goes to the stirrers that follow.
    if started < nodes.count * (1 + tasks) {
      plan.draws?.activity += 1
      let place = started % (1 + tasks)
      let node = nodes[started / (1 + tasks)]
      started += 1
      if place == 0 { return .wait(.spawn(on: node, Stir.keeper, arguments: [], into: 0)) }
      // The next node's, so that what is sent travels.
      let other = nodes[(started / (1 + tasks) + place) % nodes.count]
      return .wait(
        .spawn(
          on: other, Stir.stirrer,
          arguments: [0, Slot(Stir.firstSlot), Slot(Stir.firstSlot + 1)], into: 1))
    }
    let step = stirrer.step(task, budget: budget)
    if case .done = step { task.finish(ok: true) }
    return step
  }
}

final class Stirrer: TaskBody {
  enum Kind { case main, stirrer, guest, callee }
  /// The second half of what was begun.
  private enum Rest {
    case nothing
    case forget([Slot])
    case clear(Slot, word: Int)
    case clearGlobal(Int)
    case fill(Slot, word: Int, from: Slot, element: Int, count: Int)
    /// A message has arrived.
    case sent([Slot])
    /// There may be room now.
    case make(Slot, of: Int, count: Int, before: Bool)
    case leave
  }

  private let plan: StirPlan
  private let kind: Kind
  private var left: Int?
  private var rest = Rest.nothing
  private var isAtHome: Bool

  init(plan: StirPlan, kind: Kind) {
    self.plan = plan
    self.kind = kind
    isAtHome = kind == .main
    left = plan.operations == 0 ? nil : plan.operations
  }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if !isAtHome {
      plan.draws?.activity += 1
      settle(task)
      return .more
    }
    if case .failed(let failure) = task.outcome, failure == .lostObject {
      return .failed(TaskFailure(failure, at: "stir"))
    }
    if let operation = secondHalf(task) {
      plan.draws?.activity += 1
      return operation
    }
    if let left {
      plan.draws?.activity += 1
      if left == 0 { return end(task) }
      self.left = left - 1
    }
    return begin(plan.operation(task), task).map { .wait($0) } ?? .more
  }

  /// The frame of a function that was entered holds its arguments; work goes on in a wider one.
  private func settle(_ task: TaskContext) {
    isAtHome = true
    let arguments = task.frame
    let frame = task.push(Stir.layout)
    frame[data: 0] = arguments[data: 0]
    for index in 0..<2 {
      frame[reference: Slot(Stir.firstSlot + index)] = arguments[reference: Slot(1 + index)]
      arguments[reference: Slot(1 + index)] = .null
    }
    if kind != .stirrer { left = 1 + plan.below(8, task) }
  }

  private func end(_ task: TaskContext) -> Step {
    guard kind == .callee else {
      plan.tell(task, .ends(result: nil))
      return .done
    }
    let result = task[reference: plan.slot(task)]
    plan.tell(task, .ends(result: result))
    task.pop()
    task[reference: 1] = result
    return .done(results: [1])
  }

  private func secondHalf(_ task: TaskContext) -> Step? {
    let half = rest
    rest = .nothing
    let isDone = task.outcome == .ok
    switch half {
    case .nothing: return nil
    case .sent(let slots):
      if isDone { plan.draws?.given += 1 }
      rest = .forget(slots)
      return secondHalf(task)
    case .forget(let slots):
      guard isDone else { return .more }
      plan.tell(task, .forgets(slots.map { task[reference: $0] }))
      for slot in slots { task[reference: slot] = .null }
      return .more
    case .clear(let object, let word):
      // The slot that the nil comes from is data's neighbour: a null reference.
      guard isDone, !task[reference: object].isNull else { return .more }
      plan.tell(task, .stores(.null, object: task[reference: object], word: word))
      return .wait(.write(object: object, word: word, from: Self.empty))
    case .clearGlobal(let index):
      plan.tell(task, .storesGlobal(.null, index: index))
      task.storeGlobal(.null, at: index)
      return .more
    case .fill(let object, let word, let from, let element, let count):
      if task.outcome == .failed(.outOfMemory) {
        // It has waited for a collection, and there is no room: now by itself.
        return make(from, of: count > 20 ? 0 : 1, count: count, before: false, task)
          .map { .wait($0) } ?? .more
      }
      guard isDone, !task[reference: object].isNull else { return .more }
      rest = .forget([from])
      // From here on nobody knows its base.
      task[reference: from] = task[reference: from].advanced(by: element * Self.elementBytes)
      plan.tell(
        task, .stores(task[reference: from], object: task[reference: object], word: word))
      return .wait(.write(object: object, word: word, from: from))
    case .make(let slot, let type, let count, let before):
      guard isDone else { return .more }
      // A second failure in a row ends the wait at once.
      return make(slot, of: type, count: count, before: before, task, isAgain: true)
        .map { .wait($0) } ?? .more
    case .leave:
      guard isDone else { return .more }
      plan.tell(task, .ends(result: nil))
      return .done
    }
  }

  /// Of a large object: a pair's.
  private static let elementBytes = 24
  /// A reference slot that nothing is ever put into.
  private static let empty = Slot(Stir.firstSlot + 5)

  private func begin(_ operation: StirOperation, _ task: TaskContext) -> Operation? {
    if operation == .rest { return nil }
    plan.draws?.activity += 1
    let a = plan.slot(task)
    if task[reference: a].isNull, operation.wantsObject {
      // Nothing to do it with: next time there is, with something behind it.
      return make(a, before: true, task) ?? make(a, before: true, task)
    }
    switch operation {
    case .rest: return nil
    case .allocate: return make(a, before: false, task)
    case .allocateBefore: return make(a, before: true, task)
    case .allocateThere:
      let there = plan.node(task)
      plan.tell(task, .makesThere(there))
      return .allocate(on: there, type: task.type(0), count: 1, into: a)
    case .allocateLeaf:
      let b = plan.slot(task)
      guard b != a else { return nil }
      let word = plan.word(task)
      let isLarge = plan.below(16, task) == 15
      let count = isLarge ? 1_500 : 1 + plan.below(20, task)
      let element = isLarge ? plan.below(count, task) : 0
      rest = .fill(a, word: word, from: b, element: element, count: count)
      plan.tell(task, .makes)
      return .allocate(
        on: task.node, type: task.type(isLarge ? 0 : 1), count: count, into: b)
    case .drop:
      plan.tell(task, .forgets([task[reference: a]]))
      task[reference: a] = .null
    case .copy:
      plan.tell(task, .copies(task[reference: a]))
      task[reference: plan.slot(task)] = task[reference: a]
    case .load, .take, .store, .give, .storeNil, .storeSelf:
      return useField(operation, of: a, task)
    case .storeGlobal, .giveGlobal, .loadGlobal, .takeGlobal, .storeNilGlobal:
      useGlobal(operation, a, task)
    case .spawn, .call, .send, .move: return handOver(operation, a, task)
    case .collect: return .collect
    }
    return nil
  }

  /// A new object into a slot, which refers to what the slot referred to, or to nothing. Where
  /// there is no room the task does without, or waits for some, as is drawn, and then tries again.
  private func make(
    _ slot: Slot, of type: Int = 0, count: Int = 1, before: Bool, _ task: TaskContext,
    isAgain: Bool = false
  ) -> Operation? {
    do throws(AllocationFailure) {
      let made = try task.allocate(task.shape(task.type(type), count: count))
      plan.tell(task, .makes)
      if before { task.store(task[reference: slot], to: made, word: plan.word(task)) }
      task[reference: slot] = made
      return nil
    } catch {
      guard case .limitReached(let bytes, _, _) = error else { return nil }
      if isAgain { return .memory(bytes: bytes) }
      guard plan.below(2, task) == 1 else { return nil }
      rest = .make(slot, of: type, count: count, before: before)
      plan.draws?.memoryWaits += 1
      return .memory(bytes: bytes)
    }
  }

  private func useField(
    _ operation: StirOperation, of a: Slot, _ task: TaskContext
  ) -> Operation? {
    let word = plan.word(task)
    let object = task[reference: a]
    switch operation {
    case .storeNil:
      plan.tell(task, .stores(.null, object: object, word: word))
      return .write(object: a, word: word, from: Self.empty)
    case .storeSelf:
      plan.tell(task, .stores(object, object: object, word: word))
      return .write(object: a, word: word, from: a)
    case .load:
      plan.tell(task, .loads(object: object, word: word))
      return .read(object: a, word: word, into: [plan.slot(task)])
    case .take:
      plan.tell(task, .loads(object: object, word: word))
      let b = plan.slot(task)
      if b != a { rest = .clear(a, word: word) }
      return .read(object: a, word: word, into: [b])
    default:
      let b = plan.slot(task)
      if operation == .give, b != a { rest = .forget([b]) }
      plan.tell(task, .stores(task[reference: b], object: object, word: word))
      return .write(object: a, word: word, from: b)
    }
  }

  private func useGlobal(_ operation: StirOperation, _ a: Slot, _ task: TaskContext) {
    let index = plan.below(task.globals, task)
    switch operation {
    case .storeNilGlobal:
      plan.tell(task, .storesGlobal(.null, index: index))
      task.storeGlobal(.null, at: index)
    case .loadGlobal:
      plan.tell(task, .loadsGlobal(task.loadGlobal(index), index: index))
      task.loadGlobal(index, into: a)
    case .takeGlobal:
      plan.tell(task, .loadsGlobal(task.loadGlobal(index), index: index))
      task.loadGlobal(index, into: a)
      rest = .clearGlobal(index)
    default:
      plan.tell(task, .storesGlobal(task[reference: a], index: index))
      task.storeGlobal(a, at: index)
      if operation == .giveGlobal { rest = .forget([a]) }
    }
  }

  private func handOver(_ operation: StirOperation, _ a: Slot, _ task: TaskContext) -> Operation? {
    let b = plan.slot(task)
    let values = [task[reference: a], task[reference: b]]
    switch operation {
    case .send:
      guard task[data: 0] != 0 else { return nil }
      rest = .sent([a, b])
      plan.tell(task, .sends(values, to: TaskAddress(rawValue: task[data: 0])))
      if plan.below(2, task) == 1 { return .send(to: 0, values: [a, b]) }
      return .give(to: 0, values: [a, b])
    case .call:
      guard kind == .main || kind == .stirrer else { return nil }
      let there = plan.node(task)
      plan.tell(task, .calls(there, values))
      return .call(on: there, Stir.callee, arguments: [0, a, b], results: [a])
    case .move where kind == .stirrer:
      rest = .leave
      let there = plan.node(task)
      plan.tell(task, .spawns(there, values))
      return .spawn(on: there, Stir.stirrer, arguments: [0, a, b], into: 1)
    default:
      guard kind == .main || kind == .stirrer else { return nil }
      rest = .forget([a, b])
      let there = plan.node(task)
      plan.tell(task, .spawns(there, values))
      return .spawn(on: there, Stir.guest, arguments: [0, a, b], into: 1)
    }
  }
}

/// Waits for messages, and does something with the last ones now and then.
final class Keeper: TaskBody {
  private let plan: StirPlan
  private var isReceiving = false
  init(plan: StirPlan) { self.plan = plan }

  func step(_ task: TaskContext, budget: Int) -> Step {
    plan.draws?.activity += 1
    if isReceiving {
      isReceiving = false
      if task.outcome == .ok { plan.draws?.received += 1 }
    }
    let first = Stir.firstSlot + plan.below(plan.slots - 1, task)
    switch plan.below(6, task) {
    case 0:
      isReceiving = true
      return .wait(.receive(into: [Slot(first), Slot(first + 1)]))
    case 1:
      let index = plan.below(task.globals, task)
      plan.tell(task, .storesGlobal(task[reference: Slot(first)], index: index))
      task.storeGlobal(Slot(first), at: index)
    case 2:
      plan.tell(task, .forgets([task[reference: Slot(first)]]))
      task[reference: Slot(first)] = .null
    case 3:
      let microseconds = Int64(plan.below(100, task))
      return .wait(.sleep(.microseconds(microseconds)))
    case 4:
      let object = task[reference: Slot(first)]
      if !object.isNull {
        let word = plan.word(task)
        plan.tell(task, .stores(task[reference: Slot(first + 1)], object: object, word: word))
        return .wait(.write(object: Slot(first), word: word, from: Slot(first + 1)))
      }
    default: break
    }
    return .more
  }
}
