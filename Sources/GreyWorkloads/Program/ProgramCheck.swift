// What must be true of the heap that a walk of `heap-snapshot` has found.

import GreyBasics
import GreyHeap
import GreyMutator

/// Compares what the node's directory holds with what the file says is alive.
struct ProgramCheck: ProgramWork {
  private var next = 0
  private var alive = 0

  mutating func work(
    _ task: TaskContext, _ plan: ProgramPlan, _ round: ProgramRound, budget: Int
  ) throws(AllocationFailure) -> ProgramTurn {
    let directory = task[reference: ProgramFrame.directory]
    var left = budget
    while next < plan.own.count {
      if left <= 0 { return .more }
      left -= 4
      let number = Int(plan.own[next])
      let object = task.load(directory, word: next)
      if let mistake = Self.mistake(
        number: number, isFound: !object.isNull, isAlive: round.alive.contains(number))
      {
        return .wrong(mistake)
      }
      if !object.isNull {
        alive += 1
        if !ProgramTypes.hasEdges(number, in: plan.snapshot),
          let mistake = Self.mistake(number: number, stamp: task.loadData(object, word: 0))
        {
          return .wrong(mistake)
        }
      }
      next += 1
    }
    return .done(count: alive)
  }

  // Each says what is wrong, or nil.

  static func mistake(number: Int, isFound: Bool, isAlive: Bool) -> String? {
    if isFound == isAlive { return nil }
    return isFound
      ? "object \(number) was found, which the file says cannot be reached"
      : "object \(number) was not found, which the file says can be reached"
  }

  static func mistake(number: Int, stamp: UInt64) -> String? {
    if stamp == Stamp.of(UInt64(number)) { return nil }
    return "object \(number) holds \(stamp) where its stamp was written"
  }

  static func mistake(number: Int, known: Reference, met: Reference) -> String? {
    if known == met { return nil }
    return "two ways to object \(number) lead to two objects"
  }

  static func mistake(slot: Int, of number: Int, isCut: Bool, isNull: Bool) -> String? {
    if isCut == isNull { return nil }
    return isCut
      ? "slot \(slot) of object \(number) was cleared and holds a reference"
      : "slot \(slot) of object \(number) is null, its edge was never cut"
  }
}
