// Every decision of the marking protocol, and what each fault switch changes about it.

import GreyBasics
import Testing

@testable import GreyCollector

@Suite struct MarkingRulesTests {
  private let three = Epoch(rawValue: 3)
  private let four = Epoch(rawValue: 4)
  private let five = Epoch(rawValue: 5)

  @Test func aReceiverShadesWhatDoesNotBearThisEpochsStamp() {
    #expect(MarkingRules.shouldShadeOnReceive(.all, armed: four, stamp: three))
    #expect(MarkingRules.shouldShadeOnReceive(.all, armed: four, stamp: .zero))
    #expect(!MarkingRules.shouldShadeOnReceive(.all, armed: four, stamp: four))
    #expect(!MarkingRules.shouldShadeOnReceive(.all, armed: .zero, stamp: three))
    let without = RuleSet(without: [.receiverShade])
    #expect(!MarkingRules.shouldShadeOnReceive(without, armed: four, stamp: three))
  }

  @Test func onlyTheArmedEpochsStampSaysShaded() {
    #expect(MarkingRules.isKnownShaded(armed: four, stamp: four))
    #expect(!MarkingRules.isKnownShaded(armed: four, stamp: five))
    #expect(!MarkingRules.isKnownShaded(armed: .zero, stamp: .zero))
  }

  @Test func aSenderShadesWhileMarkingAndTheStampStaysThroughResends() {
    #expect(MarkingRules.shouldShadeOnSend(.all, armed: four))
    #expect(!MarkingRules.shouldShadeOnSend(.all, armed: .zero))
    #expect(!MarkingRules.shouldShadeOnSend(RuleSet(without: [.senderShade]), armed: four))
    #expect(MarkingRules.stampOnResend(.all, kept: three, armed: four) == three)
    let renewing = RuleSet(without: [.keepStamp])
    #expect(MarkingRules.stampOnResend(renewing, kept: three, armed: four) == four)
  }

  @Test func eachHalfOfTheBarrierHasItsSwitch() {
    #expect(MarkingRules.shadesOverwritten(.all, storesNil: false))
    #expect(MarkingRules.shadesOverwritten(.all, storesNil: true))
    #expect(MarkingRules.shadesStored(.all))
    let noNil = RuleSet(without: [.nilStoreBarrier])
    #expect(MarkingRules.shadesOverwritten(noNil, storesNil: false))
    #expect(!MarkingRules.shadesOverwritten(noNil, storesNil: true))
    let noDeletion = RuleSet(without: [.deletionBarrier])
    #expect(!MarkingRules.shadesOverwritten(noDeletion, storesNil: false))
    #expect(!MarkingRules.shadesOverwritten(noDeletion, storesNil: true))
    #expect(MarkingRules.shadesStored(noDeletion))
    #expect(!MarkingRules.shadesStored(RuleSet(without: [.insertionBarrier])))
    #expect(!MarkingRules.globalsPassBarrier(RuleSet(without: [.globalBarrier])))
    #expect(!MarkingRules.shadesHandover(RuleSet(without: [.handoverShade])))
    #expect(!MarkingRules.scansTransitTable(RuleSet(without: [.transitRoot])))
  }
}
