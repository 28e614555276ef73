// The pacer's year: a cycle starts, it ends and something is learned, the sweep is paced, and
// between cycles the sizes are kept up to date. Whether it is time again is for all nodes together
// to say: `ClusterPacer`.

import GreyBasics

/// What a finished mark phase cost.
package struct CycleMeasure: Hashable, Sendable {
  /// Live bytes at its end, all of them marked or born black.
  package var marked: Int
  package var work: ScanWork
  /// From arm to disarm.
  package var duration: Duration
  /// Of that, the time in which this node had nothing grey and waited for others.
  package var waited: Duration
  /// CPU time that tasks spent in assists, and that idle workers gave to marking.
  package var assistTime: Duration
  package var idleTime: Duration
  package var processors: Int

  package init(
    marked: Int, work: ScanWork, duration: Duration, waited: Duration = .zero,
    assistTime: Duration = .zero, idleTime: Duration = .zero, processors: Int
  ) {
    self.marked = marked
    self.work = work
    self.duration = duration
    self.waited = waited
    self.assistTime = assistTime
    self.idleTime = idleTime
    self.processors = processors
  }
}

extension Pacer {
  /// Between cycles: how large things are now.
  package mutating func observe(
    live: Int, scannable: Int, stackBytes: Int, globalBytes: Int, otherMemory: Int = 0
  ) {
    heapLive = live
    heapScannable = scannable
    self.stackBytes = stackBytes
    self.globalBytes = globalBytes
    self.otherMemory = otherMemory
    if triggered != nil { revise() }
  }

  /// The barrier is on.
  package mutating func startCycle() {
    triggered = heapLive
    work = ScanWork()
    revise()
  }

  /// Marking was aborted: nothing was learned, nothing was marked.
  package mutating func abortCycle() {
    triggered = nil
    revise()
  }

  /// Marking is complete everywhere and this node's barrier is off.
  package mutating func endCycle(_ measure: CycleMeasure) {
    learn(from: measure)
    heapMarked = measure.marked
    heapLive = measure.marked
    heapScannable = measure.work.heap
    lastScan = measure.work
    stackBytes = measure.work.stacks
    globalBytes = measure.work.globals
    triggered = nil
    sweepFloor = heapLive.saturatingAdd(Self.sweepDistance)
    revise()
  }

  private mutating func learn(from measure: CycleMeasure) {
    guard let triggered, heapLive > triggered, measure.work.total > 0 else { return }
    let available = measure.duration.inSeconds * Double(max(1, measure.processors))
    guard available > 0 else { return }
    let allocated = Double(heapLive - triggered)
    let waiting = min(max(measure.waited.inSeconds / measure.duration.inSeconds, 0), 1)
    waitBytes.measure(allocated * waiting)
    let marking = available * (1 - waiting)
    guard marking > 0 else { return }
    // Assists are the mutators' time spent marking; idle marking is time that nobody missed, so it
    // counts as marking but not against the mutators.
    let u = min(settings.backgroundUtilization + measure.assistTime.inSeconds / marking, 0.99)
    let idle = measure.idleTime.inSeconds / marking
    consMark.measure(
      allocated * (1 - waiting) * (u + idle) / (Double(measure.work.total) * (1 - u)))
  }

  /// Pages to sweep for each byte allocated, so that sweeping is done when the next cycle starts.
  /// Zero when there is nothing to sweep or no next cycle is in sight.
  package func sweepPagesPerByte(pagesToSweep: Int) -> Double {
    guard pagesToSweep > 0, trigger != .max else { return 0 }
    let distance = max(trigger - heapLive - Self.sweepDistance, Self.leastSweepDistance)
    return Double(pagesToSweep) / Double(distance)
  }

  /// Sweeping is done: the next cycle may start as early as its trigger says.
  package mutating func sweepFinished() { sweepFloor = 0 }

  /// Heap growth that is kept for sweeping before a cycle may start.
  static let sweepDistance = 1 << 20
  static let leastSweepDistance = 8 << 10
}
