// Finding everything that is alive, on all nodes together.
//
// Each node walks over its own objects from those that its directory has, and enters what it finds:
// own objects into the directory, objects of others into `foreign`. When nothing of its own is left
// it tells the owners of the others what it has met, batch by batch, and reports how many those
// were. The first task starts the walk again on every node until nobody has told anybody anything:
// then every directory holds all that can be reached, for whatever one node could add, it has
// walked over, and whatever belongs to others, they have been told.

import GreyBasics
import GreyHeap
import GreyMutator

struct ProgramWalk: ProgramWork {
  private enum Stage { case look, walk, tell }
  private var stage = Stage.look
  /// The next place of the directory, then of `foreign`, to look at.
  private var next = 0
  /// Own objects found and not walked over, by place.
  private var found: [Int] = []
  /// The object in the middle of which the last step ended, and its next slot.
  private var atHand: (place: Int, slot: Int)?
  private var told = 0

  mutating func work(
    _ task: TaskContext, _ plan: ProgramPlan, _ round: ProgramRound, budget: Int
  ) throws(AllocationFailure) -> ProgramTurn {
    var left = budget
    while left > 0 {
      switch stage {
      case .look: look(task, plan, budget: &left)
      case .walk:
        if let mistake = walk(task, plan, round, budget: &left) { return .wrong(mistake) }
      case .tell: return tell(task, plan, budget: left)
      }
    }
    return .more
  }

  /// What the last walk did not know, because others have told it since.
  private mutating func look(_ task: TaskContext, _ plan: ProgramPlan, budget: inout Int) {
    let directory = task[reference: ProgramFrame.directory]
    let marks = task[reference: ProgramFrame.marks]
    while next < plan.own.count, budget > 0 {
      budget -= 2
      if !task.load(directory, word: next).isNull, task.loadData(marks, word: next) == 0 {
        task.store(data: 1, to: marks, word: next)
        found.append(next)
      }
      next += 1
    }
    if next == plan.own.count {
      next = 0
      stage = .walk
    }
  }

  /// Over the edges of the object at hand, or of the one found last.
  private mutating func walk(
    _ task: TaskContext, _ plan: ProgramPlan, _ round: ProgramRound, budget: inout Int
  ) -> String? {
    guard let (place, first) = atHand ?? found.popLast().map({ ($0, 0) }) else {
      stage = .tell
      return nil
    }
    let number = Int(plan.own[place])
    let object = task.load(task[reference: ProgramFrame.directory], word: place)
    let edges = plan.snapshot.edges(of: number)
    for slot in first..<edges.count {
      if budget <= 0 {
        atHand = (place, slot)
        return nil
      }
      budget -= 8
      let edge = edges.lowerBound + slot
      let met = task.load(object, word: slot)
      if let mistake = ProgramCheck.mistake(
        slot: slot, of: number, isCut: round.cut.contains(edge), isNull: met.isNull)
      {
        return mistake
      }
      if met.isNull { continue }
      let target = Int(plan.snapshot.target[edge])
      if let mistake = enter(met, as: target, task, plan) { return mistake }
    }
    atHand = nil
    return nil
  }

  private mutating func enter(
    _ met: Reference, as number: Int, _ task: TaskContext, _ plan: ProgramPlan
  ) -> String? {
    let place = Int(plan.place[number])
    let isOwn = plan.isOwn(number)
    let table = task[reference: isOwn ? ProgramFrame.directory : ProgramFrame.foreign]
    let known = task.load(table, word: place)
    guard known.isNull else { return ProgramCheck.mistake(number: number, known: known, met: met) }
    let owner = task.nodes[Int(plan.owner[number])]
    guard met.node == owner else { return "object \(number) of \(owner) is met on \(met.node)" }
    task.store(met, to: table, word: place)
    if isOwn {
      task.store(data: 1, to: task[reference: ProgramFrame.marks], word: place)
      found.append(place)
    }
    return nil
  }

  private mutating func tell(
    _ task: TaskContext, _ plan: ProgramPlan, budget: Int
  ) -> ProgramTurn {
    let foreign = task[reference: ProgramFrame.foreign]
    let marks = task[reference: ProgramFrame.marks]
    var left = budget
    let places: [Int]
    (places, next) = ProgramBatch.next(plan, from: next, budget: &left) { place in
      !task.load(foreign, word: place).isNull
        && task.loadData(marks, word: plan.own.count + place) == 0
    }
    if places.isEmpty { return next < plan.foreign.count ? .more : .done(count: told) }
    let owner = ProgramBatch.fill(places, task, plan)
    for (index, slot) in ProgramFrame.references.enumerated() {
      task[reference: slot] =
        index < places.count ? task.load(foreign, word: places[index]) : .null
    }
    for place in places { task.store(data: 1, to: marks, word: plan.own.count + place) }
    told += places.count
    return .wait(
      .call(
        on: owner, HeapProgram.Function.arrive,
        arguments: ProgramFrame.numbers + ProgramFrame.references, results: []))
  }
}
