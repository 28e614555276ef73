// The numbers and small structures everything else stands on.

import GreyBasics
import Testing

@Suite struct ReferenceTests {
  @Test func carriesItsOwnerAndAddress() {
    let reference = Reference(node: NodeID(7), address: 0x7F12_3456_7890)
    #expect(reference.node == NodeID(7))
    #expect(reference.address == 0x7F12_3456_7890)
    #expect(reference.advanced(by: 16).address == 0x7F12_3456_78A0)
    #expect(!reference.isNull)
    #expect(Reference.null.isNull)
  }
}

@Suite struct MomentTests {
  @Test func additionSaturatesAtBothEnds() {
    #expect(Moment.distantFuture + .seconds(1) == .distantFuture)
    #expect(Moment(nanoseconds: 5) + .seconds(-1) == .zero)
    #expect(Moment(nanoseconds: 5) - Moment(nanoseconds: 8) == .nanoseconds(-3))
  }
}

@Suite struct BoundedQueueTests {
  @Test func keepsOrderAndRefusesPastItsBound() {
    let queue = BoundedQueue<Int>(capacity: 3)
    #expect((0..<3).allSatisfy { queue.put($0) })
    #expect(!queue.put(3))
    #expect(queue.take() == 0)
    #expect(queue.put(3))
    #expect(queue.takeAll() == [1, 2, 3])
    #expect(queue.take() == nil)
  }

  @Test func compactsWithoutLosingAnything() {
    let queue = BoundedQueue<Int>(capacity: 10_000)
    var taken: [Int] = []
    for value in 0..<5_000 {
      #expect(queue.put(value))
      if value % 3 != 0, let next = queue.take() { taken.append(next) }
    }
    #expect(taken + queue.takeAll() == Array(0..<5_000))
  }
}

@Suite struct RuleTests {
  @Test func placesAreThoseOfTheDeclaration() {
    #expect(Rule.allCases.map(\.place) == Array(0..<UInt64(Rule.allCases.count)))
  }

  @Test func aRuleTakenOutIsTheOnlyOneMissing() {
    for rule in Rule.allCases {
      #expect(RuleSet(without: [rule]).switchedOff == [rule])
    }
    #expect(RuleSet.all.isComplete)
  }
}

@Suite struct DurationTests {
  @Test func timesSaturatesAndNeverTurnsRound() {
    #expect(Duration.milliseconds(3).times(4) == .milliseconds(12))
    #expect(Duration.milliseconds(-3).times(4) == .milliseconds(-12))
    #expect(Duration.seconds(0).times(.max) == .zero)
    let most = Duration.nanoseconds(Int64.max)
    let least = Duration.nanoseconds(Int64.min)
    #expect(Duration.seconds(3_600).times(1 << 40) == most)
    #expect(Duration.seconds(-3_600).times(1 << 40) == least)
    #expect(Duration.seconds(3_600).times(-(1 << 40)) == least)
    #expect(least.times(-1) == most)
    #expect(most.times(2) == most)
  }
}

@Suite struct SplitMixTests {
  @Test func theSameSeedGivesTheSameSequence() {
    var a = SplitMix(seed: 42)
    var b = SplitMix(seed: 42)
    #expect((0..<100).allSatisfy { _ in a.next() == b.next() })
    #expect((0..<1000).allSatisfy { _ in (0..<7).contains(a.below(7)) })
  }
}
