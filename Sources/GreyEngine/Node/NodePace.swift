// A node's pacing: the pure pacer, fed with what the heap says, and how often to look.
//
// The heap grows on worker threads. Where these are threads they tell when it passes its trigger:
// between cycles the engine sets an alarm there. In two milliseconds, at which the engine looks by
// itself, a task allocates three times the smallest heap, in memory that was in no cache and,
// before that, in no page. While nothing moves the engine looks rarely, so that an idle node costs
// next to nothing.

import GreyBasics
import GreyCollector
import GreyHeap

struct NodePace {
  private(set) var pacer: Pacer
  /// When the heap is to be looked at next.
  private(set) var nextLook = Moment.distantFuture
  private var lastBytes = 0
  /// A heartbeat has already told the coordinator that the heap is past its trigger.
  private var hasTold = false

  static let busy = Duration.milliseconds(2)
  static let quiet = Duration.milliseconds(20)

  init(_ configuration: NodeConfiguration) {
    pacer = Pacer(
      settings: PacerSettings(
        gogc: configuration.growthPercent, softLimit: configuration.softLimitBytes,
        heapLimit: configuration.limitBytes, minimumHeapAtHundred: configuration.minimumHeapBytes,
        backgroundUtilization: configuration.markUtilization))
  }

  /// What a heartbeat said while garbage was being freed was about that garbage.
  mutating func lookNow(at now: Moment) {
    nextLook = min(nextLook, now)
    hasTold = false
  }
  mutating func lookAgain(at now: Moment) { nextLook = now + Self.busy }

  /// - Returns: whether the coordinator should hear of the heap now.
  mutating func look(
    _ heap: HeapStatistics, stackBytes: Int, globalBytes: Int, now: Moment
  ) -> Bool {
    nextLook = now + (heap.objectBytes == lastBytes ? Self.quiet : Self.busy)
    lastBytes = heap.objectBytes
    pacer.observe(
      live: heap.objectBytes, scannable: heap.scannableBytes, stackBytes: stackBytes,
      globalBytes: globalBytes, otherMemory: heap.metadataBytes)
    let isPast = heap.objectBytes >= pacer.trigger
    defer { hasTold = isPast }
    return isPast && !hasTold
  }

  mutating func apply(_ settings: PacerSettings) {
    pacer.apply(settings)
    hasTold = false
  }

  // MARK: A cycle

  mutating func cycleStarts(_ heap: HeapStatistics) {
    pacer.observe(
      live: heap.objectBytes, scannable: heap.scannableBytes, stackBytes: pacer.stackBytes,
      globalBytes: pacer.globalBytes, otherMemory: pacer.otherMemory)
    // Who marks, and how much, is asked all the time: see `NodeCore.markPlan`.
    pacer.startCycle()
  }

  mutating func marked(heapBytes: Int, scannableBytes: Int, scanned: Int) {
    pacer.revise(
      live: heapBytes, scannable: scannableBytes,
      work: ScanWork(heap: scanned, stacks: pacer.stackBytes, globals: pacer.globalBytes))
  }

  mutating func cycleAborts() {
    pacer.abortCycle()
    hasTold = false
  }

  mutating func cycleEnds(_ measure: CycleMeasure) {
    pacer.endCycle(measure)
    hasTold = false
  }

  mutating func sweepFinished() { pacer.sweepFinished() }
}
