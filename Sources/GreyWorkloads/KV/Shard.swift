// The functions of `kv` that run on a shard's node. Each is a task of its own, called by a client
// or by the run's first task, and does its work in one step where it is not a loop.

import GreyBasics
import GreyHeap
import GreyMutator

/// Makes the node's table.
final class ShardPrepare: TaskBody {
  static let table: Slot = 0
  static let layout = FrameLayout(slots: 1, references: [0])
  private let keys: Int

  init(keys: Int) { self.keys = keys }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "making a shard") { return failure }
    do throws(AllocationFailure) {
      try task.allocate(
        type: task.type(0), count: KeyValue.Place.slots(keys: keys, nodes: task.nodes.count),
        into: Self.table)
    } catch {
      return task.waitForMemory(error)
    }
    task.storeGlobal(Self.table, at: 0)
    return .done
  }
}

/// One of the three operations that clients call.
final class ShardAccess: TaskBody {
  static let slot: Slot = 0
  static let value: Slot = 1
  static let layout = FrameLayout(slots: 2, references: [1])

  enum Kind { case put, get, delete }
  private let kind: Kind

  init(_ kind: Kind) { self.kind = kind }

  func step(_ task: TaskContext, budget: Int) -> Step {
    let table = task.loadGlobal(0)
    let word = task[integer: Self.slot]
    switch kind {
    case .put:
      task.store(task[reference: Self.value], to: table, word: word)
      return .done
    case .delete:
      task.store(.null, to: table, word: word)
      return .done
    case .get:
      task[reference: Self.value] = task.load(table, word: word)
      return .done(results: [Self.value])
    }
  }
}

/// How many keys the shard holds.
final class ShardCount: TaskBody {
  static let count: Slot = 0
  static let layout = FrameLayout(slots: 1)
  private let keys: Int
  private var slot = 0

  init(keys: Int) { self.keys = keys }

  func step(_ task: TaskContext, budget: Int) -> Step {
    let table = task.loadGlobal(0)
    let slots = KeyValue.Place.slots(keys: keys, nodes: task.nodes.count)
    var left = budget
    while slot < slots {
      if left <= 0 { return .more }
      left -= 2
      if !task.load(table, word: slot).isNull { task[integer: Self.count] += 1 }
      slot += 1
    }
    return .done(results: [Self.count])
  }
}
