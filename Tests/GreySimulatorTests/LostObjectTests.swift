// What is said of an object that a rule's absence has lost: which one, and where.

import GreyBasics
import GreyEngine
import GreyEvents
import GreyHeap
import GreyMutator
import GreySimulator
import Testing

@Suite struct LostObjectTests {
  @Test func aLostObjectIsNamedByItsPlaceInItsNodesHeap() throws {
    var named: [(NodeID, ObjectName)] = []
    for seed in 1...30 where named.isEmpty {
      let lab = try Laboratory(
        seed: UInt64(seed), nodes: 2, without: [.allocateBlack, .insertionBarrier])
      try lab.stir(operations: 2_000)
      for _ in 0..<6 { _ = try? lab.ask(.gc(timeoutUs: nil)) }
      for (source, event) in lab.cluster.events {
        guard source == -1, case .lostObject(_, let node, let object?, _) = event else { continue }
        named.append((node, object))
      }
    }
    #expect(!named.isEmpty)
    for (node, object) in named {
      #expect(object.node == node)
      #expect(object.offset < 64 << 20 && object.offset % 8 == 0, "\(object)")
    }
  }
}
