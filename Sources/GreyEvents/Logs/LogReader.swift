// Reads a growing file of JSON lines, a piece at a time, as a value: bytes in, records out.
//
// The writer may be killed in the middle of a line, or be writing it now. So only what ends in a
// line break is taken; the rest stays, and `offset` (where to read on) stands before it. A torn
// line in the middle of a file (a writer died, a new one appended) is counted and skipped, never a
// reason to stop. The file itself is read by whoever has files.

package struct LogReader: Hashable, Sendable {
  /// Where the next piece is to be read from.
  package private(set) var offset: UInt64
  /// Lines that were no records.
  package private(set) var unreadable = 0
  /// Bytes at the end that are not a line yet.
  package private(set) var torn = 0

  /// A line longer than this is no line of ours; it is skipped without being kept in memory.
  package static let longestLine = 8 << 20

  package init(offset: UInt64 = 0) { self.offset = offset }

  /// - Parameter bytes: what the file holds from `offset` on, or the beginning of that.
  package mutating func take(_ bytes: [UInt8]) -> [EventRecord] {
    var records: [EventRecord] = []
    var start = 0
    while start < bytes.count, let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      if end > start {
        let line = String(decoding: bytes[start..<end], as: UTF8.self)
        if let record = try? EventLine.decode(line) {
          records.append(record)
        } else {
          unreadable += 1
        }
      }
      start = end + 1
    }
    torn = bytes.count - start
    if torn > Self.longestLine {
      unreadable += 1
      start = bytes.count
      torn = 0
    }
    offset += UInt64(start)
    return records
  }
}
