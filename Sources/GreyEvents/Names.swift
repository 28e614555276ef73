// How events name things: processes, objects, time.
//
// Never by an address or by an order of arrival: the same seed gives the same names in every run.

import GreyBasics

extension NodeID: Codable {}
extension Term: Codable {}
extension Epoch: Codable {}
extension StopNumber: Codable {}
extension RunID: Codable {}
extension TaskID: Codable {}

/// Who wrote a line.
package enum ProcessName: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
  case coordinator
  case node(NodeID)
  /// A mutator process that has no id yet: it is named by its pid.
  case joining(pid: Int)
  /// The command line.
  case command

  package init?(_ text: String) {
    let words = text.split(separator: "-", maxSplits: 1)
    let number = words.count == 2 ? Int(words[1]) : nil
    switch (words.first, number) {
    case ("coordinator", nil) where words.count == 1: self = .coordinator
    case ("command", nil) where words.count == 1: self = .command
    case ("node", let id?) where UInt16(exactly: id) != nil: self = .node(NodeID(id))
    case ("joining", let pid?): self = .joining(pid: pid)
    default: return nil
    }
  }

  package var description: String {
    switch self {
    case .coordinator: "coordinator"
    case .node(let id): "node-\(id.rawValue)"
    case .joining(let pid): "joining-\(pid)"
    case .command: "command"
    }
  }

  private var rank: (Int, Int) {
    switch self {
    case .coordinator: (0, 0)
    case .node(let id): (1, Int(id.rawValue))
    case .joining(let pid): (2, pid)
    case .command: (3, 0)
    }
  }

  package static func < (a: ProcessName, b: ProcessName) -> Bool { a.rank < b.rank }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let name = ProcessName(text) else {
      throw JSONShapeError(path: "process", problem: "'\(text)' is no process of a cluster")
    }
    self = name
  }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// An object, as `node:offset` from the start of that node's arena.
package struct ObjectName: Hashable, Sendable, CustomStringConvertible, Codable {
  package var node: NodeID
  package var offset: UInt64
  package init(node: NodeID, offset: UInt64) {
    self.node = node
    self.offset = offset
  }
  package init?(_ text: String) {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let node = UInt16(parts[0]), let offset = UInt64(parts[1]) else {
      return nil
    }
    self.init(node: NodeID(rawValue: node), offset: offset)
  }
  package var description: String { "\(node.rawValue):\(offset)" }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let name = ObjectName(text) else {
      throw JSONShapeError(path: "object", problem: "'\(text)' is not node:offset")
    }
    self = name
  }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// A point of calendar time: nanoseconds since 1970, printed as ISO 8601 in UTC with microseconds.
/// Given in from outside; nothing here reads a clock.
package struct WallTime: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
  package var nanoseconds: UInt64
  package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  package static func < (a: WallTime, b: WallTime) -> Bool { a.nanoseconds < b.nanoseconds }
  package static func + (a: WallTime, b: Duration) -> WallTime {
    WallTime(nanoseconds: a.nanoseconds &+ UInt64(clamping: b.nanoseconds))
  }
  /// Negative where the clock was set back between them.
  package static func - (a: WallTime, b: WallTime) -> Duration {
    .nanoseconds(Int64(clamping: a.nanoseconds) - Int64(clamping: b.nanoseconds))
  }
  package static func - (a: WallTime, b: Duration) -> WallTime {
    let back = UInt64(clamping: b.nanoseconds)
    return WallTime(nanoseconds: a.nanoseconds > back ? a.nanoseconds - back : 0)
  }

  /// `2026-11-23T04:05:06.123456Z`
  package var description: String { Self.day(nanoseconds) + "T" + clock + "Z" }

  /// `04:05:06.123456`, for people who know what day it is.
  package var clock: String {
    let micros = nanoseconds / 1_000
    let second = micros / 1_000_000 % 86_400
    return [second / 3_600, second / 60 % 60, second % 60].map { Self.pad($0, 2) }
      .joined(separator: ":") + "." + Self.pad(micros % 1_000_000, 6)
  }

  /// Nil for what is no time, and for a year that nanoseconds cannot count.
  package init?(_ text: String) {
    guard text.hasSuffix("Z") else { return nil }
    let halves = text.dropLast().split(separator: "T", omittingEmptySubsequences: false)
    guard halves.count == 2 else { return nil }
    let date = Self.numbers(halves[0], separator: "-")
    let parts = halves[1].split(separator: ".", omittingEmptySubsequences: false)
    let clock = Self.numbers(parts[0], separator: ":")
    guard date.count == 3, clock.count == 3, parts.count <= 2, (1970...2500).contains(date[0]),
      (1...12).contains(date[1]), (1...31).contains(date[2]), clock[0] < 24, clock[1] < 60,
      clock[2] <= 60
    else { return nil }
    var fraction: UInt64 = 0
    if parts.count == 2 {
      let digits = parts[1].prefix(9)
      guard let value = Self.number(digits) else { return nil }
      fraction = (digits.count..<9).reduce(UInt64(value)) { scaled, _ in scaled * 10 }
    }
    let days = Self.daysSince1970(year: date[0], month: date[1], day: date[2])
    let seconds = days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
    self.init(nanoseconds: UInt64(seconds) * 1_000_000_000 + fraction)
  }

  /// Whole numbers between separators; empty if any part is something else.
  private static func numbers(_ text: Substring, separator: Character) -> [Int] {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    let numbers = parts.compactMap { number($0) }
    return numbers.count == parts.count ? numbers : []
  }

  private static func number(_ digits: Substring) -> Int? {
    !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
  }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let time = WallTime(text) else {
      throw JSONShapeError(path: "time", problem: "'\(text)' is no ISO 8601 time in UTC")
    }
    self = time
  }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  private static func pad(_ value: UInt64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  // Hinnant's civil calendar arithmetic: years begin in March, so that the leap day is the last.
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let dayOfEra = y % 400 * 365 + y % 400 / 4 - y % 400 / 100 + dayOfYear
    return y / 400 * 146_097 + dayOfEra - 719_468
  }

  private static func day(_ nanoseconds: UInt64) -> String {
    let days = Int(nanoseconds / 86_400_000_000_000) + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return pad(UInt64(year), 4) + "-" + pad(UInt64(month), 2) + "-" + pad(UInt64(day), 2)
  }
}

/// How much a line matters.
package enum EventLevel: String, Hashable, Sendable, CaseIterable, Comparable, Codable {
  case debug, info, warning, error
  package static func < (a: EventLevel, b: EventLevel) -> Bool { a.rank < b.rank }

  /// Its place in the declaration.
  package var rank: Int {
    switch self {
    case .debug: 0
    case .info: 1
    case .warning: 2
    case .error: 3
    }
  }
  package init(rank: Int) {
    switch rank {
    case ...0: self = .debug
    case 1: self = .info
    case 2: self = .warning
    default: self = .error
    }
  }
}

/// Where the cluster is in a cycle. The raw values are what logs and `status` say.
package enum ClusterPhase: String, Hashable, Sendable, CaseIterable, Codable {
  case idle, prepare, stop1, mark, stop2, sweep
  /// Stopped for `verify` or another look inside; nothing is armed or decided.
  case inspect
  /// A restarted coordinator waits until every known member has answered or been fenced.
  case takeover
  /// Going down.
  case shutdown
}
