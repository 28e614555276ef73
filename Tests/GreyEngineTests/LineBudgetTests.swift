// Strangers cost a bounded number of lines.

import GreyBasics
import Testing

@testable import GreyEngine

@Suite struct LineBudgetTests {
  @Test func aBurstIsToldAndAFloodIsALineASecond() {
    var budget = LineBudget()
    var lines = 0
    for millisecond in 0..<10_000 where budget.take(now: .zero + .milliseconds(millisecond)) {
      lines += 1
    }
    #expect(lines == 20 + 9)
    // After a quiet minute the next story is told whole, and no more than that.
    let later = Moment.zero + .seconds(100)
    let burst = (0..<100).count { _ in budget.take(now: later) }
    #expect(burst == 20)
  }
}
