// The write barrier: sound with all rules, and each rule caught when it is missing.

import GreyBasics
import GreyHeap
import Testing

@testable import GreyCollector

@Suite struct BarrierTests {
  @Test(arguments: 0..<8)
  func nothingThatTheProgramCanReachIsLeftWhite(block: UInt64) throws {
    for seed in block * 40..<block * 40 + 40 {
      var mutator = try RandomMutator(seed: seed, rules: .all)
      let lost = try mutator.run(steps: 60)
      #expect(lost == 0, "seed \(seed)")
    }
  }

  @Test(arguments: [
    Rule.deletionBarrier, .insertionBarrier, .nilStoreBarrier, .globalBarrier, .handoverShade,
    .allocateBlack,
  ])
  func aMissingRuleLosesAnObjectAtSomeSeed(rule: Rule) throws {
    for seed in 0..<3000 as Range<UInt64> {
      var mutator = try RandomMutator(seed: seed, rules: RuleSet(without: [rule]))
      if try mutator.run(steps: 40) > 0 { return }
    }
    Issue.record("3000 seeds without \(rule.rawValue) and nothing was lost")
  }

  @Test func storesBeyondTheBuffersCapacityAreAllShaded() throws {
    let node = try TestNode()
    let holder = try node.allocate(0)
    let objects = try (0..<3 * BarrierBuffer.capacity).map { _ in try node.allocate(6) }
    node.arm()
    for object in objects { node.buffer.store(object.rawValue, to: node.slot(holder, 0)) }
    node.buffer.flush()
    node.drainAll(node.collector.makeMarker())
    #expect(objects.allSatisfy { node.isMarked($0) })
    #expect(node.collector.totals.barrierEntries == 6 * BarrierBuffer.capacity)
  }

  /// Neighbouring slots have different lanes; the full one takes what is in the other with it.
  @Test(arguments: [1, 2, 5])
  func bothLanesOfABufferAreFlushed(stride: Int) throws {
    let node = try TestNode()
    let holder = try node.allocate(2)
    let objects = try (0..<3 * BarrierBuffer.capacity).map { _ in try node.allocate(6) }
    node.arm()
    for (index, object) in objects.enumerated() {
      let word = index % stride == 0 ? index / stride % 4 : 1
      node.buffer.store(object.rawValue, to: node.slot(holder, word))
    }
    node.buffer.flush()
    node.drainAll(node.collector.makeMarker())
    #expect(objects.allSatisfy { node.isMarked($0) })
    #expect(node.collector.totals.barrierEntries == 6 * BarrierBuffer.capacity)
  }

  @Test func theSameFewReferencesAreHandedOverOnceHoweverOftenTheyAreStored() throws {
    let node = try TestNode()
    let holder = try node.allocate(0)
    let white = try node.allocate(6).rawValue
    let remote = Reference(node: NodeID(2), address: 0x5000).rawValue
    node.arm(members: [1, 2])
    for step in 0..<10 * BarrierBuffer.capacity {
      node.buffer.store(step % 2 == 0 ? white : remote, to: node.slot(holder, 0))
    }
    node.buffer.flush()
    #expect(node.collector.totals.barrierShaded == 2)
    let marker = node.collector.makeMarker()
    node.drainAll(marker)
    #expect(node.isMarked(Reference(rawValue: white)))
    #expect(node.collector.takeGrey(for: NodeID(2), atMost: 10) == GreyBatch(references: [remote]))
    // The next epoch knows nothing of it.
    node.collector.abort()
    node.heap.clearMarks()
    node.arm(members: [1, 2])
    node.buffer.store(white, to: node.slot(holder, 0))
    node.buffer.flush()
    node.drainAll(marker)
    #expect(node.isMarked(Reference(rawValue: white)))
  }

  @Test func interiorReferencesInTheBarrierShadeTheirObjects() throws {
    let node = try TestNode()
    let holder = try node.allocate(0)
    let old = try node.allocate(2)
    let new = try node.allocate(0, count: 10_000)
    node.slot(holder, 0).relaxedWord = old.advanced(by: 24).rawValue
    node.arm()
    node.buffer.store(new.advanced(by: 70_001).rawValue, to: node.slot(holder, 0))
    node.buffer.flush()
    node.drainAll(node.collector.makeMarker())
    #expect(node.isMarked(old) && node.isMarked(new) && !node.isMarked(holder))
  }

  @Test func entriesOfAnAbortedEpochAreDropped() throws {
    let node = try TestNode()
    let (holder, object) = (try node.allocate(0), try node.allocate(1))
    node.arm()
    node.buffer.store(object.rawValue, to: node.slot(holder, 0))
    node.collector.abort()
    node.buffer.flush()
    node.heap.clearMarks()
    node.arm()
    node.buffer.flush()
    node.drainAll(node.collector.makeMarker())
    #expect(node.markedBases().isEmpty)
    #expect(node.collector.totals.barrierEntries == 0)
    // Of this epoch they count.
    node.buffer.store(0, to: node.slot(holder, 0))
    node.buffer.flush()
    node.drainAll(node.collector.makeMarker())
    #expect(node.isMarked(object))
  }

  @Test func aBufferMadeWhileMarkingBelongsToTheEpoch() throws {
    let node = try TestNode()
    let (holder, object) = (try node.allocate(0), try node.allocate(1))
    node.arm()
    let late = node.collector.makeBuffer()
    #expect(late.armedEpoch == node.epoch)
    late.store(object.rawValue, to: node.slot(holder, 0))
    node.collector.retire(late)
    node.drainAll(node.collector.makeMarker())
    #expect(node.isMarked(object))
  }
}
