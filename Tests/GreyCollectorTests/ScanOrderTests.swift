// Objects that lie beside what they refer to: the marker has a loop of its own for them, and it may
// miss nothing, whichever way the references go and wherever a quantum ends.

import GreyBasics
import GreyHeap
import Testing

@testable import GreyCollector

@Suite struct ScanOrderTests {
  /// The kinds of `TestNode`: 32 bytes of references, 16 bytes with one or two, 48 with holes.
  @Test(arguments: [2, 0, 1, 4])
  func whatReferencesNearbyReachIsMarkedOnceAndNothingElse(kind: Int) throws {
    let node = try TestNode()
    let marker = node.collector.makeMarker()
    for seed in 0..<40 as Range<UInt64> {
      var rng = SplitMix(seed: seed)
      let objects = try (0..<200 + rng.below(1500)).map { _ in try node.allocate(kind) }
      // Forwards, backwards, to both sides; some from far away, some into the middle.
      let (behind, before) = [(0, 6), (6, 0), (3, 3), (40, 40)][rng.below(4)]
      for index in objects.indices {
        let location = try #require(node.heap.object(containing: objects[index].address))
        for word in node.referenceWords(location) where rng.chance(3, in: 4) {
          let target =
            rng.chance(1, in: 50)
            ? rng.below(objects.count)
            : min(max(0, index - behind + rng.below(behind + before + 1)), objects.count - 1)
          let inside = rng.chance(1, in: 5) ? rng.below(location.bytes) : 0
          node.slot(objects[index], word).relaxedWord =
            objects[target].advanced(by: inside).rawValue
        }
      }
      let roots = (0..<3).map { _ in objects[rng.below(objects.count)].rawValue }
      let expected = node.reachable(roots).bases
      node.arm()
      for root in roots { marker.shade(root) }
      marker.publish()
      var quanta = 0
      while !marker.drain(objects: 1 + rng.below(seed % 2 == 0 ? 40 : 2_000)).isDry {
        quanta += 1
        try #require(quanta < 100_000, "seed \(seed) does not end")
      }
      #expect(node.collector.isQuiescent)
      #expect(node.markedBases() == expected, "seed \(seed)")
      #expect(node.collector.totals.objectsMarked == expected.count)
      #expect(node.collector.totals.objectsScanned == expected.count)
      node.sweep()
    }
  }

  /// A chain through objects of all kinds in random order: whatever is taken up, little was seen of
  /// its page, and visits do not pay.
  @Test func aScatteredChainIsClaimedPageByPageAndMarkedWhole() throws {
    let node = try TestNode()
    let marker = node.collector.makeMarker()
    for seed in 0..<10 as Range<UInt64> {
      var rng = SplitMix(seed: seed)
      var objects = try (0..<3_000).map { _ in try node.allocate([0, 1, 2, 3, 4, 7][rng.below(6)]) }
      objects += try (0..<3).map { _ in try node.allocate(9) }
      let ends = try (0..<500).map { _ in try node.allocate([5, 6, 8][rng.below(3)]) }
      for index in objects.indices.reversed() { objects.swapAt(index, rng.below(index + 1)) }
      for (object, next) in zip(objects, objects.dropFirst()) {
        let location = try #require(node.heap.object(containing: object.address))
        let words = node.referenceWords(location)
        let inside = rng.chance(1, in: 8) ? 8 : 0
        node.slot(object, words[0]).relaxedWord = next.advanced(by: inside).rawValue
        guard words.count > 1, rng.chance(1, in: 3) else { continue }
        node.slot(object, words[1]).relaxedWord = ends[rng.below(ends.count)].rawValue
      }
      let expected = node.reachable([objects[0].rawValue]).bases
      node.arm()
      let claimed = marker.visits.claimed
      marker.shade(objects[0].rawValue)
      marker.publish()
      var quanta = 0
      while !marker.drain(objects: 1 + rng.below(seed % 2 == 0 ? 40 : 2_000)).isDry {
        quanta += 1
        try #require(quanta < 100_000, "seed \(seed) does not end")
      }
      #expect(marker.visits.claimed - claimed > objects.count / 2, "they were visited")
      #expect(node.collector.isQuiescent)
      #expect(node.markedBases() == expected, "seed \(seed)")
      #expect(node.collector.totals.objectsMarked == expected.count)
      node.sweep()
    }
  }
}
