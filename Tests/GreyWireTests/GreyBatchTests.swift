// Grey batches in bytes: every batch comes back as it was, and costs what the header of its codec
// says.

import GreyBasics
import GreyWire
import Testing

@Suite struct GreyBatchTests {
  private func bytes(_ batch: GreyBatch) throws -> Int {
    let payload = try PeerMessage.grey(epoch: Epoch(rawValue: 1), batch).encoded()
    #expect(try PeerMessage.decode(payload) == .grey(epoch: Epoch(rawValue: 1), batch))
    return payload.count
  }

  @Test func everyBitmapComesBack() throws {
    var random = RandomMessages(seed: 4)
    for _ in 0..<200 {
      var groups: [GreyGroup] = []
      var kibibyte: UInt64 = 0
      for _ in 0..<random.random.below(20) {
        kibibyte += 1 + random.number() >> 36
        guard kibibyte < 1 << GreyGroup.kibibyteBits else { break }
        groups.append(GreyGroup(kibibyte: kibibyte, granules: random.bitmap()))
      }
      let count = groups.reduce(0) { $0 + $1.granules.nonzeroBitCount }
      _ = try bytes(GreyBatch(groups: groups, count: count))
    }
  }

  @Test func theFirstAndTheLastGranuleOfAllHaveAPlace() throws {
    let all = GreyBatch(granules: [0, (1 << 44) - 1])
    #expect(all.groups.map(\.kibibyte) == [0, (1 << 38) - 1])
    _ = try bytes(all)
    _ = try bytes(.empty)
  }

  /// Of 500 000 objects of 32 bytes some are referred to, wherever they lie: 8000 a batch.
  @Test func aReferenceAmongManyThatAreSpreadCostsTwoBytes() throws {
    var random = SplitMix(seed: 5)
    let granules = (0..<8_000).map { _ in 1 << 30 + UInt64(random.below(500_000)) * 2 }
    let batch = GreyBatch(granules: granules)
    #expect(try bytes(batch) <= batch.count * 2)
  }

  @Test func neighboursCostLessThanHalfAByte() throws {
    let batch = GreyBatch(granules: (0..<4_000).map { 1 << 30 + UInt64($0) * 2 })
    #expect(try bytes(batch) * 2 < batch.count)
  }

  @Test func aReferenceNeverCostsMoreThanItsAddressDid() throws {
    var random = SplitMix(seed: 6)
    for count in [1, 2, 100, 8_000] {
      let batch = GreyBatch(granules: (0..<count).map { _ in random.next() >> 20 })
      #expect(try bytes(batch) <= 8 * batch.count + 3)
    }
  }
}
