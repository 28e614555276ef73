// list-across: doubly linked lists whose neighbours always lie on different nodes.
//
// Each node owns one list: element i lies i nodes further on. The list is built, read and cut by
// its owner alone, one remote operation after the other: allocate there, write there, read there.
// One round is:
//   1. append elements until the list has its full length;
//   2. walk from the first to the last, and back to the first;
//   3. cut it in the middle and drop one half, the front one and the back one in turn.
//
// A dropped half is a chain of two-element cycles, each across two nodes, and its end at the cut
// still points to a living element, which must not keep it alive; nor may it take that one along.
//
// Why the check is right. Elements are numbered in the order of their making, and carry their list
// and their number. Walking forwards, each element's number must be its predecessor's plus one, and
// its `previous` the very reference from which the walk came; backwards the same the other way
// round. So both directions of every link of every living element are read in every round, and the
// walks must end after exactly as many elements as the owner has counted.

import GreyBasics
import GreyHeap
import GreyMutator

package struct ListAcross: Workload {
  package static let name = "list-across"
  package static let summary =
    "Doubly linked lists with neighbours on different nodes: walked both ways, halves dropped"
  package static let parameters: [ParameterDescription] = [
    .integer("length", default: 300, in: 4...1_000_000, help: "Elements of a full list."),
    .integer("rounds", default: 5, in: 1...1_000_000, help: "Times that it is cut in half."),
    .integer(
      "words", default: 1_500, in: 0...100_000,
      help: "Words of 8 bytes in an element beside its links and numbers, so that there is garbage."
    ),
  ]
  package static let typeLimit = 1

  let length: Int
  let rounds: Int
  let words: Int

  package init(parameters: ParameterValues) throws(ParameterError) {
    length = parameters.integer("length")
    rounds = parameters.integer("rounds")
    words = parameters.integer("words")
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    let links = [Element.previous, Element.next]
    return [try .of("list-across.element", words: 4 + words, references: links)]
  }

  package var globals: Int { 0 }

  package var functions: [FunctionDescription] {
    [
      FunctionDescription(name: "main", layout: Main.layout) { Main() },
      FunctionDescription(name: "list", layout: ListOwner.layout, arguments: 1) {
        ListOwner(length: self.length, rounds: self.rounds)
      },
    ]
  }

  static let list: FunctionIndex = 1

  enum Element {
    static let previous = 0
    static let next = 1
    static let list = 2
    static let number = 3
  }

  /// What an element says of itself.
  struct Reading: Equatable {
    var list: UInt64
    var number: UInt64
    /// The neighbour on the side from which the walk comes.
    var behind: Reference
  }

  static func mistake(_ found: Reading, expected: Reading) -> String? {
    if found.list != expected.list || found.number != expected.number {
      return "element \(expected.number) of list \(expected.list) says that it is element "
        + "\(found.number) of list \(found.list)"
    }
    if found.behind != expected.behind {
      return "element \(expected.number) of list \(expected.list) does not point back to the "
        + "element from which the walk came"
    }
    return nil
  }
}

/// Starts a list on every node and adds up what was done with them.
private final class Main: TaskBody {
  static let home: Slot = 0
  static let started: Slot = 1
  static let made: Slot = 2
  static let dropped: Slot = 3
  static let reads: Slot = 4
  static let layout = FrameLayout(slots: 5)

  private var owners = FanOut(
    ListAcross.list, arguments: [home], address: started, report: [made, dropped, reads])
  private var sums = (made: 0, dropped: 0, reads: 0)

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "list-across") { return failure }
    task[data: Self.home] = task.address.rawValue
    while true {
      switch owners.next(task) {
      case .wait(let operation): return .wait(operation)
      case .report:
        sums.made += task[integer: Self.made]
        sums.dropped += task[integer: Self.dropped]
        sums.reads += task[integer: Self.reads]
      case .finished:
        let result: ResultObject = [
          "elements_made": .integer(sums.made), "elements_dropped": .integer(sums.dropped),
          "elements_checked": .integer(sums.reads),
        ]
        task.finish(ok: true, result: result.json)
        return .done
      }
    }
  }
}
