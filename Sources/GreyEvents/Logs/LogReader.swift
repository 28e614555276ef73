// Reads a growing file of JSON lines, a piece at a time, as a value: bytes in, records out.
//
// The writer may be killed in the middle of a line, or be writing it now. So only what ends in a
// line break is taken; the rest stays, and `offset` (where to read on) stands before it. A torn
// line in the middle of a file (a writer died, a new one appended) is counted and skipped, never a
// reason to stop. The file itself is read by whoever has files.
//
// Whoever wants what is younger than some moment need not wait until everything older is decoded,
// which is most of the time that a log takes to be read: every line begins with its time, of fixed
// width, so bytes compare as times do. Decoded are older ones as well that say what readers
// must know of a file all the same: a writer's name that is new, and which process became a node.

import GreyBasics

package struct LogReader: Hashable, Sendable {
  /// Where the next piece is to be read from.
  package private(set) var offset: UInt64
  /// Lines that were no records.
  package private(set) var unreadable = 0
  /// Bytes at the end that are not a line yet.
  package private(set) var torn = 0

  /// Lines older than this (bytes of its text) are not decoded; empty: all are.
  private let since: [UInt8]
  /// The field that says who wrote the line that was decoded last.
  private var writer: [UInt8] = []

  /// A line longer than this is no line of ours; it is skipped without being kept in memory.
  package static let longestLine = 8 << 20

  package init(offset: UInt64 = 0, since: WallTime? = nil) {
    self.offset = offset
    self.since = since.map { Array($0.description.utf8) } ?? []
  }

  /// - Parameter bytes: what the file holds from `offset` on, or the beginning of that.
  package mutating func take(_ bytes: [UInt8]) -> [EventRecord] {
    var records: [EventRecord] = []
    var start = 0
    while start < bytes.count, let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      if end > start, !isOfNoInterest(bytes[start..<end]) {
        let line = String(decoding: bytes[start..<end], as: UTF8.self)
        if let record = try? EventLine.decode(line) {
          records.append(record)
          if !since.isEmpty { writer = Self.processField(record.process) }
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

  private static let head = Array("{\"time\":\"".utf8)
  private static let joining = Array("\"event\":\"node_joined\"".utf8)
  /// Where a line's writer and its event's name are, at most so many bytes from its beginning.
  private static let headBytes = 256

  private static func processField(_ process: ProcessName) -> [UInt8] {
    Array("\"process\":\"\(process)\"".utf8)
  }

  private func isOfNoInterest(_ line: ArraySlice<UInt8>) -> Bool {
    if since.isEmpty || writer.isEmpty { return false }
    let time = line.dropFirst(Self.head.count).prefix(since.count)
    guard line.starts(with: Self.head), time.count == since.count, time.last == since.last,
      time.lexicographicallyPrecedes(since)
    else { return false }
    let head = line.prefix(Self.headBytes)
    return head.contains(writer) && !head.contains(Self.joining)
  }
}
