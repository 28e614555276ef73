// What `heap snapshot` answers.

import GreyBasics
import GreyEvents
import GreyWorkloads

package struct SnapshotResult: ControlResult {
  package static let schema = "greywave.snapshot/1"

  package struct Kind: Codable, Hashable, Sendable {
    package var type: String
    package var objects: Int
  }
  /// The share of one node.
  package struct Part: Codable, Hashable, Sendable {
    package var objects: Int
    package var bytes: Int
  }

  package var file: String
  package var objects: Int
  /// Strong ones: those that are built.
  package var edges: Int
  package var weakEdges: Int
  /// As it is built: sizes rounded up, a slot for each edge.
  package var bytes: Int
  package var reachableObjects: Int
  package var reachableBytes: Int
  /// How many types there are, and the most frequent ones.
  package var types: Int
  package var mostFrequent: [Kind]
  package var partition: String
  package var parts: [Part]
  /// Edges that lead from one part to another.
  package var cutEdges: Int
  package var elapsedUs: Int
  /// Resident memory that reading took at its highest point; absent where it cannot be known.
  package var peakBytes: Int?

  enum CodingKeys: String, CodingKey {
    case file, objects, edges, bytes, types, partition, parts
    case weakEdges = "weak_edges_dropped"
    case reachableObjects = "reachable_objects"
    case reachableBytes = "reachable_bytes"
    case mostFrequent = "most_frequent"
    case cutEdges = "cut_edges"
    case elapsedUs = "elapsed_us"
    case peakBytes = "peak_bytes"
  }

  package init(
    _ file: String, _ heap: HeapSnapshot, _ partitioning: SnapshotPartitioning, parts: Int,
    elapsed: Duration, peakBytes: Int?
  ) {
    self.file = file
    objects = heap.objectCount
    edges = heap.edgeCount
    weakEdges = heap.weakEdges
    bytes = heap.totalWords * 8
    let reachable = heap.reachable()
    reachableObjects = reachable.count
    reachableBytes = heap.words(of: reachable) * 8
    types = heap.types.count
    // Equal counts by name, so that the same file gives the same answer.
    let byCount = heap.types.sorted {
      ($1.objects, $0.description) < ($0.objects, $1.description)
    }
    mostFrequent = byCount.prefix(8).map { Kind(type: $0.description, objects: $0.objects) }
    let division = heap.partition(partitioning, parts: parts)
    partition = partitioning.rawValue
    self.parts = zip(division.objects, division.words).map { Part(objects: $0, bytes: $1 * 8) }
    cutEdges = division.cutEdges
    elapsedUs = Int(elapsed.microseconds)
    self.peakBytes = peakBytes
  }
}
