// Objects marked a second by one marker, beside the ideal one on the same objects.

import GreyBasics
import GreyCollector
import GreyHeap

enum MarkBench {
  static var all: [Measurement] {
    GraphShape.allCases.map { shape in
      Measurement([
        RowHeading(
          "mark-\(shape.rawValue)", "M objects/s", peer: "ideal marker", goal: .atLeast(0.5))
      ]) { scale, _ in try MarkRounds(shape, objects: scale.objects) }
    }
  }
}

private final class MarkRounds: BenchRounds {
  private let graph: MarkGraph
  private let collector: Collector
  private let marker: Marker
  private let ideal: IdealMarker
  private var epoch = Epoch.zero

  init(_ shape: GraphShape, objects: Int) throws {
    graph = try MarkGraph(shape, objects: objects, seed: 1)
    collector = Collector(heap: graph.heap, rules: .all)
    marker = collector.makeMarker()
    ideal = IdealMarker(extent: graph.extent)
  }

  func round() throws -> [RoundSample] {
    epoch = epoch.next
    collector.arm(epoch: epoch, members: [graph.heap.node])
    let ours = BenchClock.nanoseconds {
      marker.shade(graph.root)
      marker.publish()
      while !marker.drain(objects: 10_000).isDry {}
    }
    try confirm(collector.isQuiescent, "grey objects are left")
    let marked = collector.totals.objectsMarked
    collector.disarm()
    graph.heap.clearMarks()

    ideal.clear()
    var reached = 0
    let peer = BenchClock.nanoseconds {
      reached = ideal.mark(from: graph.root, view: graph.heap.view)
    }
    try confirm(marked == reached, "\(marked) objects were marked of \(reached)")
    return [RoundSample(ours: Double(marked) / ours * 1e3, peer: Double(reached) / peer * 1e3)]
  }
}
