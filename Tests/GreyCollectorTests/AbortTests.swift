// An epoch may be given up at any moment; the next one must not notice.

import GreyBasics
import GreyHeap
import Testing

@testable import GreyCollector

@Suite struct AbortTests {
  @Test(arguments: 0..<10)
  func afterAnAbortAtAnyPointTheNextEpochMarksExactlyWhatIsReachable(block: UInt64) throws {
    let node = try TestNode()
    for seed in block * 10..<block * 10 + 10 {
      var rng = SplitMix(seed: seed)
      let graph = try RandomGraph(node, &rng, size: 60, remoteNodes: [2])
      let markers = (0..<2).map { _ in node.collector.makeMarker() }
      for _ in 0..<1 + rng.below(3) {
        node.arm(members: [1, 2])
        for root in graph.roots where rng.chance(2, in: 3) { markers[0].shade(root) }
        if rng.chance(1, in: 2) { markers[0].publish() }
        _ = node.collector.receiveGrey(
          from: NodeID(2), GreyBatch(references: [graph.objects[0].rawValue]))
        for _ in 0..<rng.below(20) { _ = markers[rng.below(2)].drain(objects: 1 + rng.below(20)) }
        let holder = graph.objects.first {
          node.heap.object(containing: $0.address)!.type.rawValue == 3
        }
        if let holder {
          let slot = node.slot(holder, 0)
          node.buffer.store(slot.relaxedWord, to: slot)
        }
        node.collector.abort()
        #expect(node.collector.armedEpoch == .zero)
        #expect(!node.collector.isQuiescent)
        // What happens between is of no epoch.
        markers[0].shade(graph.objects[1].rawValue)
        if rng.chance(1, in: 2) { markers[rng.below(2)].publish() }
        if rng.chance(1, in: 2) { _ = markers[rng.below(2)].drain(objects: 5) }
        #expect(node.collector.canClearMarks)
        #expect(node.collector.destinationsWithGrey().isEmpty)
        node.buffer.flush()
        node.heap.clearMarks()
      }
      node.arm(members: [1, 2])
      for root in graph.roots { markers[1].shade(root) }
      var sent = 0
      while !node.collector.isQuiescent {
        for marker in markers { _ = marker.drain(objects: 50) }
        sent += node.collector.takeGrey(for: NodeID(2), atMost: 100).count
      }
      let expected = node.reachable(graph.roots)
      #expect(node.markedBases() == expected.bases, "seed \(seed)")
      #expect(sent == expected.remote.count, "seed \(seed)")
      #expect(node.collector.counts().first?.received == 0)
      node.sweep()
    }
  }

  @Test func aSegmentTakenBeforeTheAbortIsNotGivenToTheNextEpoch() throws {
    let node = try TestNode()
    let objects = try (0..<5_000).map { _ in try node.allocate(1) }
    for (index, object) in objects.enumerated().dropLast(2) {
      node.slot(object, 0).relaxedWord = objects[index + 1].rawValue
      node.slot(object, 1).relaxedWord = objects[index + 2].rawValue
    }
    node.arm()
    let marker = node.collector.makeMarker()
    for object in objects { marker.shade(object.rawValue) }
    _ = marker.drain(objects: 2_000)
    node.collector.abort()
    node.heap.clearMarks()
    node.arm()
    #expect(node.collector.isQuiescent, "what the marker held is of the old epoch")
    let other = node.collector.makeMarker()
    other.shade(objects[4_990].rawValue)
    other.publish()
    node.drainAll(marker)
    node.drainAll(other)
    #expect(node.collector.isQuiescent)
    #expect(node.markedBases().count == 10)
  }
}
