// Our end of swift-log: what is logged becomes a line of the process's file.
//
// An event of ours comes as itself and is put on its way as it is; formatting is for the thread
// that writes. What a library logs has words and metadata and becomes one event of the closed set,
// `library_message`.
//
// The level is the process's, so that `set log_level` holds for loggers that were handed out long
// ago; whoever sets the level of a logger has changed that logger alone, as swift-log wants it.

import GreyEvents
import Logging

struct EventLogHandler: LogHandler {
  private let writer: LogWriter
  private let context: LogContext
  /// Of a logger that a library has made for itself; nil for the process's own.
  private let label: String?
  private var ownLevel: Logger.Level?
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  init(_ writer: LogWriter, _ context: LogContext, label: String? = nil) {
    self.writer = writer
    self.context = context
    self.label = label
  }

  func labelled(_ label: String) -> EventLogHandler {
    EventLogHandler(writer, context, label: label)
  }

  var logLevel: Logger.Level {
    get { ownLevel ?? Logger.Level(context.level) }
    set { ownLevel = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    writer.put(context.record(LoggedEvent.find(in: event.metadata) ?? message(event)))
  }

  func end(within limit: Duration) { writer.end(within: limit) }

  private func message(_ event: LogEvent) -> Event {
    var all = metadata
    if let metadataProvider { all.merge(metadataProvider.get()) { $1 } }
    all.merge(event.metadata ?? [:]) { $1 }
    if let error = event.error { all["error"] = .string("\(error)") }
    return .libraryMessage(
      level: EventLevel(event.level), source: label ?? event.source, text: "\(event.message)",
      metadata: JSON(all))
  }
}

extension EventLevel {
  /// The nearest that we have; those of the same name are each other's.
  init(_ level: Logger.Level) {
    switch level {
    case .trace, .debug: self = .debug
    case .info, .notice: self = .info
    case .warning: self = .warning
    case .error, .critical: self = .error
    }
  }
}

extension JSON {
  init(_ metadata: Logger.Metadata) {
    self = .object(
      metadata.sorted { $0.key < $1.key }.map { JSON.Member($0.key, JSON($0.value)) })
  }

  init(_ value: Logger.MetadataValue) {
    switch value {
    case .string(let text): self = .string(text)
    case .stringConvertible(let value): self = .string("\(value)")
    case .array(let values): self = .array(values.map { JSON($0) })
    case .dictionary(let metadata): self = JSON(metadata)
    }
  }
}
