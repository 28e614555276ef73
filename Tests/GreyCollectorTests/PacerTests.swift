// The pacer's decisions one by one.

import GreyBasics
import Testing

@testable import GreyCollector

@Suite struct PacerTests {
  private func pacer(
    marked: Int, settings: PacerSettings = PacerSettings(), stacks: Int = 0, globals: Int = 0
  ) -> Pacer {
    var pacer = Pacer(settings: settings)
    pacer.observe(live: marked, scannable: marked, stackBytes: stacks, globalBytes: globals)
    pacer.startCycle()
    pacer.endCycle(
      CycleMeasure(
        marked: marked, work: ScanWork(heap: marked, stacks: stacks, globals: globals),
        duration: .milliseconds(10), processors: 2))
    pacer.sweepFinished()
    return pacer
  }

  @Test func theGoalIsWhatWasMarkedAndGOGCPercentOfItWithStacksAndGlobals() {
    #expect(pacer(marked: 100 << 20).goal == 200 << 20)
    let half = PacerSettings(gogc: 50)
    #expect(pacer(marked: 100 << 20, settings: half).goal == 150 << 20)
    let roots = pacer(marked: 100 << 20, stacks: 10 << 20, globals: 6 << 20)
    #expect(roots.goal == 216 << 20)
  }

  @Test func aSmallHeapIsNotCollectedBelowTheMinimum() {
    #expect(Pacer().goal == 4 << 20)
    #expect(pacer(marked: 1000).goal == 4 << 20)
    #expect(Pacer(settings: PacerSettings(gogc: 200)).goal == 8 << 20)
    #expect(Pacer(settings: PacerSettings(gogc: 0)).goal == 0)
  }

  @Test func theTriggerLiesBetweenSeventyAndNinetyFivePercentOfTheWay() {
    // Nothing learned yet: the latest moment.
    let fresh = Pacer()
    #expect(fresh.trigger == Int(0.95 * Double(4 << 20)))
    // Of a large heap, the minimum heap before the goal is late enough.
    #expect(pacer(marked: 1 << 30).trigger == 2 << 30 - 4 << 20)
    // An allocator faster than any marker: the earliest.
    var fast = pacer(marked: 100 << 20)
    fast.startCycle()
    fast.revise(live: 180 << 20, scannable: 100 << 20, work: ScanWork(heap: 1 << 20))
    fast.endCycle(
      CycleMeasure(
        marked: 100 << 20, work: ScanWork(heap: 1 << 20), duration: .seconds(1), processors: 2))
    fast.sweepFinished()
    let expected = 100 << 20 + Int(0.7 * Double(fast.goal - 100 << 20))
    #expect(abs(fast.trigger - expected) <= 1)
  }

  @Test func gogcOffNeverTriggersButAMemoryLimitStillDoes() {
    let off = pacer(marked: 1 << 30, settings: PacerSettings(gogc: nil))
    #expect(off.goal == .max && off.trigger == .max && !off.isMemoryLimited)
    let limited = pacer(
      marked: 100 << 20, settings: PacerSettings(gogc: nil, softLimit: 400 << 20))
    #expect(limited.isMemoryLimited)
    #expect(limited.goal == 400 << 20 - (400 << 20) / 100 * 3)
    #expect(limited.trigger < limited.goal)
  }

  @Test func theSoftLimitIsSoft() {
    // More is marked than the limit allows: collect again at once, but promise nothing.
    let settings = PacerSettings(gogc: 100, softLimit: 50 << 20)
    let over = pacer(marked: 100 << 20, settings: settings)
    #expect(over.goal == 100 << 20)
    #expect(over.trigger == 100 << 20)
    var other = pacer(marked: 10 << 20, settings: settings)
    other.observe(
      live: 10 << 20, scannable: 0, stackBytes: 0, globalBytes: 0, otherMemory: 60 << 20)
    #expect(other.goal == 10 << 20)
  }

  /// Both limits, one of them, none; the lower one counts, whichever was set last.
  @Test func theLowerOfTheTwoLimitsCounts() {
    #expect(PacerSettings().memoryLimit == nil)
    #expect(PacerSettings(softLimit: 7).memoryLimit == 7)
    #expect(PacerSettings(heapLimit: 9).memoryLimit == 9)
    #expect(PacerSettings(softLimit: 7, heapLimit: 9).memoryLimit == 7)
    #expect(PacerSettings(softLimit: 9, heapLimit: 7).memoryLimit == 7)
    // `GOMEMLIMIT=off` takes nothing away from the heap's own limit.
    var settings = PacerSettings(gogc: nil, softLimit: 8 << 20, heapLimit: 16 << 20)
    settings.softLimit = nil
    #expect(settings.memoryLimit == 16 << 20)
    let pacer = Pacer(settings: settings)
    #expect(pacer.isMemoryLimited)
    #expect(pacer.goal == 15 << 20 && pacer.trigger < 15 << 20)
  }

  /// What no marker scans makes no task pay.
  @Test func aHeapWithoutReferencesOwesNoAssists() {
    for (scannable, owes) in [(150 << 20, true), (0, false)] {
      var pacer = Pacer()
      pacer.observe(live: 3 << 20, scannable: scannable, stackBytes: 0, globalBytes: 0)
      pacer.startCycle()
      pacer.revise(live: 3 << 20, scannable: scannable, work: ScanWork(heap: 1))
      #expect((pacer.assistWorkPerByte > 0.01) == owes)
    }
  }

