// Fifty cycles of each kind of program, with bounds on what marking takes and where it ends.

import GreyBasics
import Testing

@testable import GreyCollector

@Suite struct PacerScenarioTests {
  private func expect(
    _ cycles: ArraySlice<PacerModel.Cycle>, utilization: ClosedRange<Double>,
    goalRatio: ClosedRange<Double>, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for (index, cycle) in zip(cycles.indices, cycles) {
      #expect(
        utilization.contains(cycle.utilization),
        "cycle \(index): utilization \(cycle.utilization)", sourceLocation: sourceLocation)
      #expect(
        goalRatio.contains(cycle.goalRatio), "cycle \(index): goal ratio \(cycle.goalRatio)",
        sourceLocation: sourceLocation)
    }
  }

  @Test func aSteadyHeapUsesAQuarterOfTheProcessorsAndEndsAtTheGoal() {
    let cycles = PacerModel().run()
    expect(cycles[25...], utilization: 0.245...0.255, goalRatio: 0.95...1.05)
    #expect(abs(cycles[49].utilization - cycles[48].utilization) < 0.005)
  }

  @Test func bigStacksCountAsWorkAndAsRoom() {
    let model = PacerModel(
      allocation: constant(132), stackBytes: constant(2048) + ramp(134_217_728, 8))
    expect(model.run()[25...], utilization: 0.245...0.255, goalRatio: 0.95...1.05)
  }

  @Test func bigGlobalsCountAsWorkAndAsRoom() {
    let model = PacerModel(allocation: constant(132), globalBytes: 128 << 20)
    expect(model.run()[25...], utilization: 0.245...0.255, goalRatio: 0.95...1.05)
  }

  @Test func aStepInAllocationIsPaidByAssistsOnceAndThenLearned() {
    let model = PacerModel(allocation: constant(33) + step(66, at: 50), cycles: 100)
    let cycles = model.run()
    expect(cycles[25..<50], utilization: 0.245...0.255, goalRatio: 0.95...1.05)
    expect(cycles[50...50], utilization: 0.3...0.6, goalRatio: 0.95...1.05)
    expect(cycles[56...], utilization: 0.245...0.255, goalRatio: 0.95...1.05)
  }

  @Test func aHeavyStepInAllocationSettlesToo() {
    let model = PacerModel(allocation: constant(33) + step(330, at: 50), cycles: 100)
    let cycles = model.run()
    expect(cycles[25..<50], utilization: 0.245...0.255, goalRatio: 0.95...1.05)
    // So fast an allocator needs a longer runway than the trigger's lower limit grants.
    expect(cycles[75...], utilization: 0.25...0.5, goalRatio: 0.95...1.05)
    #expect(abs(cycles[99].utilization - cycles[98].utilization) < 0.005)
  }

  @Test func aStepInWhatIsScannableSettles() {
    let model = PacerModel(
      allocation: constant(128), scannable: constant(0.2) + once(0.5, at: 50), cycles: 100)
    let cycles = model.run()
    for range in [25..<50, 75..<100] {
      expect(cycles[range], utilization: 0.25...0.27, goalRatio: 0.95...1.05)
    }
  }

  @Test func aRampOfAllocationIsFollowed() {
    let model = PacerModel(allocation: constant(33) + ramp(99, 50))
    expect(model.run()[13...], utilization: 0.25...0.3, goalRatio: 0.95...1.05)
  }

  @Test func aGrowingHeapOvershootsNoFurtherThanTheNextGoal() {
    let model = PacerModel(growth: constant(2) + ramp(-1, 12) + once(14, at: 25))
    let cycles = model.run()
    #expect(cycles[25].goalRatio < 2.2)
    // The work of sixteen heaps against the room of one: assists do what they can.
    #expect(cycles[25].utilization < 0.75)
    expect(cycles[30...], utilization: 0.245...0.255, goalRatio: 0.9...1.05)
  }

  @Test func aHighGOGCStaysCloseToTheQuarter() {
    let model = PacerModel(
      settings: PacerSettings(gogc: 1500), allocation: constant(165) + noise(7, seed: 0x53),
      growth: constant(2) + ramp(-1, 12) + noise(0.01, seed: 1) + once(14, at: 25))
    let cycles = model.run()
    expect(cycles[13..<25], utilization: 0.245...0.28, goalRatio: 0.9...1.05)
    #expect(cycles[25].goalRatio <= 15)
    expect(cycles[30...], utilization: 0.245...0.28, goalRatio: 0.9...1.05)
  }

  @Test func oscillatingAllocationIsOutlived() {
    let model = PacerModel(allocation: constant(67) + wave(13, period: 8))
    expect(model.run()[13...], utilization: 0.25...0.3, goalRatio: 0.95...1.05)
  }

  @Test func jitterCostsLittle() {
    let model = PacerModel(
      allocation: constant(132) + noise(13, seed: 0xF),
      growth: constant(2) + ramp(-1, 12) + noise(0.01, seed: 0xE))
    expect(model.run()[13...], utilization: 0.25...0.3, goalRatio: 0.95...1.05)
  }

  @Test func heavyJitterCostsALittleMore() {
    let model = PacerModel(
      allocation: constant(330) + noise(33, seed: 0),
      growth: constant(2) + ramp(-1, 12) + noise(0.01, seed: 0x152))
    let cycles = model.run()
    expect(cycles[13...], utilization: 0.25...0.45, goalRatio: 0.95...1.05)
    let shares = cycles[13...].map(\.utilization)
    #expect(shares.max()! - shares.min()! < 0.05)
  }

  @Test func idleProcessorsMarkWithoutSpoilingTheEstimate() {
    let cycles = PacerModel(idle: constant(0.5)).run()
    expect(cycles[25...], utilization: 0.245...0.255, goalRatio: 0.8...1.02)
    // The idle ones vanish: the estimate, made with them, must still hold without.
    let busyAgain = PacerModel(idle: constant(0.5) + step(-0.5, at: 40)).run()
    expect(busyAgain[46...], utilization: 0.25...0.26, goalRatio: 0.95...1.05)
  }

  @Test func aQuietProgramNeedsNoAssists() {
    let cycles = PacerModel(allocation: constant(0.01)).run()
    // There is always 5 % of room left, of which it uses next to nothing.
    expect(cycles[25...], utilization: 0.25...0.25, goalRatio: 0.9...1.0)
  }

  @Test func waitingForOtherNodesIsLearnedAsRoom() {
    // A heap of some 200 MB: marking takes 100 ms, and then others take as long again.
    let big = constant(2.5) + ramp(-1.5, 12)
    let alone = PacerModel(growth: big).run()
    let patient = PacerModel(growth: big, waiting: constant(100)).run()
    expect(patient[25...], utilization: 0.245...0.26, goalRatio: 0.95...1.05)
    let (early, late) = (patient[49], alone[49])
    #expect(early.trigger / early.goal < late.trigger / late.goal - 0.03)
  }

  @Test func aWaitThatComesAndGoesIsForgotten() {
    let model = PacerModel(waiting: once(50, at: 20))
    let cycles = model.run()
    #expect(cycles[20].goalRatio > 1.05, "nobody can know of the first one")
    expect(cycles[30...], utilization: 0.245...0.255, goalRatio: 0.95...1.05)
  }

  @Test func aMemoryLimitHoldsWhateverGOGCSays() {
    let limit = 24 << 20
    for gogc in [nil, 100, 400] as [Int?] {
      let model = PacerModel(
        settings: PacerSettings(gogc: gogc, softLimit: limit),
        growth: constant(2) + ramp(-1, 5), otherMemory: 2 << 20)
      let cycles = model.run()
      for cycle in cycles[25...] { #expect(cycle.peak + Double(2 << 20) <= Double(limit) * 1.01) }
    }
  }
}
