// What a process logs, taken from the thread that runs its engine and written by a thread of its
// own.
//
// A write to a file can take as long as the disk wants: seconds, while it is busy with somebody
// else's pages. An I/O thread that waited for it would be silent for as long, and a node that is
// silent is fenced. So the engine's thread only puts a record, time and all, into a bounded queue;
// when the queue is full the line is lost, and counted.
//
// `end` waits for what is queued, but not for ever.

import Glibc
import GreyBasics
import GreyEvents
import Synchronization

/// Confined to the thread that runs the engine.
package final class EventLog {
  private struct Line: Sendable {
    let record: EventRecord
    let lostBefore: Int
  }

  /// What both threads touch.
  private final class Shared: Sendable {
    let queue: BoundedQueue<Line>
    let filled = Doorbell()
    let drained = Doorbell()
    let isEnding = Atomic<Bool>(false)
    let hasEnded = Atomic<Bool>(false)
    init(capacity: Int) { queue = BoundedQueue(capacity: capacity) }
  }

  private let isUnsafe: Bool
  private var lowest: EventLevel
  private let shared: Shared
  private var lostLines = 0
  private var isOver = false
  /// Who writes; a node learns its id when it joins.
  package var process: ProcessName
  package var epoch = Epoch.zero

  /// - Parameters:
  ///   - folder: of the record; it has to be there.
  ///   - stem: of the file's name.
  ///   - isUnsafe: rules are switched off, which every line says.
  ///   - capacity: lines that may wait for the disk.
  package init(
    folder: String, stem: String, process: ProcessName, level: EventLevel, isUnsafe: Bool,
    maximumBytes: Int, maximumFiles: Int, capacity: Int = 16_384
  ) throws(DurableFile.WriteError) {
    self.process = process
    self.isUnsafe = isUnsafe
    lowest = level
    let shared = Shared(capacity: capacity)
    self.shared = shared
    let file = Confined(
      try LogFile(
        folder: folder, stem: stem, maximumBytes: maximumBytes, maximumFiles: maximumFiles))
    _ = SystemThread(name: "log") {
      // Nobody waits for it, and others wait for what it takes from the CPU.
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
      Self.write(from: shared, to: file.value)
    }
  }

  deinit { end() }

  /// That the level was changed is an event as well, and this is what it changes.
  package func write(_ event: Event) {
    let before = lowest
    if case .settingChanged("log_level", _, let text) = event,
      let level = EventLevel(rawValue: text)
    {
      lowest = level
    }
    guard event.level >= min(before, lowest), !isOver else { return }
    let record = EventRecord(
      time: .now, moment: MonotonicClock.now, process: process, epoch: epoch, isUnsafe: isUnsafe,
      event: event)
    guard shared.queue.put(Line(record: record, lostBefore: lostLines)) else {
      return lostLines += 1
    }
    lostLines = 0
    shared.filled.ring()
  }

  /// Everything that was written is in the file, or the limit is over and nobody waits any longer.
  package func end(within limit: Duration = .seconds(5)) {
    if isOver { return }
    isOver = true
    shared.isEnding.store(true, ordering: .sequentiallyConsistent)
    shared.filled.ring()
    let deadline = MonotonicClock.now + limit
    while !shared.hasEnded.load(ordering: .sequentiallyConsistent) {
      let ticket = shared.drained.ticket
      if shared.hasEnded.load(ordering: .sequentiallyConsistent) { return }
      let left = deadline - MonotonicClock.now
      if left <= .zero { return }
      shared.drained.wait(ticket, limit: left)
    }
  }

  private static func write(from shared: Shared, to file: LogFile) {
    while true {
      let ticket = shared.filled.ticket
      let isEnding = shared.isEnding.load(ordering: .sequentiallyConsistent)
      let lines = shared.queue.takeAll()
      for line in lines { file.write(line.record, lostBefore: line.lostBefore) }
      if !lines.isEmpty { continue }
      if isEnding { break }
      shared.filled.wait(ticket, limit: .seconds(10))
    }
    shared.hasEnded.store(true, ordering: .sequentiallyConsistent)
    shared.drained.ring()
  }
}

extension WallTime {
  package static var now: WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }
}
