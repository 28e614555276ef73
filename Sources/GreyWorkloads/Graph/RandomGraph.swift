// graph: a random graph over all nodes that never stops changing.
//
// Every node has a table of anchors (its global), each the way to one vertex. A mutator task on
// every node repeats, with a random choice each time:
//   create   a new vertex takes the place of the oldest anchor of the node
//   link     an edge of a local anchor is led to another vertex; with the given share that is one
//            of another node, asked for by a call
//   walk     from a local anchor along random edges, reading every vertex on the way, wherever it
//            is; in the end one edge of the last one is written, wherever that is
//   forget   an edge of a local anchor is set to null
//
// So there are reads, writes and stores of null, local and remote, and vertices are dropped alone,
// in heaps and in cycles through any number of nodes.
//
// Why it does not grow without end. Each vertex has the number of a *cohort*, and only vertices of
// one cohort are linked. A node begins a new cohort when it has replaced all of its anchors, or
// when it meets a vertex of a later one (as with Lamport's clocks, so no node stays behind). A
// vertex is an anchor for as long as it takes to replace them all; hence all of a cohort are
// garbage soon after it ended, with every cycle among them, and at most three are alive.
//
// Why the check is right. A vertex carries its node, its serial number and cohort in two words and
// a stamp of them in a third. Whenever one is read, the stamp must be right and the reference must
// lead to that node: a vertex freed while it could be reached is found out as soon as its memory
// holds anything else. An edge must lead to a vertex of the same cohort.

import GreyBasics
import GreyHeap
import GreyMutator

package struct RandomGraph: Workload {
  package static let name = "graph"
  package static let summary =
    "A random graph over all nodes under continuous mutation, every vertex checked when read"
  package static let parameters: [ParameterDescription] = [
    .integer(
      "operations", default: 30_000, in: 1...1_000_000_000, help: "Operations of each node."),
    .integer("anchors", default: 1_000, in: 1...10_000_000, help: "Vertices that a node holds."),
    .integer("degree", default: 4, in: 1...256, help: "Edges of a vertex at most."),
    .integer(
      "remote", default: 20, in: 0...100, help: "Percent of new edges that lead to other nodes."),
    .integer(
      "payload", default: 200, in: 0...100_000, help: "Words of 8 bytes in a vertex beside those."),
    .integer("walk", default: 6, in: 1...10_000, help: "Vertices of a walk at most."),
  ]
  package static let typeLimit = 2

  let operations: Int
  let anchors: Int
  let degree: Int
  let remote: Int
  let payload: Int
  let walk: Int

  package init(parameters: ParameterValues) throws(ParameterError) {
    operations = parameters.integer("operations")
    anchors = parameters.integer("anchors")
    degree = parameters.integer("degree")
    remote = parameters.integer("remote")
    payload = parameters.integer("payload")
    walk = parameters.integer("walk")
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    [
      try .of("graph.anchors", words: 1, references: [0]),
      try .of(
        "graph.vertex", words: Vertex.firstEdge + degree + payload,
        references: Array(Vertex.firstEdge..<Vertex.firstEdge + degree)),
    ]
  }

  /// The node's anchors.
  package var globals: Int { 1 }

  package var functions: [FunctionDescription] {
    [
      FunctionDescription(name: "main", layout: GraphMain.layout) { GraphMain() },
      FunctionDescription(name: "prepare", layout: GraphPrepare.layout) {
        [anchors] in GraphPrepare(anchors: anchors)
      },
      FunctionDescription(name: "mutate", layout: GraphMutator.layout, arguments: 1) {
        GraphMutator(self)
      },
      FunctionDescription(name: "pick", layout: GraphPick.layout, results: 1) {
        [anchors] in GraphPick(anchors: anchors)
      },
    ]
  }

  enum Function {
    static let prepare: FunctionIndex = 1
    static let mutate: FunctionIndex = 2
    static let pick: FunctionIndex = 3
  }

  enum Vertex {
    static let serial = 0
    static let cohort = 1
    static let stamp = 2
    static let firstEdge = 3
  }

  /// A serial number that says which node it is of.
  static func serial(node: NodeID, _ number: Int) -> UInt64 {
    UInt64(node.rawValue) << 48 | UInt64(number)
  }

  /// What is wrong with the words of a vertex on `node`; nil when it is a whole one.
  static func mistake(
    on node: NodeID, found: (serial: UInt64, cohort: UInt64, stamp: UInt64)
  ) -> String? {
    if found.stamp != Stamp.of(found.serial, found.cohort) {
      return "a vertex that says it is number \(found.serial) of cohort \(found.cohort) carries "
        + "the stamp \(found.stamp)"
    }
    if found.serial >> 48 != UInt64(node.rawValue) {
      return "a vertex on \(node) says that it was made on node \(found.serial >> 48)"
    }
    return nil
  }

  /// What is wrong with an edge between cohorts.
  static func mistake(edgeFrom cohort: UInt64, to other: UInt64) -> String? {
    if cohort == other { return nil }
    return "an edge leads from cohort \(cohort) to cohort \(other)"
  }
}

