// What the lines of a process have in common, whoever logs them: who the process is, the epoch it
// is in, whether its cluster is unsafe, and the least level that is written.
//
// The process's own thread changes it; loggers of libraries read it on threads of theirs.

import GreyBasics
import GreyEvents
import Synchronization

final class LogContext: Sendable {
  struct Writer: Sendable {
    /// A node learns its id when it joins.
    var process: ProcessName
    var epoch = Epoch.zero
  }

  let isUnsafe: Bool
  private let writer: Guarded<Writer>
  private let rank: Atomic<Int>

  init(process: ProcessName, level: EventLevel, isUnsafe: Bool) {
    self.isUnsafe = isUnsafe
    writer = Guarded(Writer(process: process))
    rank = Atomic(level.rank)
  }

  var level: EventLevel {
    get { EventLevel(rank: rank.load(ordering: .relaxed)) }
    set { rank.store(newValue.rank, ordering: .relaxed) }
  }

  var process: ProcessName {
    get { writer.withLock { $0.process } }
    set { writer.withLock { $0.process = newValue } }
  }

  var epoch: Epoch {
    get { writer.withLock { $0.epoch } }
    set { writer.withLock { $0.epoch = newValue } }
  }

  func record(_ event: Event) -> EventRecord {
    let writer = writer.withLock { $0 }
    return EventRecord(
      time: .now, moment: MonotonicClock.now, process: writer.process, epoch: writer.epoch,
      isUnsafe: isUnsafe, event: event)
  }
}
