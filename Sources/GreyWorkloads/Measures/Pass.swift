// pass: references that one node gets from another, and what happens to their objects once dropped.
//
// The last node of the run makes objects and a table of them. The first one reads the table, a
// batch of references in a message, and keeps them in a table of its own; then the owner's table
// goes, and only the other node's references keep the objects. A cycle later all must be there.
// Then the first node drops its table too and asks for one cycle, which must free every one of
// them. With `cyclic` each object and one of the first node's refer to each other, so that what is
// dropped are cycles through two processes.
//
// Why the check is right. Each object carries a stamp of its number; some are read through the
// references that were passed, after the cycle that could have freed them. Whether they are there,
// and whether they are gone after the drop, the owner's heap counts by type (`HeapCensus`): as many
// as were made, and none.

import GreyBasics
import GreyHeap
import GreyMutator

package struct Pass: Workload {
  package static let name = "pass"
  package static let summary =
    "References that one node gets from another in batches; dropped, their objects go in one cycle"
  package static let parameters: [ParameterDescription] = [
    .integer("objects", default: 2_000, in: 1...1_000_000, help: "Objects on the last node."),
    .integer("batch", default: 100, in: 1...1_000_000, help: "References in one message at most."),
    .boolean("cyclic", default: false, help: "Each object is on a cycle through both nodes."),
  ]
  package static let typeLimit = 3

  let objects: Int
  let batch: Int
  let cyclic: Bool

  package init(parameters: ParameterValues) throws(ParameterError) {
    objects = parameters.integer("objects")
    batch = min(objects, parameters.integer("batch"))
    cyclic = parameters.boolean("cyclic")
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    [
      try .of("pass.table", words: 1, references: [0]),
      try .of("pass.partner", words: 1, references: [0]),
      try .of("pass.thing", words: 2, references: [Thing.partner]),
    ]
  }

  /// The table of the node that makes the objects.
  package var globals: Int { 1 }

  package var functions: [FunctionDescription] {
    [
      FunctionDescription(name: "main", layout: PassMain.layout(batch: batch)) { PassMain(self) },
      FunctionDescription(name: "make", layout: PassMake.layout, results: 1) {
        [objects] in PassMake(objects: objects)
      },
      FunctionDescription(name: "forget", layout: PassForget.layout) { PassForget() },
      FunctionDescription(name: "count", layout: PassCount.layout, results: 1) { PassCount() },
    ]
  }

  enum Function {
    static let make: FunctionIndex = 1
    static let forget: FunctionIndex = 2
    static let count: FunctionIndex = 3
  }

  enum Thing {
    static let partner = 0
    static let stamp = 1
  }
}

/// Makes the objects and gives away a reference to their table.
final class PassMake: TaskBody {
  static let table: Slot = 0
  static let layout = FrameLayout(slots: 1, references: [0])
  private let objects: Int
  private var next = 0

  init(objects: Int) { self.objects = objects }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "making objects") { return failure }
    do throws(AllocationFailure) {
      if task[reference: Self.table].isNull {
        try task.allocate(type: task.type(0), count: objects, into: Self.table)
      }
      let shape = try task.shape(task.type(2))
      var left = budget
      while next < objects, left > 0 {
        left -= 8
        let thing = try task.allocate(shape)
        task.store(data: Stamp.of(UInt64(next)), to: thing, word: Pass.Thing.stamp)
        task.store(thing, to: task[reference: Self.table], word: next)
        next += 1
      }
    } catch {
      return task.waitForMemory(error)
    }
    if next < objects { return .more }
    task.storeGlobal(Self.table, at: 0)
    return .done(results: [Self.table])
  }
}

/// The owner keeps nothing any more.
final class PassForget: TaskBody {
  static let layout = FrameLayout(slots: 0)
  func step(_ task: TaskContext, budget: Int) -> Step {
    task.storeGlobal(.null, at: 0)
    return .done
  }
}

/// How many of the objects the owner's heap has.
final class PassCount: TaskBody {
  static let count: Slot = 0
  static let layout = FrameLayout(slots: 1)
  private var census: HeapCensus?

  func step(_ task: TaskContext, budget: Int) -> Step {
    var census = self.census ?? task.census(ofTypesFrom: 2)
    let isDone = task.count(&census, budget: budget)
    self.census = census
    task[integer: Self.count] = census.objects
    return isDone ? .done(results: [Self.count]) : .more
  }
}
