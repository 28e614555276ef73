// How many of the program's objects there still are, whether or not anything leads to them.
//
// Between the collection and the new tables nothing of the program runs, so the heap's own count is
// exact, but for two things that make it too high: a reference may still be in the transit table of
// a message whose acknowledgement was late, and the heap counts while others allocate. Both are
// over in a cycle's time. So a number that is too high is counted again after another collection,
// and only if that happens again and again, something was not freed that should have been.

import GreyBasics
import GreyHeap
import GreyMutator

struct ProgramCensus: ProgramWork {
  /// Collections after which the number must be right.
  static let patience = 4

  private var census: HeapCensus?

  mutating func work(
    _ task: TaskContext, _ plan: ProgramPlan, _ round: ProgramRound, budget: Int
  ) throws(AllocationFailure) -> ProgramTurn {
    var counting = census ?? task.census(ofTypesFrom: ProgramTypes.own)
    let isDone = task.count(&counting, budget: budget)
    census = counting
    return isDone ? .done(count: counting.objects) : .more
  }

  enum Verdict: Equatable {
    case right
    case again
    case wrong(String)
  }

  /// After so many collections.
  static func judge(counted: Int, expected: Int, collections: Int) -> Verdict {
    if counted == expected { return .right }
    if counted < expected {
      return .wrong(
        "\(expected - counted) objects were freed that the file says can be reached: \(counted) "
          + "are there, not \(expected)")
    }
    if collections < patience { return .again }
    return .wrong(
      "\(counted - expected) objects are still there after \(collections) collections, which the "
        + "file says cannot be reached: \(counted), not \(expected)")
  }
}
