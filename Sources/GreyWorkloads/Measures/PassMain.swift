// The first task of `pass`: it gets the references, keeps them, drops them, and takes the time.

import GreyBasics
import GreyHeap
import GreyMutator

final class PassMain: TaskBody {
  /// The owner's table, then a reference to be read through.
  static let theirs: Slot = 0
  static let own: Slot = 1
  static let partner: Slot = 2
  static let thing: Slot = 3
  static let number: Slot = 4
  private static let firstRead = 5

  /// Things that are read through their references, at most.
  private static let readings = 100

  static func layout(batch: Int) -> FrameLayout {
    FrameLayout(
      slots: firstRead + batch, references: [0, 1, 2, 3] + Array(firstRead..<firstRead + batch))
  }

  private enum Stage {
    case begin, made, read, take, pair, paired, forget, settle, count, counted
    case visit, visited, drop, dropped, countAgain, countedAgain, end
  }
  private var stage = Stage.begin
  private let workload: Pass
  private var next = 0
  private var taken = 0
  private var began = Moment.zero
  private var passing = Duration.zero
  private var freeing = Duration.zero

  init(_ workload: Pass) { self.workload = workload }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "\(stage) of pass") { return failure }
    let owner = task.nodes[task.nodes.count - 1]
    do throws(AllocationFailure) {
      switch stage {
      case .begin:
        try task.allocate(type: task.type(0), count: workload.objects, into: Self.own)
        stage = .made
        return .wait(.call(on: owner, Pass.Function.make, arguments: [], results: [Self.theirs]))
      case .made:
        began = task.now
        stage = .read
      case .read: return read(task)
      case .take: take(task, budget)
      case .pair, .paired: return try pair(task)
      case .forget:
        task[reference: Self.theirs] = .null
        stage = .settle
        return .wait(.call(on: owner, Pass.Function.forget, arguments: [], results: []))
      case .settle:
        stage = .count
        return .wait(.collect)
      case .count, .countAgain:
        stage = stage == .count ? .counted : .countedAgain
        return .wait(.call(on: owner, Pass.Function.count, arguments: [], results: [Self.number]))
      case .counted:
        if let mistake = mistake(task, expected: workload.objects) { return task.wrong(mistake) }
        (next, stage) = (0, .visit)
      case .visit: return visit(task)
      case .visited:
        let stamp = Stamp.of(UInt64(next))
        guard task[data: Self.number] == stamp else {
          return task.wrong("object \(next) carries another's stamp")
        }
        next += max(1, workload.objects / Self.readings)
        stage = .visit
      case .drop:
        for slot in [Self.own, Self.partner, Self.thing] { task[reference: slot] = .null }
        began = task.now
        stage = .dropped
        return .wait(.collect)
      case .dropped:
        freeing = task.now - began
        stage = .countAgain
      case .countedAgain:
        if let mistake = mistake(task, expected: 0) { return task.wrong(mistake) }
        stage = .end
      case .end:
        finish(task)
        return .done
      }
    } catch {
      return task.waitForMemory(error)
    }
    return .more
  }

  private func mistake(_ task: TaskContext, expected: Int) -> String? {
    let found = task[integer: Self.number]
    return found == expected ? nil : "\(found) objects are there, not \(expected)"
  }

  // MARK: getting references

  private func read(_ task: TaskContext) -> Step {
    taken = 0
    stage = .take
    let count = min(workload.batch, workload.objects - next)
    let slots = (0..<count).map { Slot(Self.firstRead + $0) }
    let read = task.read(object: Self.theirs, word: next, into: slots)
    return read.map { .wait($0) } ?? .more
  }

  private func take(_ task: TaskContext, _ budget: Int) {
    let count = min(workload.batch, workload.objects - next)
    var left = budget
    while taken < count, left > 0 {
      left -= 3
      let slot = Slot(Self.firstRead + taken)
      task.store(task[reference: slot], to: task[reference: Self.own], word: next + taken)
      task[reference: slot] = .null
      taken += 1
    }
    guard taken == count else { return }
    next += count
    stage = .read
    if next == workload.objects {
      passing = task.now - began
      (next, stage) = (0, workload.cyclic ? .pair : .forget)
    }
  }

  /// An object of this node for each of theirs, each of the two referring to the other. The table
  /// then has this node's.
  private func pair(_ task: TaskContext) throws(AllocationFailure) -> Step {
    if stage == .paired {
      task.store(Self.partner, to: Self.own, word: next)
      next += 1
      stage = .pair
    }
    if next == workload.objects {
      stage = .forget
      return .more
    }
    try task.allocate(type: task.type(1), count: 1, into: Self.partner)
    task.load(Self.own, word: next, into: Self.thing)
    task.store(Self.thing, to: Self.partner, word: 0)
    stage = .paired
    let write = task.write(object: Self.thing, word: Pass.Thing.partner, from: Self.partner)
    return write.map { .wait($0) } ?? .more
  }

  // MARK: using them

  private func visit(_ task: TaskContext) -> Step {
    if next >= workload.objects {
      stage = .drop
      return .more
    }
    task.load(Self.own, word: next, into: Self.thing)
    if workload.cyclic { task.load(Self.thing, word: 0, into: Self.thing) }
    stage = .visited
    let read = task.read(object: Self.thing, word: Pass.Thing.stamp, into: [Self.number])
    return read.map { .wait($0) } ?? .more
  }

  private func finish(_ task: TaskContext) {
    let result: ResultObject = [
      "references": .integer(workload.objects),
      "passing_ns": .integer(Int(passing.nanoseconds)),
      "freeing_ns": .integer(Int(freeing.nanoseconds)),
    ]
    task.finish(ok: true, result: result.json)
  }
}
