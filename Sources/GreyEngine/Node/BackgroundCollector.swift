// A mark worker and sweeper: what runs on a collector thread, in quanta.
//
// One quantum does a bounded piece of whatever the node's collector needs most: marking while an
// epoch is armed; otherwise getting ready for the next stop (finish sweeping, clear the marks of an
// aborted attempt); otherwise sweeping; otherwise giving unused pages back.
//
// Only the collector with index 0 prepares: clearing marks twice would race with the marking that
// follows the first time. It clears only once no marker holds work of the aborted epoch, because a
// mark set after the clearing would make an object look scanned in the next epoch.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyMutator
import Synchronization

package final class BackgroundCollector: @unchecked Sendable {
  package enum Progress {
    case marked, swept, idle
    /// Something is to be done as soon as another thread is through with its part.
    case waiting
  }

  private let index: Int
  private let quantumObjects: Int
  private let heap: Heap
  private let collector: Collector
  private let assists: AssistLedger
  private let gate: QuantumGate
  private let duties: CollectorDuties
  private let marker: Marker
  /// Tells the engine that something ended; any thread may call it.
  private let signalEngine: @Sendable () -> Void
  private var sweepEnded = true
  private var wasDry = false
  private let times: CollectorTimes

  package init(
    index: Int, environment: MutatorEnvironment, quantumObjects: Int, duties: CollectorDuties,
    times: CollectorTimes,
    signalEngine: @escaping @Sendable () -> Void
  ) {
    self.index = index
    self.quantumObjects = quantumObjects
    heap = environment.heap
    collector = environment.collector
    assists = environment.assists
    gate = environment.gate
    self.duties = duties
    self.times = times
    self.signalEngine = signalEngine
    marker = collector.makeMarker()
  }

  /// - Parameters:
  ///   - objects: scanned at most; nil: as configured, about 100 µs of marking.
  ///   - pages: swept at most.
  package func quantum(now: Moment, objects: Int? = nil, pages: Int = 128) -> Progress {
    if collector.armedEpoch != .zero { return mark(objects ?? quantumObjects) }
    if index == 0, let pending = duties.pendingPreparation() {
      if heap.sweepQuantum(maxPages: pages) { return .swept }
      guard heap.finishSweep(), !pending.clearsMarks || collector.canClearMarks else {
        return .waiting
      }
      if pending.clearsMarks { heap.clearMarks() }
      duties.didPrepare(pending.epoch)
      signalEngine()
      return .swept
    }
    if heap.isSweeping {
      sweepEnded = false
      return sweep(pages)
    }
    if !sweepEnded { endSweep() }
    if index == 0 {
      let pages = heap.scavenge(now: now, maxPages: 512)
      if pages > 0 {
        times.addReleased(pages * HeapLayout.pageBytes)
        signalEngine()
      }
    }
    return .idle
  }

  private func mark(_ objects: Int) -> Progress {
    guard gate.isFree else { return markByHand(objects) }
    let progress = marker.drain(objects: objects)
    assists.deposit(progress.scannedBytes)
    let isDry = progress.isDry
    if isDry, !wasDry || progress.tookWork { signalEngine() }
    wasDry = isDry
    return isDry && progress.scannedObjects == 0 ? .idle : .marked
  }

  private func sweep(_ pages: Int) -> Progress {
    // By hand one collector sweeps.
    guard gate.isFree || index == 0 else { return .idle }
    let granted = gate.begin(atMost: pages)
    guard granted > 0 else {
      gate.end(isDry: false)
      return .idle
    }
    let hasMore = heap.sweepQuantum(maxPages: granted)
    gate.end(isDry: !hasMore)
    if !hasMore { endSweep() } else if !gate.isFree { signalEngine() }
    return .swept
  }

  /// One collector of the node is walked. What a marker holds is given back after each quantum, so
  /// that all the grey there is can be counted.
  private func markByHand(_ objects: Int) -> Progress {
    guard index == 0 else {
      marker.publish()
      return .idle
    }
    let granted = gate.begin(atMost: objects)
    defer { signalEngine() }
    var progress = MarkProgress()
    if granted > 0 { progress = marker.drain(objects: granted) }
    marker.publish()
    gate.end(isDry: granted > 0 && progress.isDry)
    assists.deposit(progress.scannedBytes)
    return granted > 0 ? .marked : .idle
  }

  private func endSweep() {
    sweepEnded = true
    signalEngine()
  }

  /// CPU time spent marking, and the part of it that idle workers left to it.
  package func account(_ time: Duration, idle: Duration) {
    times.add(time - idle, to: .backgroundMark)
    times.add(idle, to: .idleMark)
  }

  package func accountSweep(_ time: Duration) { times.add(time, to: .sweep) }
}

/// CPU time spent collecting, by cause, since it was last taken. Each counter is atomic by itself.
package final class CollectorTimes: Sendable {
  package enum Cause { case backgroundMark, idleMark, sweep }
  private let backgroundMark = Atomic<UInt64>(0)
  private let idleMark = Atomic<UInt64>(0)
  private let sweep = Atomic<UInt64>(0)

  private let released = Atomic<Int>(0)

  package init() {}

  func addReleased(_ bytes: Int) { released.wrappingAdd(bytes, ordering: .relaxed) }

  /// Bytes given back to the system since the last call.
  func takeReleased() -> Int { released.exchange(0, ordering: .relaxed) }

  package func add(_ time: Duration, to cause: Cause) {
    let nanoseconds = UInt64(clamping: time.nanoseconds)
    switch cause {
    case .backgroundMark: backgroundMark.wrappingAdd(nanoseconds, ordering: .relaxed)
    case .idleMark: idleMark.wrappingAdd(nanoseconds, ordering: .relaxed)
    case .sweep: sweep.wrappingAdd(nanoseconds, ordering: .relaxed)
    }
  }

  /// Nanoseconds since the last call.
  package func take() -> (backgroundMark: UInt64, idleMark: UInt64, sweep: UInt64) {
    (
      backgroundMark.exchange(0, ordering: .relaxed), idleMark.exchange(0, ordering: .relaxed),
      sweep.exchange(0, ordering: .relaxed)
    )
  }
}
