// The sorted containers against the standard library's.

import GreyBasics
import Testing

@testable import GreyProtocol

@Test func `a sorted map holds what a dictionary holds, whatever the order of its changes`() {
  var random = SplitMix(seed: 5)
  var sorted = SortedMap<Int, Int>()
  var plain: [Int: Int] = [:]
  for _ in 0..<2_000 {
    let key = random.below(40)
    let value = random.chance(1, in: 3) ? nil : random.below(100)
    sorted[key] = value
    plain[key] = value
    #expect(sorted.keys == plain.keys.sorted())
    #expect(sorted[key] == plain[key])
    sorted.update(key) { $0 += 1 }
    if let old = plain[key] { plain[key] = old + 1 }
  }
  #expect(sorted.values == plain.keys.sorted().map { plain[$0] ?? -1 })
}

@Test func `equal sets are equal values, whatever was inserted first`() {
  var forwards = SortedSet([1, 2, 3, 4])
  var backwards = SortedSet([4, 3, 2, 1, 4])
  #expect(forwards == backwards)
  #expect(forwards.hashValue == backwards.hashValue)
  forwards.remove(3)
  backwards.remove(3)
  backwards.remove(9)
  #expect(forwards.elements == [1, 2, 4])
  #expect(forwards == backwards)
}
