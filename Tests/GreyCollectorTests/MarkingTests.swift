// Marking against naive reachability, in hundreds of random graphs.

import GreyBasics
import GreyHeap
import Testing

@testable import GreyCollector

@Suite struct MarkingTests {
  /// References to fake nodes 2 and 3 (members) and 9 (none) are taken as batches; nobody answers.
  @Test(arguments: 0..<24)
  func exactlyWhatIsReachableIsMarkedAndSentOnce(block: Int) throws {
    let node = try TestNode()
    // They go on from epoch to epoch, as a node's do.
    let allMarkers = (0..<3).map { _ in node.collector.makeMarker() }
    for seed in block * 12..<block * 12 + 12 {
      var rng = SplitMix(seed: UInt64(seed))
      let graph = try RandomGraph(node, &rng, size: 20 + rng.below(200), remoteNodes: [2, 3, 9])
      let expected = node.reachable(graph.roots)
      node.arm(members: [3, 1, 2])
      let markers = Array(allMarkers[..<(1 + rng.below(3))])
      for root in graph.roots {
        let marker = markers[rng.below(markers.count)]
        marker.shade(root)
        #expect(!node.collector.isQuiescent || node.isMarked(Reference(rawValue: root)))
        if rng.chance(1, in: 2) { marker.publish() }
      }
      var sent: [UInt64] = []
      var quanta = 0
      while !node.collector.isQuiescent {
        quanta += 1
        try #require(quanta < 100_000, "seed \(seed) does not become quiescent")
        _ = markers[rng.below(markers.count)].drain(objects: 1 + rng.below(60))
        if rng.chance(1, in: 10) { markers[rng.below(markers.count)].publish() }
        if rng.chance(1, in: 3) {
          for peer in node.collector.destinationsWithGrey() {
            sent += node.collector.takeGrey(for: peer, atMost: 1 + rng.below(10)).references(
              of: peer)
          }
        }
      }
      #expect(node.markedBases() == expected.bases, "seed \(seed)")
      let wanted = expected.remote.filter { Reference(rawValue: $0).node != NodeID(9) }
      #expect(Set(sent.map { $0 & ~15 }) == wanted, "seed \(seed)")
      #expect(sent.count == wanted.count, "seed \(seed): something was sent twice")
      let totals = node.collector.totals
      #expect(totals.objectsMarked == expected.bases.count)
      let bytes = expected.bases.map { node.heap.object(containing: $0)! }
      #expect(totals.bytesMarked == bytes.map(\.bytes).reduce(0, +))
      let scanned = bytes.filter { !$0.isNoscan }
      #expect(totals.objectsScanned == scanned.count)
      #expect(totals.bytesScanned == scanned.map(\.bytes).reduce(0, +))
      #expect(
        node.collector.counts().map(\.peer) == [NodeID(2), NodeID(3)]
          && node.collector.counts().map(\.sent).reduce(0, +) == UInt64(sent.count))
      node.sweep()
      #expect(node.markedBases().isEmpty)
    }
  }

  /// An object that begins on one page is referred to on the next one, where nothing is queued:
  /// what a marker remembers of that page must end with the epoch as well.
  @Test func aReferenceAcrossAPageIsFoundAgainInTheNextEpoch() throws {
    let node = try TestNode()
    let holder = try node.allocate(1)
    let pageBytes = UInt(HeapLayout.pageBytes)
    let objects = try (0..<16).map { _ in try node.allocate(0, count: 384) }
    let across = try #require(
      objects.first { $0.address / pageBytes != ($0.address + 3071) / pageBytes })
    node.slot(holder, 0).relaxedWord = across.rawValue + 3071
    let marker = node.collector.makeMarker()
    for _ in 0..<3 {
      node.arm()
      marker.shade(holder.rawValue)
      node.drainAll(marker)
      #expect(node.isMarked(across))
      #expect(node.collector.totals.objectsMarked == 2)
      node.collector.disarm()
      node.heap.clearMarks()
    }
  }

  @Test func aQuantumOnALargeArrayEnds() throws {
    let node = try TestNode()
    let array = try node.allocate(0, count: 1_000_000)
    let leaf = try node.allocate(6)
    for word in stride(from: 0, to: 1_000_000, by: 1000) {
      node.slot(array, word).relaxedWord = leaf.rawValue
    }
    node.slot(array, 999_999).relaxedWord = try node.allocate(1).rawValue
    node.arm()
    let marker = node.collector.makeMarker()
    marker.shade(array.advanced(by: 4_000_000).rawValue)
    var quanta = 0
    while true {
      let progress = marker.drain(objects: 10)
      #expect(progress.scannedBytes <= 64 << 10)
      quanta += 1
      if progress.isDry { break }
    }
    #expect(quanta > 200)
    #expect(node.collector.isQuiescent)
    #expect(node.markedBases().count == 3)
  }

  @Test func severalMarkersShareALargeArray() throws {
    let node = try TestNode()
    let array = try node.allocate(0, count: 100_000)
    node.arm()
    let markers = (0..<3).map { _ in node.collector.makeMarker() }
    markers[0].shade(array.rawValue)
    var bytes = [0, 0, 0]
    for round in 0..<1000 where !node.collector.isQuiescent {
      bytes[round % 3] += markers[round % 3].drain(objects: 200).scannedBytes
    }
    #expect(bytes.reduce(0, +) == node.heap.object(containing: array.address)!.bytes)
    #expect(bytes.allSatisfy { $0 > 100_000 })
  }

  @Test func whatAWorkerHoldsKeepsTheNodeFromBeingQuiescent() throws {
    let node = try TestNode()
    let object = try node.allocate(1)
    node.arm()
    #expect(node.collector.isQuiescent)
    let worker = node.collector.makeMarker()
    let markWorker = node.collector.makeMarker()
    worker.shade(object.rawValue)
    #expect(!node.collector.isQuiescent)
    // Another marker finds nothing, and still it is not over.
    #expect(markWorker.drain(objects: 100).isDry)
    #expect(!node.collector.isQuiescent)
    worker.publish()
    #expect(!node.collector.isQuiescent)
    node.drainAll(markWorker)
    #expect(node.collector.isQuiescent)
    #expect(node.isMarked(object))
  }

  @Test func aMarkerThatGoesLeavesItsGreyToTheOthers() throws {
    let node = try TestNode()
    let object = try node.allocate(1)
    node.slot(object, 1).relaxedWord = try node.allocate(2).rawValue
    node.arm()
    var gone: Marker? = node.collector.makeMarker()
    gone?.shade(object.rawValue)
    gone = nil
    #expect(!node.collector.isQuiescent)
    node.drainAll(node.collector.makeMarker())
    #expect(node.collector.isQuiescent)
    #expect(node.markedBases().count == 2)
  }

  @Test func nothingIsShadedBetweenCycles() throws {
    let node = try TestNode()
    let object = try node.allocate(1)
    let marker = node.collector.makeMarker()
    marker.shade(object.rawValue)
    node.buffer.store(object.rawValue, to: node.slot(object, 0))
    node.buffer.flush()
    marker.publish()
    #expect(marker.drain(objects: 10).isDry)
    #expect(!node.collector.isQuiescent)
    #expect(!node.isMarked(object))
    #expect(node.slot(object, 0).relaxedWord == object.rawValue)
  }

  @Test func theWorldIsToldWhenWorkAppears() throws {
    final class Counter: @unchecked Sendable { var calls = 0 }
    let node = try TestNode()
    let counter = Counter()
    node.collector.waitHook = { counter.calls += 1 }
    let object = try node.allocate(0)
    node.slot(object, 0).relaxedWord = Reference(node: NodeID(2), address: 0x1000).rawValue
    node.arm(members: [1, 2])
    let marker = node.collector.makeMarker()
    marker.shade(object.rawValue)
    #expect(counter.calls == 0)
    marker.publish()
    #expect(counter.calls == 1)
    #expect(node.collector.hasWork)
    node.drainAll(marker)
    #expect(counter.calls == 2, "grey for a peer appeared")
    #expect(!node.collector.hasWork)
  }
}
