// A client of `kv`, and the first task, which starts the clients.

import GreyBasics
import GreyHeap
import GreyMutator

/// Uses the map, and remembers of each of its keys which version it should have.
final class KeyValueClient: TaskBody {
  static let home: Slot = 0
  static let value: Slot = 1
  static let body: Slot = 2
  /// The slot of a key in its shard's table.
  static let slot: Slot = 3
  static let key: Slot = 4
  static let version: Slot = 5
  static let stamp: Slot = 6
  static let operations: Slot = 7
  static let gets: Slot = 8
  static let puts: Slot = 9
  static let deletes: Slot = 10
  static let present: Slot = 11
  static let layout = FrameLayout(slots: 12, references: [1, 2])

  private enum Stage {
    case choose, put, stored, delete, deleted, get, got, valueRead, bodyRead
    case last, report, end
  }
  private var stage = Stage.choose
  private let workload: KeyValue
  /// Of each own key the version put last; zero: it is not in the map.
  private var versions: [UInt64]
  private var nextVersion: UInt64 = 1
  /// The key of the operation under way.
  private var owner = 0
  private var index = 0
  /// Own keys that the last reading has done.
  private var lastRead = 0
  private var isLast = false

  init(_ workload: KeyValue) {
    self.workload = workload
    versions = Array(repeating: 0, count: workload.keys)
  }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "a client that was to have \(stage)") { return failure }
    do throws(AllocationFailure) {
      while true {
        switch stage {
        case .choose: choose(task)
        case .put: return .wait(try put(task))
        case .stored:
          versions[index] = nextVersion
          nextVersion += 1
          finishOperation(task, Self.puts)
        case .delete:
          stage = .deleted
          return .wait(call(task, KeyValue.Function.delete, [Self.slot]))
        case .deleted:
          versions[index] = 0
          finishOperation(task, Self.deletes)
        case .get:
          stage = .got
          return .wait(call(task, KeyValue.Function.get, [Self.slot], results: [Self.value]))
        case .got: if let operation = got(task) { return .wait(operation) }
        case .valueRead:
          stage = .bodyRead
          if let operation = task.read(object: Self.body, word: 0, into: [Self.stamp]) {
            return .wait(operation)
          }
        case .bodyRead:
          if let mistake = check(task) { return task.wrong(mistake) }
          finishOperation(task, Self.gets)
        case .last:
          if lastRead < workload.keys {
            use(task, owner: task.nodeIndex, index: lastRead)
            lastRead += 1
            stage = .get
          } else {
            task[integer: Self.present] = versions.count { $0 != 0 }
            stage = .report
          }
        case .report:
          stage = .end
          return .wait(
            .send(
              to: Self.home,
              values: [Self.operations, Self.gets, Self.puts, Self.deletes, Self.present]))
        case .end: return .done
        }
      }
    } catch {
      return task.waitForMemory(error)
    }
  }

  // MARK: choosing

  private func choose(_ task: TaskContext) {
    guard !task.isOver(after: task[integer: Self.operations], of: workload.operations) else {
      isLast = true
      stage = .last
      return
    }
    let own = task.nodeIndex
    let index = task.random.below(workload.keys)
    switch task.random.below(100) {
    case ..<45:
      use(task, owner: own, index: index)
      stage = .put
    case ..<55:
      use(task, owner: own, index: index)
      stage = .delete
    case ..<85:
      use(task, owner: own, index: index)
      stage = .get
    default:
      use(task, owner: task.random.below(task.nodes.count), index: index)
      stage = .get
    }
  }

  private func use(_ task: TaskContext, owner: Int, index: Int) {
    self.owner = owner
    self.index = index
    task[integer: Self.slot] =
      KeyValue.Place(owner: owner, index: index, nodes: task.nodes.count).slot
  }

  private func call(
    _ task: TaskContext, _ function: FunctionIndex, _ arguments: [Slot], results: [Slot] = []
  ) -> Operation {
    let nodes = task.nodes
    let shard = KeyValue.Place(owner: owner, index: index, nodes: nodes.count).shard
    return .call(on: nodes[shard], function, arguments: arguments, results: results)
  }

  private func finishOperation(_ task: TaskContext, _ counter: Slot) {
    task[integer: counter] += 1
    task[integer: Self.operations] += 1
    task[reference: Self.value] = .null
    task[reference: Self.body] = .null
    stage = isLast ? .last : .choose
  }

  // MARK: writing

  private func put(_ task: TaskContext) throws(AllocationFailure) -> Operation {
    let value = try task.allocate(task.shape(task.type(1)))
    let body = try task.allocate(task.shape(task.type(2), count: workload.bodyWords))
    let key = KeyValue.key(owner: owner, index: index)
    task.store(body, to: value, word: KeyValue.Value.body)
    task.store(data: key, to: value, word: KeyValue.Value.key)
    task.store(data: nextVersion, to: value, word: KeyValue.Value.version)
    task.store(data: Stamp.of(key, nextVersion), to: body, word: 0)
    task[reference: Self.value] = value
    stage = .stored
    return call(task, KeyValue.Function.put, [Self.slot, Self.value])
  }

  // MARK: reading

  /// The shard has answered. What its table held is in this task's slot now, so it stays whole
  /// however soon its owner puts another version in its place.
  private func got(_ task: TaskContext) -> Operation? {
    if task[reference: Self.value].isNull {
      (task[data: Self.key], task[data: Self.version]) = (0, 0)
      stage = .bodyRead
      return nil
    }
    stage = .valueRead
    return task.read(object: Self.value, word: 0, into: [Self.body, Self.key, Self.version])
  }

  private func check(_ task: TaskContext) -> String? {
    let isOwn = owner == task.nodeIndex
    let key = KeyValue.key(owner: owner, index: index)
    if task[reference: Self.value].isNull {
      if !isOwn || versions[index] == 0 { return nil }
      return "key \(key) is not in the map, its client wrote version \(versions[index]) last"
    }
    return KeyValue.mistake(
      key: key, version: isOwn ? versions[index] : nil,
      found: (task[data: Self.key], task[data: Self.version], task[data: Self.stamp]))
  }
}

