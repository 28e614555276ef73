// One line of a log: an event, with when, who and in which epoch.
//
// On disk it is one flat JSON object. What every line has comes first, then `event`, then the
// event's own fields: `jq 'select(.event=="stop_cancelled") | .waited_us'` works on any log.

import GreyBasics

package struct EventRecord: Hashable, Sendable {
  package var time: WallTime
  /// The writer's monotonic clock; comparable within one process only.
  package var monotonicNs: UInt64
  package var process: ProcessName
  /// The epoch the writer was in; zero when it was in none.
  package var epoch: Epoch
  /// Written by a cluster with rules switched off.
  package var isUnsafe: Bool
  package var event: Event

  package init(
    time: WallTime, moment: Moment, process: ProcessName, epoch: Epoch = .zero,
    isUnsafe: Bool = false, event: Event
  ) {
    self.time = time
    self.monotonicNs = moment.nanoseconds
    self.process = process
    self.epoch = event.ownEpoch ?? epoch
    self.isUnsafe = isUnsafe
    self.event = event
  }

  package var level: EventLevel { event.level }
}

/// The JSON form of a record: encode, decode.
package enum EventLine {
  /// One line, without its line break.
  package static func encode(_ record: EventRecord) -> String { json(record).line }

  package static func json(_ record: EventRecord) -> JSON {
    var members: [JSON.Member] = [
      .init("time", .string(record.time.description)),
      .init("monotonic_ns", .unsigned(record.monotonicNs)),
      .init("process", .string(record.process.description)),
      .init("level", .string(record.level.rawValue)),
      .init("epoch", .unsigned(record.epoch.rawValue)),
    ]
    if record.isUnsafe { members.append(.init("unsafe", .bool(true))) }
    let (name, fields) = parts(of: record.event)
    members.append(.init("event", .string(name)))
    // The epoch of a cycle's figures is the record's own, and so is a library's level: said once.
    members += fields.filter { $0.key != "epoch" && $0.key != "level" }
    return .object(members)
  }

  package static let schema = "greywave.event/1"

  /// As a command prints it: every object on stdout says what it is. Files say it by their name.
  package static func withSchema(_ record: EventRecord) -> JSON {
    .object([.init("schema", .string(schema))] + (json(record).members ?? []))
  }

  /// The event's name on disk: `cycle_finished`.
  package static func name(of event: Event) -> String { parts(of: event).name }

  /// The event's own fields, as its line has them.
  package static func fields(of event: Event) -> [JSON.Member] {
    parts(of: event).fields.filter { $0.key != "level" }
  }

  package static func decode(_ line: String) throws -> EventRecord {
    try decode(try JSON(parsing: line))
  }

  package static func decode(_ json: JSON) throws -> EventRecord {
    guard let name = json["event"]?.text else {
      throw JSONShapeError(path: "event", problem: "is missing")
    }
    let envelope: Envelope = try json.decoded()
    let wrapped = Self.unlabelled.contains(name) ? JSON.object([.init("_0", json)]) : json
    let event: Event = try JSON.object([.init(name, wrapped)]).decoded()
    return EventRecord(
      time: envelope.time, moment: Moment(nanoseconds: envelope.monotonicNs),
      process: envelope.process, epoch: envelope.epoch, isUnsafe: envelope.unsafe ?? false,
      event: event)
  }

  private struct Envelope: Codable {
    var time: WallTime
    var monotonicNs: UInt64
    var process: ProcessName
    var epoch: Epoch
    var unsafe: Bool?
  }

  /// Events whose fields are those of one struct.
  private static let unlabelled: Set<String> = ["cycle_finished"]

  /// The compiler writes `{"name": {fields}}`, and `{"name": {"_0": {fields}}}` for a struct.
  private static func parts(of event: Event) -> (name: String, fields: [JSON.Member]) {
    guard let json = try? JSON(encoding: event), let member = json.members?.first else {
      preconditionFailure("every event of the closed set encodes")
    }
    let content = member.value["_0"] ?? member.value
    return (member.key, content.members ?? [])
  }
}
