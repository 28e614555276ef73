// The known-shaded set: it may forget, it may not invent.

import GreyBasics
import Testing

@testable import GreyCollector

@Suite struct RemoteSetTests {
  @Test func itAgreesWithAPlainSetOfGranules() {
    var set = RemoteSet(bound: 1 << 20)
    var plain: Set<UInt64> = []
    var rng = SplitMix(seed: 7)
    for _ in 0..<20_000 {
      let spread = rng.chance(1, in: 2) ? 1 << 14 : 1 << 40
      let raw = Reference(node: NodeID(3), address: UInt(rng.below(spread))).rawValue
      #expect(set.contains(raw) == plain.contains(raw >> 4))
      let isNew = set.insert(raw)
      #expect(isNew == plain.insert(raw >> 4).inserted)
    }
    set.removeAll()
    #expect(plain.allSatisfy { !set.contains($0 << 4) })
  }

  @Test func atItsBoundItForgetsButNeverInvents() {
    var set = RemoteSet(bound: 64)
    var inserted: Set<UInt64> = []
    var forgotten = 0
    for index in 0..<5_000 {
      let raw = Reference(node: NodeID(3), address: UInt(index * 4096)).rawValue
      #expect(!set.contains(raw))
      let isNew = set.insert(raw)
      #expect(isNew)
      inserted.insert(raw)
      #expect(set.used <= 97)
      #expect(!set.contains(raw + 4096))
      if !set.contains(raw - 4096), index > 0 { forgotten += 1 }
    }
    #expect(forgotten > 10)
    #expect(inserted.contains { set.contains($0) })
  }

  @Test func aReferenceForgottenIsSentAgainAndNothingElseHappens() throws {
    let node = try TestNode(knownLimit: 64)
    node.arm(members: [1, 2])
    let marker = node.collector.makeMarker()
    for round in 0..<2 {
      for index in 0..<2_000 {
        marker.shade(Reference(node: NodeID(2), address: UInt(0x100_0000 + index * 4096)).rawValue)
      }
      node.drainAll(marker)
      let sent = node.collector.takeGrey(for: NodeID(2), atMost: .max)
      #expect(round == 0 ? sent.count == 2_000 : sent.count <= 2_000)
      #expect(node.collector.isQuiescent)
    }
  }
}