/// Prepares the nodes, starts the mutators and adds up what they did.
final class GraphMain: TaskBody {
  static let home: Slot = 0
  static let started: Slot = 1
  static let operations: Slot = 2
  static let vertices: Slot = 3
  static let edges: Slot = 4
  static let remoteEdges: Slot = 5
  static let checks: Slot = 6
  static let layout = FrameLayout(slots: 7)

  private var prepared = 0
  private var mutators = FanOut(
    RandomGraph.Function.mutate, arguments: [home], address: started,
    report: [operations, vertices, edges, remoteEdges, checks])
  private var sums = (operations: 0, vertices: 0, edges: 0, remoteEdges: 0, checks: 0)

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "graph") { return failure }
    task[data: Self.home] = task.address.rawValue
    if prepared < task.nodes.count {
      prepared += 1
      return .wait(
        .call(
          on: task.nodes[prepared - 1], RandomGraph.Function.prepare, arguments: [], results: []))
    }
    while true {
      switch mutators.next(task) {
      case .wait(let operation): return .wait(operation)
      case .report:
        sums.operations += task[integer: Self.operations]
        sums.vertices += task[integer: Self.vertices]
        sums.edges += task[integer: Self.edges]
        sums.remoteEdges += task[integer: Self.remoteEdges]
        sums.checks += task[integer: Self.checks]
      case .finished:
        let result: ResultObject = [
          "operations": .integer(sums.operations), "vertices": .integer(sums.vertices),
          "edges": .integer(sums.edges), "remote_edges": .integer(sums.remoteEdges),
          "checks": .integer(sums.checks),
        ]
        task.finish(ok: true, result: result.json)
        return .done
      }
    }
  }
}

/// Makes the node's anchors.
final class GraphPrepare: TaskBody {
  static let table: Slot = 0
  static let layout = FrameLayout(slots: 1, references: [0])
  private let anchors: Int

  init(anchors: Int) { self.anchors = anchors }

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "making anchors") { return failure }
    do throws(AllocationFailure) {
      try task.allocate(type: task.type(0), count: anchors, into: Self.table)
    } catch {
      return task.waitForMemory(error)
    }
    task.storeGlobal(Self.table, at: 0)
    return .done
  }
}

/// One of the node's vertices, for a mutator of another one; null where none has been made yet.
final class GraphPick: TaskBody {
  static let vertex: Slot = 0
  static let layout = FrameLayout(slots: 1, references: [0])
  private let anchors: Int

  init(anchors: Int) { self.anchors = anchors }

  func step(_ task: TaskContext, budget: Int) -> Step {
    task[reference: Self.vertex] = task.load(
      task.loadGlobal(0), word: task.random.below(anchors))
    return .done(results: [Self.vertex])
  }
}
