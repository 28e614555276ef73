// chain: one list whose cells lie on the run's nodes in turn; built, walked and checked.

import GreyBasics
import GreyHeap
import GreyMutator

@testable import GreyWorkloads

package struct Chain: Workload {
  package static let name = "chain"
  package static let summary = "A list with its cells on all nodes in turn, built and walked"
  package static let parameters: [ParameterDescription] = [
    .integer("cells", default: 1_000, in: 1...1_000_000, help: "Length of the list.")
  ]
  package static let typeLimit = 1
  let cells: Int

  package init(parameters: ParameterValues) throws(ParameterError) {
    cells = parameters.integer("cells")
  }

  /// Word 0 of a cell is the reference to the next one, word 1 its number.
  package func types() throws(WorkloadError) -> [TypeDescription] {
    [try .of("chain.cell", words: 2, references: [0])]
  }
  package var globals: Int { 0 }
  package var functions: [FunctionDescription] {
    [FunctionDescription(name: "main", layout: ChainMain.layout) { [cells] in ChainMain(cells) }]
  }
}

private final class ChainMain: TaskBody {
  static let head: Slot = 0
  static let cell: Slot = 1
  static let number: Slot = 2
  static let layout = FrameLayout(slots: 3, references: [0, 1])

  private enum Stage { case allocate, link, count, push, read, check }
  private var stage = Stage.allocate
  private let cells: Int
  private var done = 0

  init(_ cells: Int) { self.cells = cells }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "\(stage) of chain") { return failure }
    for _ in 0..<64 {
      switch stage {
      case .allocate:
        stage = .link
        let node = task.nodes[done % task.nodes.count]
        return .wait(.allocate(on: node, type: task.type(0), count: 1, into: Self.cell))
      case .link:
        stage = .count
        if let write = task.write(object: Self.cell, word: 0, from: Self.head) {
          return .wait(write)
        }
      case .count:
        stage = .push
        task[integer: Self.number] = done
        if let write = task.write(object: Self.cell, word: 1, from: Self.number) {
          return .wait(write)
        }
      case .push:
        task[reference: Self.head] = task[reference: Self.cell]
        done += 1
        stage = done < cells ? .allocate : .read
      case .read:
        if task[reference: Self.head].isNull {
          task.finish(ok: true, result: "{\"cells\":\(cells)}")
          return .done
        }
        stage = .check
        if let read = task.read(object: Self.head, word: 0, into: [Self.cell, Self.number]) {
          return .wait(read)
        }
      case .check:
        done -= 1
        guard task[integer: Self.number] == done else {
          return task.wrong("cell \(done) says that it is cell \(task[integer: Self.number])")
        }
        task[reference: Self.head] = task[reference: Self.cell]
        stage = .read
      }
    }
    return .more
  }
}
