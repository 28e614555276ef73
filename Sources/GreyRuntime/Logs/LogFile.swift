// A process's log on disk: JSON Lines in a file that is rotated, so that a long life does not fill
// a disk.
//
// Each line is one `write`, so that a reader never sees half a line unless the process died in it
// or the disk was full. That costs lines, not the process: what could not be written is counted,
// and the count is the first thing written when there is room again, on a line of its own.

import Glibc
import GreyEvents

/// Confined to the thread that writes.
final class LogFile {
  private let folder: String
  private var rotation: RotatingLog
  private var descriptor: Int32 = -1
  private var lostLines = 0
  /// The file ends within a line.
  private var isTorn = false

  init(
    folder: String, stem: String, maximumBytes: Int, maximumFiles: Int
  ) throws(DurableFile.WriteError) {
    self.folder = folder
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

  /// - Parameter lost: lines that never came this far.
  func write(_ record: EventRecord, lostBefore lost: Int = 0) {
    lostLines += lost
    if lostLines > 0 {
      var note = record
      note.event = .remark(text: "\(lostLines) lines before this one were lost")
      guard append(note) else { return lostLines += 1 }
      lostLines = 0
    }
    if !append(record) { lostLines += 1 }
  }

  private func append(_ record: EventRecord) -> Bool {
    var text = (isTorn ? "\n" : "") + EventLine.encode(record) + "\n"
    for step in rotation.willWrite(text.utf8.count) { carryOut(step) }
    let written = text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if written > 0 { isTorn = written < text.utf8.count }
    return written == text.utf8.count
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
