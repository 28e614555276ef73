// Rows 4 to 7: objects marked a second, mark phase against mark phase.
//
// Ours is the mark phase of cycles of a node that holds the graph (`shapes`), from the end of stop
// 1 to the candidate that ends it, with all that a cluster's cycle has in it; Go's the concurrent
// mark phase in its own trace, with as many processors as we have mark workers; the ideal marker is
// a loop over flat mark bytes that does nothing else. Boehm's is a whole collection with the world
// stopped.

import GreyBasics
import GreyEvents
import GreyWorkloads

enum CompareMarking {
  struct Graph: Hashable, Sendable {
    let shape: ShapeName
    let slots: Int
    let interior: Bool

    var name: String { "mark-\(shape.rawValue)-\(slots)" + (interior ? "-interior" : "") }

    func arguments(_ objects: Int) -> [String] {
      [shape.rawValue, "\(objects)", "\(slots)", "1", interior ? "1" : "0"]
    }
    func parameters(_ objects: Int, cycles: Int) -> [String: String] {
      [
        "shape": shape.rawValue, "objects": "\(objects)", "slots": "\(slots)",
        "interior": "\(interior)", "cycles": "\(cycles)",
      ]
    }
  }

  /// Of one measurement; the first warms up.
  static let cycles = 6

  static func all(_ tools: CompareTools) -> [Measurement] {
    let graphs = [false, true].flatMap { interior in
      [4, 2].flatMap { slots in
        ShapeName.allCases.map { Graph(shape: $0, slots: slots, interior: interior) }
      }
    }
    return graphs.map { measurement($0, tools) } + [twoWorkers(tools)]
  }

  /// The row of the shape, the least ratio to Go and to the ideal marker.
  private static func goals(_ shape: ShapeName) -> (row: Int, go: RatioGoal, ideal: RatioGoal?) {
    switch shape {
    case .rand, .perm: (4, .atLeast(4), .atLeast(0.8))
    case .seq: (5, .atLeast(4), .atLeast(0.6))
    case .tree: (5, .atLeast(1.5), .atLeast(0.6))
    case .list: (6, .atLeast(1), nil)
    }
  }

  private static func measurement(_ graph: Graph, _ tools: CompareTools) -> Measurement {
    let goals = goals(graph.shape)
    let name = "\(goals.row)-\(graph.name)"
    let unit = "M objects/s"
    return Measurement(
      [
        RowHeading("\(name)-go", unit, peer: "Go, 1 processor", goal: goals.go),
        RowHeading("\(name)-ideal", unit, peer: "ideal marker in C", goal: goals.ideal),
        RowHeading("\(name)-boehm", unit, peer: "Boehm GC, stopped"),
      ], tools: tools, peers: [.go, .ideal, .boehm]
    ) { scale in
      let ours = try mark(graph, scale.objects, workers: 1, tools)
      let words = graph.arguments(scale.objects) + ["\(cycles - 1)"]
      let go = try tools.peers.run(
        .go, ["mark"] + words, environment: ["GOMAXPROCS": "1", "GODEBUG": "gctrace=1"])
      let ideal = try tools.peers.run(.ideal, words)
      let boehm = try tools.peers.run(.boehm, ["mark"] + words)
      for output in [go, ideal, boehm] {
        let checksum = output?.text("checksum") ?? ours.checksum
        try confirm(
          checksum == ours.checksum,
          "the graphs differ: \(graph.name) is \(ours.checksum) here and \(checksum) there")
      }
      if let reached = ideal?.figure("reached") {
        // A few objects more are the run's own.
        let isRight = (reached...reached + 100).contains(ours.objects)
        try confirm(isRight, "\(ours.objects) objects were marked, \(reached) can be reached")
      }
      func rate(_ times: [Double]?) -> Double? { times?.median.map { ours.objects / $0 / 1e3 } }
      return [go?.goMarkPhases, ideal?.figures("mark_ms"), boehm?.figures("mark_ms")].map {
        RoundSample(ours: ours.rate, peer: rate($0))
      }
    }
  }

  private static func twoWorkers(_ tools: CompareTools) -> Measurement {
    Measurement(
      [
        RowHeading(
          "7-mark-rand-4-two-workers", "M objects/s", peer: "one mark worker",
          goal: .atLeast(1.3))
      ], tools: tools, peers: []
    ) { scale in
      let graph = Graph(shape: .rand, slots: 4, interior: false)
      let two = try mark(graph, scale.objects, workers: 2, tools)
      let one = try mark(graph, scale.objects, workers: 1, tools)
      return [RoundSample(ours: two.rate, peer: one.rate)]
    }
  }

  struct Marked {
    let objects: Double
    /// Millions a second.
    let rate: Double
    let checksum: String
  }

  private static func mark(
    _ graph: Graph, _ objects: Int, workers: Int, _ tools: CompareTools
  ) throws -> Marked {
    try mark(
      graph.parameters(objects, cycles: cycles), nodes: 1, workers: workers, tools)
  }

  /// Builds a graph on a cluster of its own and has it collected.
  static func mark(
    _ parameters: [String: String], nodes: Int, workers: Int, _ tools: CompareTools
  ) throws -> Marked {
    try tools.withCluster(
      nodes: nodes, options: ["GOGC=off", "GOMEMLIMIT=16GiB", "mark_workers=\(workers)"]
    ) { cluster in
      let run = try cluster.run("shapes", parameters)
      guard let checksum = run.result.result["checksum"]?.text else {
        throw CommandFailure(.checkFailed, "bench: `shapes` told no checksum")
      }
      let cycles = run.cycles.dropFirst()
      let objects = cycles.map { Double($0.objectsMarked) }.median
      let time = cycles.map { Double(max(1, $0.markUs)) }.median
      guard let objects, let time else {
        throw CommandFailure(.checkFailed, "bench: no cycle of `shapes` was told of")
      }
      return Marked(objects: objects, rate: objects / time, checksum: checksum)
    }
  }
}