  @Test func settingsApplyAtOnce() {
    var pacer = pacer(marked: 100 << 20)
    pacer.apply(PacerSettings(gogc: 10))
    #expect(pacer.goal == 110 << 20)
    pacer.startCycle()
    let steep = pacer.assistWorkPerByte
    pacer.apply(PacerSettings(gogc: 400))
    #expect(pacer.assistWorkPerByte < steep / 10)
  }

  @Test func assistsOweTheWorkThatIsLeftForTheRoomThatIsLeft() {
    var pacer = pacer(marked: 100 << 20)
    pacer.observe(live: 150 << 20, scannable: 150 << 20, stackBytes: 0, globalBytes: 0)
    pacer.startCycle()
    #expect(pacer.assistWorkPerByte == 2)
    #expect(pacer.assistBytesPerWork == 0.5)
    pacer.revise(live: 175 << 20, scannable: 150 << 20, work: ScanWork(heap: 50 << 20))
    #expect(pacer.assistWorkPerByte == 2)
    pacer.revise(live: 175 << 20, scannable: 150 << 20, work: ScanWork(heap: 100 << 20))
    #expect(pacer.assistWorkPerByte < 0.001, "all the expected work is done")
    // More than expected: the goal moves with the work, up to the next cycle's.
    pacer.revise(live: 175 << 20, scannable: 150 << 20, work: ScanWork(heap: 101 << 20))
    #expect(pacer.assistWorkPerByte == 49.0 / 50.0)
    pacer.revise(live: 900 << 20, scannable: 150 << 20, work: ScanWork(heap: 101 << 20))
    #expect(pacer.assistWorkPerByte.isFinite && pacer.assistWorkPerByte > 1000)
  }

  @Test func anAbortedCycleTeachesNothing() {
    var pacer = pacer(marked: 100 << 20)
    let before = pacer
    pacer.startCycle()
    pacer.abortCycle()
    #expect(pacer == before)
  }

  @Test func sweepingIsDoneWhenTheNextCycleStarts() {
    var pacer = pacer(marked: 100 << 20)
    let pages = 12_800
    let ratio = pacer.sweepPagesPerByte(pagesToSweep: pages)
    let distance = pacer.trigger - 100 << 20
    #expect(ratio * Double(distance) >= Double(pages))
    #expect(ratio * Double(distance) < Double(pages) * 1.05)
    #expect(pacer.sweepPagesPerByte(pagesToSweep: 0) == 0)
    // A cycle may not start before there was room to sweep in.
    pacer.startCycle()
    pacer.endCycle(
      CycleMeasure(
        marked: 1 << 20, work: ScanWork(heap: 1000), duration: .milliseconds(1), processors: 1))
    #expect(pacer.trigger >= 2 << 20)
  }

  @Test func hugeNumbersDoNotTrap() {
    var pacer = Pacer(settings: PacerSettings(gogc: 1_000_000))
    pacer.observe(
      live: .max / 2, scannable: .max / 2, stackBytes: .max / 2, globalBytes: .max / 2)
    #expect(pacer.goal == .max)
    pacer.startCycle()
    pacer.revise(live: .max, scannable: .max, work: ScanWork(heap: .max, stacks: .max))
    pacer.endCycle(
      CycleMeasure(
        marked: .max, work: ScanWork(heap: .max, stacks: .max), duration: .zero, processors: 0))
    #expect(pacer.trigger > 0)
  }

  @Test func aLearnedQuantityIsTheLargestOfTheLastFive() {
    var learned = Learned()
    for sample in [1.0, 9, 2, 3, 2, 1] { learned.measure(sample) }
    #expect(learned.value == 9)
    learned.measure(1)
    #expect(learned.value == 3)
    learned.measure(.nan)
    learned.measure(.infinity)
    learned.measure(-1)
    #expect(learned.value == 3)
  }

  // MARK: settings

  @Test func theTextsOfGo() throws {
    #expect(try PacerSettings.parseGOGC("off") == nil)
    #expect(try PacerSettings.parseGOGC("75") == 75)
    #expect(try PacerSettings.parseMemoryLimit("off") == nil)
    #expect(try PacerSettings.parseMemoryLimit("512MiB") == 512 << 20)
    #expect(try PacerSettings.parseMemoryLimit("3GiB") == 3 << 30)
    #expect(try PacerSettings.parseMemoryLimit("4096") == 4096)
    #expect(try PacerSettings.parseMemoryLimit("4096B") == 4096)
  }

  @Test(arguments: ["", "-1", "ten", "12.5", "1000001"])
  func aGOGCThatIsNoneIsRefused(text: String) {
    #expect(throws: PacerSettingError.self) { try PacerSettings.parseGOGC(text) }
  }

  @Test(arguments: ["", "MiB", "0", "-5MiB", "5MB", "1e9", "99999999999TiB"])
  func aMemoryLimitThatIsNoneIsRefused(text: String) {
    #expect(throws: PacerSettingError.self) { try PacerSettings.parseMemoryLimit(text) }
  }
}
