// Row 11: marking a graph that lies on four nodes, with more and more edges between them.
//
// The peer is the same graph, part for part, on one node with as many mark workers as this machine
// has cores. What a remote edge costs on the wire is counted in this process: one collector marks
// its part, and every batch that it has for the others is encoded as it would be sent.

import Foundation
import GreyBasics
import GreyCollector
import GreyEvents
import GreyHeap
import GreyWire
import GreyWorkloads

enum CompareRemote {
  static let parts = 4
  static let shares = [0, 1, 10, 50]
  /// Of a graph that was cut with care: edges to another part lead near the same place.
  static let window = 1_024

  static func all(_ tools: CompareTools) -> [Measurement] {
    shares.map { speed($0, tools) }
      + [
        bytes("spread", window: 0, goal: nil), bytes("clustered", window: window, goal: .atMost(2)),
      ]
  }

  private static func speed(_ share: Int, _ tools: CompareTools) -> Measurement {
    let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
    return Measurement(
      [
        RowHeading(
          "11-mark-4-nodes-remote-\(share)%", "M objects/s",
          peer: "one node, \(cores) mark workers", goal: share == 10 ? .atLeast(0.5) : nil)
      ], tools: tools, peers: []
    ) { scale in
      let parameters = [
        "shape": "rand", "objects": "\(scale.objects)", "slots": "4", "parts": "\(parts)",
        "crossing": "\(share)", "cycles": "\(CompareMarking.cycles)",
      ]
      let four = try CompareMarking.mark(parameters, nodes: parts, workers: 1, tools)
      let one = try CompareMarking.mark(parameters, nodes: 1, workers: cores, tools)
      try confirm(four.checksum == one.checksum, "the graph on four nodes is another one")
      return [RoundSample(ours: four.rate, peer: one.rate)]
    }
  }

  private static func bytes(_ name: String, window: Int, goal: RatioGoal?) -> Measurement {
    Measurement([
      RowHeading("11-bytes-remote-10%-\(name)", "bytes/edge", goal: goal, isAbsolute: true)
    ]) { scale, _ in
      let plan = ShapePlan(
        .rand, objects: scale.objects / parts * parts, slots: 4, parts: parts, crossing: 10,
        window: window)
      return ComparedRounds { [RoundSample(ours: try RemotePart(plan).bytesPerEdge())] }
    }
  }
}

/// One part of a graph in a heap of its own, its edges to the others leading where those would have
/// their objects: each part is allocated in the same order, so they lie alike.
private final class RemotePart {
  private let collector: Collector
  private let marker: Marker
  private let members: [NodeID]
  private let root: UInt64
  private var crossing = 0

  init(_ plan: ShapePlan) throws {
    let types = try TypeTable()
    let type = try types.append(
      TypeDescription(
        name: "node", words: plan.slots, referenceWords: Array(0..<plan.slots)))
    members = (1...plan.parts).map { NodeID($0) }
    let room = max(1 << 24, plan.partObjects * plan.slots * 16)
    let heap = try Heap(
      configuration: HeapConfiguration(
        node: members[0], arenaBytes: (room + 0xFFFF) & ~0xFFFF), types: types)
    collector = Collector(heap: heap, rules: .all)
    marker = collector.makeMarker()
    let cache = heap.makeCache()
    var own: [UInt64] = []
    for _ in 0..<plan.partObjects { own.append(try cache.allocate(type: type).rawValue) }
    root = own[0]
    for object in 0..<plan.partObjects {
      let words = UnsafeMutableRawPointer(bitPattern: heap.view.address(of: own[object]))!
      for slot in 0..<plan.slots {
        let target = plan.target(place: object, object: object, slot: slot)!
        let (part, place) = target.quotientAndRemainder(dividingBy: plan.partObjects)
        let address = own[place] & 0x0000_FFFF_FFFF_FFFF
        if part != 0 { crossing += 1 }
        (words + slot * 8).relaxedWord = UInt64(members[part].rawValue) << 48 | address
      }
    }
  }

  func bytesPerEdge() throws -> Double {
    let epoch = Epoch(rawValue: 1)
    collector.arm(epoch: epoch, members: members)
    marker.shade(root)
    marker.publish()
    while !marker.drain(objects: 10_000).isDry {}
    var bytes = 0
    for member in members.dropFirst() {
      while true {
        let batch = collector.takeGrey(for: member, atMost: WireLimits.greyReferences)
        if batch.isEmpty { break }
        bytes += try PeerMessage.grey(epoch: epoch, batch).encoded().count
      }
    }
    collector.disarm()
    return Double(bytes) / Double(max(1, crossing))
  }
}
