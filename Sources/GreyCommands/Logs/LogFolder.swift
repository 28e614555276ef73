// The log files of a record, read as they grow and are rotated.
//
// A file is known by its inode, not by its name: what was `node-1.jsonl` a moment ago may be
// `node-1.1.jsonl` now, and is still the same file with the same place to read on from.

import Foundation
import Glibc
import GreyBasics
import GreyEvents

package struct LogFolder {
  private let folder: String
  private var merger: LogMerger

  package init(_ record: RunRecord, filter: LogFilter) {
    folder = record.path
    merger = LogMerger(filter: filter)
  }

  /// Reads what has come since the last time.
  package mutating func read() {
    var files: [String: String] = [:]
    for name in RotatingLog.inOrder(Files.names(in: folder)) {
      let path = folder + "/" + name
      var status = stat()
      guard stat(path, &status) == 0 else { continue }
      let identity = "\(status.st_dev):\(status.st_ino)"
      files[identity] = path
      merger.add(identity)
    }
    for (identity, offset) in merger.wants {
      guard let path = files[identity] else { continue }
      read(path, identity, from: offset)
    }
  }

  /// Bounded pieces, so that a large log is never in memory as a whole beside its records.
  private mutating func read(_ path: String, _ identity: String, from start: UInt64) {
    let piece = 4 << 20
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var offset = start
    while true {
      var wanted = piece
      var bytes: [UInt8] = []
      // A line longer than a piece: read on until it is whole, or too long to be a line.
      while true {
        bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
          count = max(0, pread(descriptor, buffer.baseAddress, wanted, Int(offset)))
        }
        if bytes.count < wanted || bytes.contains(UInt8(ascii: "\n")) { break }
        if wanted > LogReader.longestLine { break }
        wanted *= 2
      }
      merger.take(bytes, of: identity)
      let next = merger.wants.first { $0.name == identity }?.offset ?? offset
      guard bytes.count == wanted, next > offset else { return }
      offset = next
    }
  }

  package mutating func lines(until limit: WallTime? = nil) -> [EventRecord] {
    merger.lines(until: limit)
  }

  package var unreadable: Int { merger.unreadable }
  /// Who has written anything, in the order of their names.
  package var writers: [ProcessName] { merger.writers.sorted() }
}
