// One event of ours, said through a swift-log logger.
//
// It goes as message and metadata, as swift-log has it: the message is the readable sentence, the
// metadata are the event's fields, as in the JSON line, and under `event` the event itself, which
// describes itself by its name. Any handler can write that down; ours takes the event out of it,
// also where it is one of several behind a multiplexer. Where it is the only one, sentence and
// fields are left out, so that the thread that logs formats nothing.

import GreyBasics
import GreyEvents
import Logging

extension Logger {
  /// An event below the level costs this comparison.
  func log(_ event: Event, epoch: Epoch) {
    let level = Level(event.level)
    guard logLevel <= level else { return }
    let itself = MetadataValue.stringConvertible(LoggedEvent(event))
    if handler is EventLogHandler {
      return log(level: level, "", metadata: [LoggedEvent.key: itself])
    }
    var metadata = Metadata(
      uniqueKeysWithValues: EventLine.fields(of: event).map { ($0.key, MetadataValue($0.value)) })
    metadata["epoch"] = .string("\(event.ownEpoch ?? epoch)")
    metadata[LoggedEvent.key] = itself
    log(level: level, "\(EventText.sentence(event))", metadata: metadata)
  }
}

/// An event within metadata.
struct LoggedEvent: Sendable, CustomStringConvertible {
  static let key = "event"
  let event: Event
  init(_ event: Event) { self.event = event }
  var description: String { EventLine.name(of: event) }

  static func find(in metadata: Logger.Metadata?) -> Event? {
    guard case .stringConvertible(let value) = metadata?[key] else { return nil }
    return (value as? LoggedEvent)?.event
  }
}

extension Logger.Level {
  init(_ level: EventLevel) {
    switch level {
    case .debug: self = .debug
    case .info: self = .info
    case .warning: self = .warning
    case .error: self = .error
    }
  }
}

extension Logger.MetadataValue {
  init(_ json: JSON) {
    if let text = json.text {
      self = .string(text)
    } else if let elements = json.elements {
      self = .array(elements.map { Logger.MetadataValue($0) })
    } else if let members = json.members {
      self = .dictionary(
        Logger.Metadata(
          members.map { ($0.key, Logger.MetadataValue($0.value)) }, uniquingKeysWith: { $1 }))
    } else {
      self = .string(json.line)
    }
  }
}
