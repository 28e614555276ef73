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
  private let folder: String
  private let isUnsafe: Bool
  private var lowest: EventLevel
  private var rotation: RotatingLog
  private var descriptor: Int32 = -1
  private var lostLines = 0
  /// Who writes; a node learns its id when it joins.
  package var process: ProcessName
  package var epoch = Epoch.zero

  /// - Parameters:
  ///   - folder: of the record; it has to be there.
  ///   - stem: of the file's name.
  ///   - isUnsafe: rules are switched off, which every line says.
  package init(
    folder: String, stem: String, process: ProcessName, level: EventLevel, isUnsafe: Bool,
    maximumBytes: Int, maximumFiles: Int
  ) throws(DurableFile.WriteError) {
    self.folder = folder
    self.process = process
    self.isUnsafe = isUnsafe
    lowest = level
    var status = stat()
    let path = "\(folder)/\(stem).jsonl"
    rotation = RotatingLog(
      stem: stem, maximumBytes: maximumBytes, maximumFiles: maximumFiles,
      currentBytes: stat(path, &status) == 0 ? Int(status.st_size) : 0)
    open()
    guard descriptor >= 0 else {
      throw DurableFile.WriteError(path: path, step: "open the log", code: errno)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// That the level was changed is an event as well, and this is what it changes.
  package func write(_ event: Event) {
    if case .settingChanged("log_level", _, let text) = event,
      let level = EventLevel(rawValue: text)
    {
      lowest = level
    }
    guard event.level >= lowest else { return }
    if lostLines > 0 {
      guard append(.remark(text: "\(lostLines) lines before this one were lost")) else {
        return lostLines += 1
      }
      lostLines = 0
    }
    if !append(event) { lostLines += 1 }
  }

  private func append(_ event: Event) -> Bool {
    let record = EventRecord(
      time: .now, moment: MonotonicClock.now, process: process, epoch: epoch, isUnsafe: isUnsafe,
      event: event)
    var text = EventLine.encode(record) + "\n"
    for step in rotation.willWrite(text.utf8.count) { carryOut(step) }
    return text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) } == text.utf8.count
  }

  private func carryOut(_ step: RotatingLog.Step) {
    switch step {
    case .delete(let name): unlink("\(folder)/\(name)")
    case .rename(let from, let to): rename("\(folder)/\(from)", "\(folder)/\(to)")
    case .reopen: open()
    }
  }

  /// The old file stays open when a new one cannot be had: better a long log than none.
  private func open() {
    let fresh = Glibc.open(
      "\(folder)/\(rotation.currentName)", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard fresh >= 0 else { return }
    if descriptor >= 0 { close(descriptor) }
    descriptor = fresh
  }
}

extension WallTime {
  package static var now: WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }
}
