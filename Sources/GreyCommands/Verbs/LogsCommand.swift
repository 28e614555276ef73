// `logs`: what the processes of a cluster said, as one story.

import ArgumentParser
import GreyBasics
import GreyEvents
import GreyRuntime

package struct LogsCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "logs", abstract: "Print the logs of all processes, merged by time.",
      discussion: """
        Of the cluster that is up, else of the last one. --follow goes on until
        Ctrl-C, or until the cluster is down.

          $ greywave logs --follow
          $ greywave logs --cycle 12 --process coordinator
          $ greywave logs --format gctrace
          $ greywave logs --json --since 5m | jq 'select(.level == "error")'
        """)
  }

  package enum Format: String, CaseIterable, ExpressibleByArgument, Sendable {
    case text, json, gctrace
  }

  @OptionGroup package var cluster: ClusterOptions
  @Flag(name: .shortAndLong, help: "Go on as the logs grow.")
  package var follow = false
  @Option(help: "text, json (a line an event), or gctrace (Go's line, one a cycle).")
  package var format: Format?
  @Option(
    help: ArgumentHelp(
      "Only what this one wrote, also before it joined: coordinator, node-1, …; may be given "
        + "several times."))
  package var process: [String] = []
  @Option(help: "Only what belongs to this cycle.")
  package var cycle: Int?
  @Option(help: "Only what this node wrote, or what is about it.")
  package var node: UInt16?
  @Option(help: "Only what belongs to this run.")
  package var run: UInt64?
  @Option(help: "Only events at least as important: debug, info, warning, error.")
  package var level: EventLevel?
  @Option(
    help: ArgumentHelp("Only what is younger: 5m, or 2026-11-23T04:05:06Z.", valueName: "time"))
  package var since: String?
  @Option(help: ArgumentHelp("Another record than the last one.", valueName: "record"))
  package var record: String?

  package init() {}
  package var wantsJSON: Bool { cluster.json }

  package func validate() throws {
    if cluster.json, let format, format != .json {
      throw ValidationError("--json and --format \(format.rawValue) exclude each other.")
    }
  }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    let paths = try cluster.paths(context)
    let record = try find(paths)
    let filter = try filter(context)
    var folder = LogFolder(record, filter: filter)
    var printed = 0
    if follow { Interrupt.watch() }
    let isCurrent = RunRecord.current(in: paths) == record
    while true {
      // Asked before reading, so that what the last process wrote at its end is read.
      let isOver = !follow || !isCurrent || context.interrupted() || !isUp(paths)
      folder.read()
      // Younger lines wait a moment for those of other processes that are older still.
      let limit = isOver ? nil : context.clock.wall() - .milliseconds(200)
      let lines = folder.lines(until: limit)
      for line in lines {
        guard let text = form(line, context) else { continue }
        context.output(text)
        printed += 1
      }
      if isOver { break }
      // A quiet cluster is looked at less often.
      for _ in 0..<(lines.isEmpty ? 10 : 1) { context.clock.pause() }
    }
    if folder.unreadable > 0 {
      context.note("\(Text.plural(folder.unreadable, "line")) could not be read")
    }
    if printed == 0, filter.isSelective {
      let writers = folder.writers.map(\.description)
      context.note("no line matches; \(Text.list(writers)) wrote the lines of \(record.name)")
    }
    return .ok
  }

  private func isUp(_ paths: ClusterPaths) -> Bool {
    ProcessTable.registered(in: paths).contains(where: \.isAlive)
  }

  private func form(_ record: EventRecord, _ context: CommandContext) -> String? {
    switch format ?? (cluster.json ? .json : .text) {
    case .text: return EventText.line(record, colour: context.coloursOutput)
    case .json: return EventLine.withSchema(record).line
    case .gctrace:
      guard case .cycleFinished(let figures) = record.event else { return nil }
      return GoTrace.line(figures, isUnsafe: record.isUnsafe)
    }
  }

  private func find(_ paths: ClusterPaths) throws -> RunRecord {
    let all = RunRecord.all(in: paths)
    if let record {
      guard let found = all.first(where: { $0.name == record }) else {
        let names = all.suffix(5).map(\.name).joined(separator: ", ")
        throw CommandFailure(
          .usage, "there is no record '\(record)'; the last ones are: \(names)")
      }
      return found
    }
    guard let found = RunRecord.current(in: paths) ?? all.last else {
      throw CommandFailure.noCluster(paths.name, "and never was: no records in \(paths.records)")
    }
    return found
  }

  private func filter(_ context: CommandContext) throws -> LogFilter {
    var filter = LogFilter()
    for text in process {
      guard let name = ProcessName(text) else {
        throw CommandFailure(
          .usage, "--process: '\(text)' is neither 'coordinator' nor like 'node-1'")
      }
      filter.processes.insert(name)
    }
    filter.cycle = cycle
    filter.node = node.map { NodeID(rawValue: $0) }
    filter.run = run.map { RunID(rawValue: $0) }
    if let level { filter.level = level }
    if let since {
      if let time = WallTime(since) {
        filter.since = time
      } else if let age = DurationArgument(argument: since) {
        filter.since = context.clock.wall() - age.value
      } else {
        throw CommandFailure(
          .usage, "--since: '\(since)' is neither a duration (5m) nor a time in UTC (…Z)")
      }
    }
    return filter
  }
}

extension EventLevel: ExpressibleByArgument {}
