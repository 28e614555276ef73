// Logs: lines that a process wrote until it was killed, or that somebody edited.
//
// The first byte of an input says in which pieces the rest is read: the pieces must not matter. A
// line that is a record is written again and read again as the same record, and every form in which
// people see it can be made of it.

import GreyBasics
import GreyEvents

extension FuzzReader {
  static let log = FuzzReader(
    name: "log",
    seeds: {
      let lines = Samples.all.map { EventLine.encode(Samples.record($0)) + "\n" }
      return lines.map { [0] + Array($0.utf8) } + [[40] + Array(lines.joined().utf8)]
    },
    words: LogFuzz.words
  ) { bytes in
    guard let piece = bytes.first else { return }
    let log = Array(bytes.dropFirst())
    var whole = LogReader()
    let records = whole.take(log)
    property(whole.offset <= log.count, "more was read than there is: \(whole.offset)")

    var merger = LogMerger()
    merger.add("log")
    let first = min(log.count, Int(piece) * 8)
    merger.take(Array(log[..<first]), of: "log")
    let offset = Int(merger.wants[0].offset)
    merger.take(Array(log[offset...]), of: "log")
    property(merger.lines() == records, "in two pieces it reads differently")
    property(merger.unreadable == whole.unreadable, "in two pieces other lines are no records")
    property(merger.torn == whole.torn, "in two pieces another end is torn")

    for record in records { LogFuzz.check(record) }
    var filter = LogFilter()
    filter.cycle = 1
    filter.node = NodeID(2)
    var chosen = LogMerger(filter: filter)
    chosen.add("log")
    chosen.take(log, of: "log")
    property(chosen.lines().count <= records.count, "a filter adds lines")
  }
}

enum LogFuzz {
  static let words =
    Samples.all.map { EventLine.name(of: $0) }
    + [
      "\"time\":\"", "\"monotonic_ns\":", "\"process\":\"", "\"level\":\"", "\"epoch\":",
      "\"event\":\"", "coordinator", "node-1", "joining-7", "command", "T04:05:06.1Z", "\\u0000",
      "18446744073709551615", "9223372036854775807", "-9223372036854775808", "1e308",
    ]

  static func check(_ record: EventRecord) {
    let line = EventLine.encode(record)
    property(!line.contains("\n"), "a record of several lines: \(line)")
    let again = mustWork("a record is not read again: \(line)") { try EventLine.decode(line) }
    // Times are written in whole microseconds.
    var expected = record
    expected.time.nanoseconds -= record.time.nanoseconds % 1_000
    property(again == expected, "a record is read as another one: \(line)")
    property(
      EventText.line(record).unicodeScalars.allSatisfy {
        $0.properties.generalCategory != .control
      }, "a text that steers a terminal")
    property(!EventText.line(record, colour: true).contains("\n"), "a text of several lines")
    if case .cycleFinished(let figures) = record.event {
      property(GoTrace.line(figures).hasPrefix("gc "), "no trace line")
    }
  }
}
