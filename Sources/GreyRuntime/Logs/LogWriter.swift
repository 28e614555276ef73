// What a process logs, taken from whatever thread logs it and written by a thread of its own.
//
// A write to a file can take as long as the disk wants: seconds, while it is busy with somebody
// else's pages. An I/O thread that waited for it would be silent for as long, and a node that is
// silent is fenced. So whoever logs only puts a record, time and all, into a bounded queue; when
// the queue is full the line is lost, and counted. What a record looks like as text is this
// thread's work, too.
//
// `end` waits for what is queued, but not for ever.

import Glibc
import GreyBasics
import GreyEvents
import Synchronization

final class LogWriter: Sendable {
  private struct Line: Sendable {
    let record: EventRecord
    let lostBefore: Int
  }

  private let queue: BoundedQueue<Line>
  private let filled = Doorbell()
  private let drained = Doorbell()
  private let isEnding = Atomic<Bool>(false)
  private let hasEnded = Atomic<Bool>(false)
  /// Since the last line that found room.
  private let lostLines = Atomic<Int>(0)

  /// - Parameter capacity: lines that may wait for the disk.
  init(to file: LogFile, capacity: Int) {
    queue = BoundedQueue(capacity: capacity)
    let file = Confined(file)
    _ = SystemThread(name: "log") { [self] in
      // Nobody waits for it, and others wait for what it takes from the CPU.
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
      write(to: file.value)
    }
  }

  func put(_ record: EventRecord) {
    let lost = lostLines.exchange(0, ordering: .relaxed)
    if queue.put(Line(record: record, lostBefore: lost)) {
      filled.ring()
    } else {
      lostLines.wrappingAdd(lost + 1, ordering: .relaxed)
    }
  }

  /// Everything that was put is in the file, or the limit is over and nobody waits any longer.
  func end(within limit: Duration) {
    isEnding.store(true, ordering: .sequentiallyConsistent)
    filled.ring()
    let deadline = MonotonicClock.now + limit
    while !hasEnded.load(ordering: .sequentiallyConsistent) {
      let ticket = drained.ticket
      if hasEnded.load(ordering: .sequentiallyConsistent) { return }
      let left = deadline - MonotonicClock.now
      if left <= .zero { return }
      drained.wait(ticket, limit: left)
    }
  }

  private func write(to file: LogFile) {
    while true {
      let ticket = filled.ticket
      let isEnding = isEnding.load(ordering: .sequentiallyConsistent)
      let lines = queue.takeAll()
      for line in lines { file.write(line.record, lostBefore: line.lostBefore) }
      if !lines.isEmpty { continue }
      if isEnding { break }
      filled.wait(ticket, limit: .seconds(10))
    }
    hasEnded.store(true, ordering: .sequentiallyConsistent)
    drained.ring()
  }
}

extension WallTime {
  package static var now: WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }
}
