// shapes: a graph of a known shape, built and collected again and again: what marking is measured
// on.
//
// The graph is cut into parts, part p on node p modulo the nodes of the run. First every node makes
// its objects and a table of references to them; then it reads the tables of the others, as far as
// edges lead there, and stores its edges; then the tables go, and what is left hangs from the roots
// of the parts, one global a node. The first task then asks for cycles, one after the other, and
// does nothing between them: what a cycle's mark phase took is in its figures.
//
// Why the check is right. The checksum is made of what was stored, and the programs that Greywave
// is compared with print that of theirs. Whether all of it was marked the figures of the cycles
// say: what can be reached from the roots is a number that the plan knows, too.

import GreyBasics
import GreyHeap
import GreyMutator

package struct Shapes: Workload {
  package static let name = "shapes"
  package static let summary =
    "A graph of a known shape, built and then collected: what marking is measured on"
  package static let parameters: [ParameterDescription] = [
    .choice(
      "shape", default: "rand", among: ShapeName.allCases.map(\.rawValue),
      help: "How objects refer to each other."),
    .integer("objects", default: 100_000, in: 8...16_000_000, help: "Objects of the graph."),
    .integer("slots", default: 4, in: 2...16, help: "References of an object, and its words."),
    .boolean("interior", default: false, help: "References lead into the middle of objects."),
    .integer("parts", default: 1, in: 1...64, help: "Parts of the graph: only of `rand` several."),
    .integer(
      "crossing", default: 0, in: 0...100, help: "Per cent of edges that lead to another part."),
    .integer(
      "window", default: 0, in: 0...16_000_000,
      help: "Objects that an edge to another part chooses from; 0: all of that part."),
    .integer("graph-seed", default: 1, in: 0...1_000_000, help: "Where its randomness starts."),
    .integer("cycles", default: 3, in: 1...1_000, help: "Cycles that are asked for."),
  ]
  package static let typeLimit = 2
  static let mostNodes = 8

  let plan: ShapePlan
  let cycles: Int

  package init(parameters: ParameterValues) throws(ParameterError) {
    let shape = ShapeName(rawValue: parameters.text("shape"))!
    let objects = parameters.integer("objects")
    let parts = parameters.integer("parts")
    if parts > 1, shape != .rand || objects % parts != 0 || objects / parts < 2 {
      throw .impossible(
        "only `rand` has parts, all of one size: \(objects) objects, \(parts) parts")
    }
    plan = ShapePlan(
      shape, objects: objects, slots: parameters.integer("slots"),
      interior: parameters.boolean("interior"), seed: UInt64(parameters.integer("graph-seed")),
      parts: parts, crossing: parts == 1 ? 0 : parameters.integer("crossing"),
      window: parameters.integer("window"))
    cycles = parameters.integer("cycles")
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    [
      try .of("shapes.table", words: 1, references: [0]),
      try .of("shapes.node", words: plan.slots, references: Array(0..<plan.slots)),
    ]
  }

  /// The table while it is built, then the roots.
  package var globals: Int { 1 }

  package var functions: [FunctionDescription] {
    [
      FunctionDescription(name: "main", layout: ShapeMain.layout) { ShapeMain(self) },
      FunctionDescription(name: "make", layout: ShapeMake.layout, results: 1) {
        [plan] in ShapeMake(plan)
      },
      FunctionDescription(
        name: "link", layout: ShapeLink.layout, arguments: Self.mostNodes, results: 2
      ) { [plan] in ShapeLink(plan) },
    ]
  }

  enum Function {
    static let make: FunctionIndex = 1
    static let link: FunctionIndex = 2
  }
}

/// Which objects are a node's.
struct ShapeShare {
  let plan: ShapePlan
  let node: Int
  let nodes: Int

  /// Those that hold parts.
  static func nodes(_ task: TaskContext, _ plan: ShapePlan) -> Int {
    min(task.nodes.count, plan.parts, Shapes.mostNodes)
  }

  var parts: Int { (plan.parts - node + nodes - 1) / nodes }
  var objects: Int { parts * plan.partObjects }

  /// The number of the object at some place of the node's table.
  func number(_ index: Int) -> Int {
    let (part, place) = index.quotientAndRemainder(dividingBy: plan.partObjects)
    return (part * nodes + node) * plan.partObjects + place
  }
}

/// Lets the nodes build one after the other, then collects.
private final class ShapeMain: TaskBody {
  static let tables = (0..<Shapes.mostNodes).map { Slot($0) }
  static let checksum = Slot(Shapes.mostNodes)
  static let crossing = Slot(Shapes.mostNodes + 1)
  static let layout = FrameLayout(
    slots: Shapes.mostNodes + 2, references: Array(0..<Shapes.mostNodes))

  private enum Stage { case make, made, link, linked, collect, end }
  private var stage = Stage.make
  private let workload: Shapes
  private var index = 0
  private var checksum: UInt64 = 0
  private var crossing = 0

  init(_ workload: Shapes) { self.workload = workload }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "shapes") { return failure }
    let nodes = ShapeShare.nodes(task, workload.plan)
    while true {
      switch stage {
      case .make:
        stage = .made
        return .wait(
          .call(
            on: task.nodes[index], Shapes.Function.make, arguments: [],
            results: [Self.tables[index]]))
      case .made:
        index += 1
        stage = index < nodes ? .make : .link
        if stage == .link { index = 0 }
      case .link:
        stage = .linked
        return .wait(
          .call(
            on: task.nodes[index], Shapes.Function.link, arguments: Self.tables,
            results: [Self.checksum, Self.crossing]))
      case .linked:
        checksum &+= task[data: Self.checksum]
        crossing += task[integer: Self.crossing]
        index += 1
        stage = index < nodes ? .link : .collect
        if stage == .collect {
          for slot in Self.tables { task[reference: slot] = .null }
          index = 0
          task.output("built\n")
        }
      case .collect:
        index += 1
        if index == workload.cycles { stage = .end }
        return .wait(.collect)
      case .end:
        let result: ResultObject = [
          "objects": .integer(workload.plan.objects), "checksum": .text("\(checksum)"),
          "crossing_edges": .integer(crossing),
        ]
        task.finish(ok: true, result: result.json)
        return .done
      }
    }
  }
}

/// Makes a node's objects and its table of them.
private final class ShapeMake: TaskBody {
  static let table: Slot = 0
  static let layout = FrameLayout(slots: 1, references: [0])
  private let plan: ShapePlan
  private var next = 0

  init(_ plan: ShapePlan) { self.plan = plan }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "making objects") { return failure }
    let share = ShapeShare(
      plan: plan, node: task.nodeIndex, nodes: ShapeShare.nodes(task, plan))
    do throws(AllocationFailure) {
      if task[reference: Self.table].isNull {
        try task.allocate(type: task.type(0), count: share.objects, into: Self.table)
      }
      let shape = try task.shape(task.type(1))
      let table = task[reference: Self.table]
      var left = budget
      while left > 0, next < share.objects {
        left -= 5
        task.store(try task.allocate(shape), to: table, word: next)
        next += 1
      }
    } catch {
      return task.waitForMemory(error)
    }
    return next == share.objects ? .done(results: [Self.table]) : .more
  }
}
