// References that travel between the nodes of `heap-snapshot`, some dozens in a call.
//
// A call has a fixed number of arguments, so a batch has a fixed number of places, each for the
// number of an object in the file and a reference to it; places at its end may be empty.

import GreyBasics
import GreyHeap
import GreyMutator

enum ProgramBatch {
  static let size = 32
  /// Where no object is.
  static let empty = UInt64.max

  static let numbers = (0..<size).map { Slot($0) }
  static let references = (size..<2 * size).map { Slot($0) }
  static let layout = FrameLayout(slots: 2 * size, references: Array(size..<2 * size))

  /// The next batch of `foreign`: at most `size` places from `next` on that `isWanted`, all of one
  /// owner, and where to look on.
  static func next(
    _ plan: ProgramPlan, from next: Int, budget: inout Int, where isWanted: (Int) -> Bool
  ) -> (places: [Int], next: Int) {
    var places: [Int] = []
    var index = next
    while index < plan.foreign.count, places.count < size, budget > 0 {
      budget -= 2
      if isWanted(index) {
        let owner = plan.owner[Int(plan.foreign[index])]
        if let first = places.first, plan.owner[Int(plan.foreign[first])] != owner { break }
        places.append(index)
      }
      index += 1
    }
    return (places, index)
  }

  /// The numbers of a batch, into the frame of a phase; returns the node that owns all of them.
  static func fill(_ places: [Int], _ task: TaskContext, _ plan: ProgramPlan) -> NodeID {
    for (index, slot) in ProgramFrame.numbers.enumerated() {
      task[data: slot] = index < places.count ? UInt64(plan.foreign[places[index]]) : empty
    }
    return task.nodes[Int(plan.owner[Int(plan.foreign[places[0]])])]
  }
}

/// Called by a node whose edges lead here: which references have these objects?
final class ProgramLookUp: TaskBody {
  private let image: ProgramImage
  init(_ image: ProgramImage) { self.image = image }

  func step(_ task: TaskContext, budget: Int) -> Step {
    do throws(WorkloadError) {
      guard let plan = try image.plan(task, budget: budget) else { return .more }
      let directory = task.loadGlobal(ProgramTables.directory)
      for (number, reference) in zip(ProgramBatch.numbers, ProgramBatch.references)
      where task[data: number] != ProgramBatch.empty {
        let place = plan.place[task[integer: number]]
        task[reference: reference] = task.load(directory, word: Int(place))
      }
      return .done(results: ProgramBatch.references)
    } catch {
      return .failed(TaskFailure("\(error)"))
    }
  }
}

/// Called by a node whose walk has met objects of this one.
final class ProgramArrival: TaskBody {
  private let image: ProgramImage
  init(_ image: ProgramImage) { self.image = image }

  func step(_ task: TaskContext, budget: Int) -> Step {
    do throws(WorkloadError) {
      guard let plan = try image.plan(task, budget: budget) else { return .more }
      let directory = task.loadGlobal(ProgramTables.directory)
      for (number, reference) in zip(ProgramBatch.numbers, ProgramBatch.references)
      where task[data: number] != ProgramBatch.empty {
        let object = task[integer: number]
        let place = Int(plan.place[object])
        let known = task.load(directory, word: place)
        if known.isNull {
          task.store(task[reference: reference], to: directory, word: place)
        } else if let mistake = ProgramCheck.mistake(
          number: object, known: known, met: task[reference: reference])
        {
          return task.wrong(mistake)
        }
      }
      return .done
    } catch {
      return .failed(TaskFailure("\(error)"))
    }
  }
}
