// Two production links, a connection that breaks, and what two of their rules are for.

import GreyBasics
import GreyExplorer
import Testing

@Suite("All states of two links")
struct LinkSearchTests {
  @Test(arguments: [[1, 0], [2, 0]])
  func everythingIsDeliveredOnceAndReleasedAfterItsPlacing(_ messages: [Int]) {
    let finding = LinkSearch(messages: messages, breaks: 2 - messages[0]).run()
    #expect(finding.verdict == .safe)
    #expect(finding.progress.states > 100)
  }

  @Test func withoutNumbersAMessageIsDeliveredTwice() {
    let finding = LinkSearch(messages: [1, 0], breaks: 1, rules: RuleSet(without: [.linkSequence]))
      .run()
    #expect(finding.verdict == .lost)
    #expect(finding.outcome.contains("delivered twice"))
  }

  @Test func aRootGoesTooEarlyWhenTakenCountsAsPlaced() {
    let finding = LinkSearch(
      messages: [1, 0], breaks: 0, rules: RuleSet(without: [.placedAfterPlacement])
    ).run()
    #expect(finding.verdict == .lost)
    #expect(finding.outcome.contains("nothing holds"))
  }
}
