// Grey that crosses from node to node: several collectors and the tests as their network.

import GreyBasics
import GreyHeap
import Testing

@testable import GreyCollector

@Suite struct ExchangeTests {
  /// Three nodes, one graph over all of them, batches carried in any order and split at will.
  @Test(arguments: 0..<20)
  func aGraphOverThreeNodesIsMarkedWholeAndTheCountsAgree(seed: UInt64) throws {
    var rng = SplitMix(seed: seed)
    let nodes = try (1...3).map { try TestNode($0, arenaBytes: 8 << 20) }
    var objects: [(TestNode, Reference)] = []
    for _ in 0..<150 {
      let node = nodes[rng.below(3)]
      objects.append((node, try node.allocate(rng.below(5))))
    }
    for (node, object) in objects {
      for word in node.referenceWords(node.heap.object(containing: object.address)!)
      where rng.chance(1, in: 2) {
        let target = objects[rng.below(objects.count)].1
        node.slot(object, word).relaxedWord = target.advanced(by: rng.below(8)).rawValue
      }
    }
    let roots = (0..<3).map { _ in objects[rng.below(objects.count)].1.rawValue }
    for node in nodes { node.arm(members: [1, 2, 3]) }
    let markers = nodes.map { $0.collector.makeMarker() }
    for root in roots {
      let marker = markers[rng.below(3)]
      marker.shade(root)
      marker.publish()
    }
    var flying: [(from: Int, to: Int, batch: GreyBatch)] = []
    var steps = 0
    while !flying.isEmpty || !nodes.allSatisfy({ $0.collector.isQuiescent }) {
      steps += 1
      try #require(steps < 100_000)
      let index = rng.below(3)
      let collector = nodes[index].collector
      _ = markers[index].drain(objects: 1 + rng.below(10))
      for peer in collector.destinationsWithGrey() where rng.chance(1, in: 2) {
        let batch = collector.takeGrey(for: peer, atMost: 1 + rng.below(5))
        flying.append((index, Int(peer.rawValue) - 1, batch))
      }
      if !flying.isEmpty, rng.chance(1, in: 2) {
        let message = flying.remove(at: rng.below(flying.count))
        #expect(
          nodes[message.to].collector.receiveGrey(
            from: NodeID(message.from + 1), message.batch))
      }
    }
    // Naive reachability over all nodes, by rounds.
    var known: [Set<UInt64>] = [[], [], []]
    for root in roots { known[Int(Reference(rawValue: root).node.rawValue) - 1].insert(root) }
    var grew = true
    while grew {
      let before = known.map(\.count)
      for index in 0..<3 {
        for raw in nodes[index].reachable(Array(known[index])).remote {
          known[Int(Reference(rawValue: raw).node.rawValue) - 1].insert(raw)
        }
      }
      grew = before != known.map(\.count)
    }
    for index in 0..<3 {
      let expected = nodes[index].reachable(Array(known[index])).bases
      #expect(nodes[index].markedBases() == expected, "seed \(seed), node \(index + 1)")
      for channel in nodes[index].collector.report().channels {
        let other = nodes[Int(channel.peer.rawValue) - 1].collector.report()
        let back = other.channels.first { $0.peer == NodeID(index + 1) }
        #expect(channel.sent == back?.received && channel.received == back?.sent)
      }
    }
  }

  @Test func aBatchIsCountedOnlyOnceItIsShaded() throws {
    let node = try TestNode()
    let object = try node.allocate(1)
    node.arm(members: [1, 2])
    #expect(node.collector.receiveGrey(from: NodeID(2), GreyBatch(references: [object.rawValue])))
    #expect(node.collector.counts().first?.received == 0)
    #expect(!node.collector.isQuiescent)
    node.drainAll(node.collector.makeMarker())
    #expect(node.collector.counts().first?.received == 1)
    #expect(node.collector.totals.batchesReceived == 1)
    #expect(node.collector.isQuiescent)
    #expect(node.isMarked(object))
  }

  @Test func takingCountsAsSentAndComesInTheOrderOfAddresses() throws {
    let node = try TestNode()
    node.arm(members: [1, 2, 3])
    let marker = node.collector.makeMarker()
    let references = (0..<10).reversed().map {
      Reference(node: NodeID($0 % 2 + 2), address: UInt(0x1000 + 64 * $0)).rawValue
    }
    for reference in references { marker.shade(reference) }
    node.drainAll(marker)
    let before = node.collector.progressNumber
    #expect(node.collector.progressNumber == before)
    #expect(node.collector.destinationsWithGrey() == [NodeID(2), NodeID(3)])
    #expect(node.collector.unsentCount(for: NodeID(2)) == 5)
    let first = node.collector.takeGrey(for: NodeID(2), atMost: 3)
    let second = node.collector.takeGrey(for: NodeID(2), atMost: 100)
    #expect(first.count == 3)
    let all = first.references(of: NodeID(2)) + second.references(of: NodeID(2))
    #expect(all == references.filter { Reference(rawValue: $0).node == NodeID(2) }.reversed())
    #expect(node.collector.progressNumber != before)
    #expect(node.collector.report().channels.map(\.sent) == [5, 0])
    #expect(!node.collector.isQuiescent)
    #expect(node.collector.takeGrey(for: NodeID(3), atMost: 5).count == 5)
    #expect(node.collector.isQuiescent)
    #expect(node.collector.takeGrey(for: NodeID(7), atMost: 5).isEmpty)
  }

  @Test func whatIsKnownToBeShadedIsNotSent() throws {
    let node = try TestNode()
    node.arm(members: [1, 2])
    let known = Reference(node: NodeID(2), address: 0x5000).rawValue
    let stale = Reference(node: NodeID(2), address: 0x6000).rawValue
    node.collector.noteKnown(known, stamp: node.epoch)
    node.collector.noteKnown(stale, stamp: Epoch(rawValue: node.epoch.rawValue + 1))
    let marker = node.collector.makeMarker()
    for _ in 0..<2 {
      marker.shade(known)
      marker.shade(stale)
      node.drainAll(marker)
    }
    #expect(node.collector.takeGrey(for: NodeID(2), atMost: 10) == GreyBatch(references: [stale]))
    // Of the next epoch it says nothing.
    node.collector.disarm()
    node.heap.clearMarks()
    node.arm(members: [1, 2])
    marker.shade(known)
    node.drainAll(marker)
    #expect(node.collector.takeGrey(for: NodeID(2), atMost: 10) == GreyBatch(references: [known]))
  }

  @Test func whatLeadsNowhereIsDroppedAndCounted() throws {
    let node = try TestNode()
    let object = try node.allocate(1)
    node.arm(members: [1, 2])
    let marker = node.collector.makeMarker()
    let outside = Reference(node: NodeID(1), address: 0x5000).rawValue
    let unallocated = object.advanced(by: 1 << 20).rawValue
    #expect(
      node.collector.receiveGrey(
        from: NodeID(2), GreyBatch(references: [outside, unallocated, UInt64.max])))
    node.drainAll(marker)
    #expect(node.collector.isQuiescent)
    #expect(node.collector.totals.strayReferences == 3)
    #expect(node.collector.counts().first?.received == 3)
    #expect(node.collector.receiveGrey(from: NodeID(9), GreyBatch(references: [object.rawValue])))
    #expect(node.collector.isQuiescent && !node.isMarked(object))
  }

  @Test func aFullQueueSaysNoAndTakesItLater() throws {
    let node = try TestNode(incomingLimit: 4)
    let objects = try (0..<7).map { _ in try node.allocate(6).rawValue }
    node.arm(members: [1, 2])
    let marker = node.collector.makeMarker()
    #expect(node.collector.receiveGrey(from: NodeID(2), GreyBatch(references: objects[0..<3])))
    #expect(!node.collector.receiveGrey(from: NodeID(2), GreyBatch(references: objects[3..<5])))
    node.drainAll(marker)
    // An empty queue takes even what is larger than its bound.
    #expect(node.collector.receiveGrey(from: NodeID(2), GreyBatch(references: objects)))
    node.drainAll(marker)
    #expect(node.collector.counts().first?.received == 10)
    #expect(node.markedBases().count == 7)
  }

  @Test func withoutTheEpochCheckALateBatchMarksWhatNobodyScans() throws {
    let node = try TestNode(rules: RuleSet(without: [.epochCheck]))
    let object = try node.allocate(1)
    let child = try node.allocate(1)
    node.slot(object, 0).relaxedWord = child.rawValue
    #expect(node.collector.receiveGrey(from: NodeID(2), GreyBatch(references: [object.rawValue])))
    node.arm(members: [1, 2])
    let marker = node.collector.makeMarker()
    marker.shade(object.rawValue)
    node.drainAll(marker)
    #expect(node.collector.isQuiescent)
    #expect(node.isMarked(object) && !node.isMarked(child), "the child is lost")
  }
}