/// Prepares the shards, starts the clients, adds up what they did and counts what the shards hold.
final class KeyValueMain: TaskBody {
  static let home: Slot = 0
  static let started: Slot = 1
  static let operations: Slot = 2
  static let gets: Slot = 3
  static let puts: Slot = 4
  static let deletes: Slot = 5
  static let present: Slot = 6
  static let layout = FrameLayout(slots: 7)

  private enum Stage { case prepare, work, count, counted, end }
  private var stage = Stage.prepare
  /// The next node to prepare or to count.
  private var index = 0
  private var clients = FanOut(
    KeyValue.Function.client, arguments: [home], address: started,
    report: [operations, gets, puts, deletes, present])
  private var sums = (operations: 0, gets: 0, puts: 0, deletes: 0, present: 0)
  private var held = 0

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "\(stage) of kv") { return failure }
    task[data: Self.home] = task.address.rawValue
    let nodes = task.nodes
    while true {
      switch stage {
      case .prepare:
        if index < nodes.count {
          index += 1
          return .wait(
            .call(on: nodes[index - 1], KeyValue.Function.prepare, arguments: [], results: []))
        }
        index = 0
        stage = .work
      case .work:
        switch clients.next(task) {
        case .wait(let operation): return .wait(operation)
        case .report: add(task)
        case .finished: stage = .count
        }
      case .count:
        if index == nodes.count {
          stage = .end
          continue
        }
        stage = .counted
        return .wait(
          .call(
            on: nodes[index], KeyValue.Function.count, arguments: [], results: [Self.present]))
      case .counted:
        held += task[integer: Self.present]
        index += 1
        stage = .count
      case .end:
        if let mistake = Self.mistake(held: held, expected: sums.present) {
          return task.wrong(mistake)
        }
        task.finish(ok: true, result: result.json)
        return .done
      }
    }
  }

  static func mistake(held: Int, expected: Int) -> String? {
    if held == expected { return nil }
    return "the shards hold \(held) keys, the clients have \(expected) in them"
  }

  private func add(_ task: TaskContext) {
    sums.operations += task[integer: Self.operations]
    sums.gets += task[integer: Self.gets]
    sums.puts += task[integer: Self.puts]
    sums.deletes += task[integer: Self.deletes]
    sums.present += task[integer: Self.present]
  }

  private var result: ResultObject {
    [
      "operations": .integer(sums.operations), "gets": .integer(sums.gets),
      "puts": .integer(sums.puts), "deletes": .integer(sums.deletes),
      "keys": .integer(held),
    ]
  }
}
