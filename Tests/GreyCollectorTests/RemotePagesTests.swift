// The pages of a peer: what is known may be forgotten, not invented; what is unsent is sent once.

import GreyBasics
import Testing

@testable import GreyCollector

@Suite struct RemotePagesTests {
  private func reference(_ address: Int) -> UInt64 {
    Reference(node: NodeID(3), address: UInt(address)).rawValue
  }

  @Test func itAgreesWithAPlainSetOfGranules() {
    var pages = RemotePages(bound: 1 << 20)
    var plain: Set<UInt64> = []
    var rng = SplitMix(seed: 7)
    for _ in 0..<20_000 {
      let raw = reference(rng.below(rng.chance(1, in: 2) ? 1 << 14 : 1 << 40))
      #expect(pages.contains(raw) == plain.contains(raw >> 4))
      let isNew = pages.insert(raw, toBeSent: rng.chance(1, in: 2))
      #expect(isNew == plain.insert(raw >> 4).inserted)
    }
    pages.removeAll()
    #expect(plain.allSatisfy { !pages.contains($0 << 4) })
    #expect(pages.unsentCount == 0)
  }

  /// Whatever is put in and taken out in between, also where the bound makes it forget.
  @Test(arguments: [16, 1 << 20])
  func whatIsToBeSentComesOutOnceForEachTimeItWasNew(bound: Int) {
    var rng = SplitMix(seed: 8)
    var pages = RemotePages(bound: bound)
    var waiting: Set<UInt64> = []
    for _ in 0..<3_000 {
      for _ in 0..<rng.below(20) {
        let raw = reference(rng.below(1 << (14 + rng.below(8))))
        let isToBeSent = rng.chance(3, in: 4)
        let isNew = pages.insert(raw, toBeSent: isToBeSent)
        #expect(!isNew || !waiting.contains(raw >> 4 & 0xFFF_FFFF_FFFF), "it is put twice")
        if isNew, isToBeSent { waiting.insert(raw >> 4 & 0xFFF_FFFF_FFFF) }
      }
      #expect(pages.unsentCount == waiting.count)
      guard rng.chance(1, in: 3) else { continue }
      let limit = rng.below(60)
      let taken = pages.take(atMost: limit)
      #expect(taken.count == min(limit, waiting.count))
      let batch = GreyBatch(unsorted: taken.groups, count: taken.count)
      for granule in batch.granules {
        let wasWaiting = waiting.remove(granule) != nil
        #expect(wasWaiting)
      }
    }
    let rest = pages.take(atMost: .max)
    #expect(Set(GreyBatch(unsorted: rest.groups, count: rest.count).granules) == waiting)
    #expect(pages.unsentCount == 0)
  }

  @Test func atItsBoundItForgetsWhatIsKnownButNeverInvents() {
    var pages = RemotePages(bound: 64)
    var forgotten = 0
    for index in 0..<5_000 {
      let raw = reference(index * 16_384)
      #expect(!pages.contains(raw))
      let isNew = pages.insert(raw, toBeSent: false)
      #expect(isNew)
      #expect(pages.used <= 64)
      #expect(!pages.contains(raw + 16_384))
      if index > 0, !pages.contains(raw - 16_384) { forgotten += 1 }
    }
    #expect(forgotten > 10)
  }

  @Test func whatWaitsIsNotForgottenWhateverTheBound() {
    var pages = RemotePages(bound: 64)
    for index in 0..<5_000 { _ = pages.insert(reference(index * 16_384), toBeSent: true) }
    #expect(pages.unsentCount == 5_000)
    #expect((0..<5_000).allSatisfy { pages.contains(reference($0 * 16_384)) })
  }

  @Test func aReferenceForgottenIsSentAgainAndNothingElseHappens() throws {
    let node = try TestNode(knownLimit: 64)
    node.arm(members: [1, 2])
    let marker = node.collector.makeMarker()
    for round in 0..<2 {
      for index in 0..<2_000 {
        marker.shade(Reference(node: NodeID(2), address: UInt(0x100_0000 + index * 8192)).rawValue)
      }
      node.drainAll(marker)
      let sent = node.collector.takeGrey(for: NodeID(2), atMost: .max)
      #expect(round == 0 ? sent.count == 2_000 : sent.count <= 2_000)
      #expect(node.collector.isQuiescent)
    }
  }

  @Test(arguments: [1, 63, 64, 5_000])
  func groupsAreBroughtIntoOrder(count: Int) {
    var rng = SplitMix(seed: 3)
    for width in [12, 24, GreyGroup.kibibyteBits] {
      let kibibytes = Set((0..<count).map { _ in UInt64(rng.below(1 << width)) })
      let groups = kibibytes.map { GreyGroup(kibibyte: $0, granules: $0 | 1) }
      let batch = GreyBatch(unsorted: groups, count: 0)
      #expect(batch.groups == groups.sorted { $0.kibibyte < $1.kibibyte })
    }
  }
}
