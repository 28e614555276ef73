// The phases of `heap-snapshot` that make the file's heap out of whatever is there of it.

import GreyBasics
import GreyHeap
import GreyMutator

/// Makes the tables, and enters the program's root where it is known: a walk begins there.
struct ProgramPrepare: ProgramWork {
  mutating func work(
    _ task: TaskContext, _ plan: ProgramPlan, _ round: ProgramRound, budget: Int
  ) throws(AllocationFailure) -> ProgramTurn {
    try ProgramTables.make(task, plan)
    ProgramTables.load(task)
    let root = task.loadGlobal(ProgramTables.root)
    if !root.isNull {
      task.store(
        root, to: task[reference: ProgramFrame.directory],
        word: Int(plan.place[HeapSnapshot.root]))
    }
    return .done(count: 0)
  }
}

/// Allocates every own object that the directory does not have.
struct ProgramBuild: ProgramWork {
  private var next = 0
  private var built = 0

  mutating func work(
    _ task: TaskContext, _ plan: ProgramPlan, _ round: ProgramRound, budget: Int
  ) throws(AllocationFailure) -> ProgramTurn {
    let directory = task[reference: ProgramFrame.directory]
    var left = budget
    while next < plan.own.count {
      if left <= 0 { return .more }
      left -= 10
      if task.load(directory, word: next).isNull {
        let number = Int(plan.own[next])
        let snapshot = plan.snapshot
        let type = task.type(ProgramTypes.type(of: number, in: snapshot))
        let words = ProgramTypes.words(of: number, in: snapshot)
        let object = try task.allocate(task.shape(type, count: words))
        // Clearing a large object takes longer than a small one.
        left -= words / 8
        if !ProgramTypes.hasEdges(number, in: snapshot) {
          task.store(data: Stamp.of(UInt64(number)), to: object, word: 0)
        }
        task.store(object, to: directory, word: next)
        built += 1
      }
      next += 1
    }
    return .done(count: built)
  }
}

/// Asks the other nodes for references that the own edges need.
struct ProgramExchange: ProgramWork {
  private var next = 0
  private var asked: [Int] = []
  private var got = 0

  mutating func work(
    _ task: TaskContext, _ plan: ProgramPlan, _ round: ProgramRound, budget: Int
  ) throws(AllocationFailure) -> ProgramTurn {
    let foreign = task[reference: ProgramFrame.foreign]
    for (place, slot) in zip(asked, ProgramFrame.references) {
      task.store(task[reference: slot], to: foreign, word: place)
      got += 1
    }
    var left = budget
    (asked, next) = ProgramBatch.next(plan, from: next, budget: &left) {
      task.load(foreign, word: $0).isNull
    }
    if asked.isEmpty { return next < plan.foreign.count ? .more : .done(count: got) }
    let owner = ProgramBatch.fill(asked, task, plan)
    return .wait(
      .call(
        on: owner, HeapProgram.Function.lookUp, arguments: ProgramFrame.numbers,
        results: ProgramFrame.references))
  }
}

/// Stores every edge of every own object; those that this round cuts become null.
struct ProgramLink: ProgramWork {
  /// An own object and one of its slots.
  private var next = (place: 0, slot: 0)
  private var cleared = 0

  mutating func work(
    _ task: TaskContext, _ plan: ProgramPlan, _ round: ProgramRound, budget: Int
  ) throws(AllocationFailure) -> ProgramTurn {
    let directory = task[reference: ProgramFrame.directory]
    let foreign = task[reference: ProgramFrame.foreign]
    var left = budget
    while next.place < plan.own.count {
      let number = Int(plan.own[next.place])
      let object = task.load(directory, word: next.place)
      let edges = plan.snapshot.edges(of: number)
      while next.slot < edges.count {
        if left <= 0 { return .more }
        left -= 5
        let edge = edges.lowerBound + next.slot
        let target = Int(plan.snapshot.target[edge])
        var reference = Reference.null
        if round.cut.contains(edge) {
          cleared += 1
        } else {
          reference = task.load(
            plan.isOwn(target) ? directory : foreign, word: Int(plan.place[target]))
        }
        task.store(reference, to: object, word: next.slot)
        next.slot += 1
      }
      left -= 2
      next = (next.place + 1, 0)
    }
    if plan.isOwn(HeapSnapshot.root) {
      let root = task.load(directory, word: Int(plan.place[HeapSnapshot.root]))
      task.storeGlobal(root, at: ProgramTables.root)
    }
    return .done(count: cleared)
  }
}

/// Drops the tables: what only they held is garbage.
struct ProgramRelease: ProgramWork {
  mutating func work(
    _ task: TaskContext, _ plan: ProgramPlan, _ round: ProgramRound, budget: Int
  ) throws(AllocationFailure) -> ProgramTurn {
    ProgramTables.drop(task)
    return .done(count: 0)
  }
}
