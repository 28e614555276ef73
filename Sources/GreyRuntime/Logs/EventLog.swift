// A process's log: typed events, said through a swift-log logger whose label is the process's name.
//
// What a process has to say is a closed set (`Event`); that decides what is in the files. The
// logger in between is how everybody else takes part: a library that is handed `logger`, or makes
// one of its own after `adoptLibraries`, writes into the same file, under the same level; and any
// handler of swift-log can take the place of ours.

import GreyBasics
import GreyEvents
import Logging
import Synchronization

/// Confined to the thread that runs the engine; `logger` may be handed to any.
package final class EventLog {
  package private(set) var logger: Logger
  private let context: LogContext
  /// Nil where somebody else's handler writes.
  private let handler: EventLogHandler?
  private var isOver = false

  /// - Parameters:
  ///   - folder: of the record; it has to be there.
  ///   - stem: of the file's name.
  ///   - isUnsafe: rules are switched off, which every line says.
  ///   - capacity: lines that may wait for the disk.
  package init(
    folder: String, stem: String, process: ProcessName, level: EventLevel, isUnsafe: Bool,
    maximumBytes: Int, maximumFiles: Int, capacity: Int = 16_384
  ) throws(DurableFile.WriteError) {
    let file = try LogFile(
      folder: folder, stem: stem, maximumBytes: maximumBytes, maximumFiles: maximumFiles)
    context = LogContext(process: process, level: level, isUnsafe: isUnsafe)
    let handler = EventLogHandler(LogWriter(to: file, capacity: capacity), context)
    self.handler = handler
    logger = Logger(label: process.description) { _ in handler }
  }

  /// Into whatever this handler makes of it.
  package init(process: ProcessName, level: EventLevel, handler: any LogHandler) {
    context = LogContext(process: process, level: level, isUnsafe: false)
    self.handler = nil
    logger = Logger(label: process.description) { _ in handler }
    logger.logLevel = Logger.Level(level)
  }

  deinit { end() }

  /// Who writes; a node learns its id when it joins.
  package var process: ProcessName {
    get { context.process }
    set {
      context.process = newValue
      let handler = logger.handler
      logger = Logger(label: newValue.description) { _ in handler }
    }
  }

  package var epoch: Epoch {
    get { context.epoch }
    set { context.epoch = newValue }
  }

  /// That the level was changed is an event as well, and this is what it changes. It is written by
  /// the lower of the two.
  package func write(_ event: Event) {
    if isOver { return }
    guard case .settingChanged("log_level", _, let text) = event,
      let level = EventLevel(rawValue: text)
    else { return logger.log(event, epoch: context.epoch) }
    set(min(level, context.level))
    logger.log(event, epoch: context.epoch)
    set(level)
  }

  private func set(_ level: EventLevel) {
    context.level = level
    logger.logLevel = Logger.Level(level)
  }

  /// From now on loggers that libraries of this process make by themselves write here, too. Only
  /// the first log of a process can: swift-log asks to be told once.
  package func adoptLibraries() {
    guard let handler, !Self.hasAdopted.exchange(true, ordering: .relaxed) else { return }
    LoggingSystem.bootstrap { handler.labelled($0) }
  }

  /// Set once, by whoever comes first.
  private static let hasAdopted = Atomic<Bool>(false)

  /// Everything that was written is in the file, or the limit is over and nobody waits any longer.
  package func end(within limit: Duration = .seconds(5)) {
    if isOver { return }
    isOver = true
    handler?.end(within: limit)
  }
}
