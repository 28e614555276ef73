// A process's log: JSON Lines in a file that is rotated, so that a long life does not fill a disk.
//
// Each line is one `write`, so that a reader never sees half a line unless the process died in it.
// A disk that is full costs lines, not the process: what could not be written is counted, and the
// count is the first thing written when there is room again.

import Foundation
import Glibc
import GreyBasics
import GreyEvents

/// Confined to the thread that runs the engine.
package final class EventLog {
  private let path: String
  private let isUnsafe: Bool
  private let limitBytes: Int
  private let kept: Int
  private let lowest: EventLevel
  private var descriptor: Int32 = -1
  private var bytes = 0
  private var lostLines = 0
  /// Who writes; a node learns its id when it joins.
  package var process: ProcessName
  package var epoch = Epoch.zero

  /// - Parameters:
  ///   - limitBytes: of one file; then it becomes `path.1`, and so on up to `kept` old ones.
  ///   - isUnsafe: rules are switched off, which every line says.
  package init(
    path: String, process: ProcessName, level: EventLevel = .info, isUnsafe: Bool = false,
    limitBytes: Int = 16 << 20, kept: Int = 3
  ) throws(DurableFile.WriteError) {
    self.path = path
    self.process = process
    self.isUnsafe = isUnsafe
    self.limitBytes = limitBytes
    self.kept = kept
    lowest = level
    open()
    guard descriptor >= 0 else {
      throw DurableFile.WriteError(path: path, step: "open the log", code: errno)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  package func write(_ event: Event) {
    guard event.level >= lowest else { return }
    let record = EventRecord(
      time: .now, moment: MonotonicClock.now, process: process, epoch: epoch, isUnsafe: isUnsafe,
      event: event)
    if lostLines > 0 {
      let note = EventRecord(
        time: record.time, moment: MonotonicClock.now, process: process, epoch: epoch,
        isUnsafe: isUnsafe, event: .remark(text: "\(lostLines) lines before this one were lost"))
      guard append(EventLine.encode(note)) else { return lostLines += 1 }
      lostLines = 0
    }
    if !append(EventLine.encode(record)) { lostLines += 1 }
  }

  private func append(_ line: String) -> Bool {
    if bytes + line.utf8.count > limitBytes { rotate() }
    var text = line + "\n"
    let count = text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if count > 0 { bytes += count }
    return count == text.utf8.count
  }

  private func open() {
    descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    var status = stat()
    bytes = descriptor >= 0 && fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  private func rotate() {
    for number in stride(from: kept - 1, through: 1, by: -1) {
      rename("\(path).\(number)", "\(path).\(number + 1)")
    }
    rename(path, "\(path).1")
    let old = descriptor
    open()
    if descriptor >= 0 { close(old) } else { descriptor = old }
  }
}

extension WallTime {
  package static var now: WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }
}
