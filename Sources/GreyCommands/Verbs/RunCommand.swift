// `run`: inject a workload and see it through, or run a Go program.

import ArgumentParser
import GreyBasics
import GreyEvents

package struct RunCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "run", abstract: "Run a workload on the cluster, or a Go program.",
      discussion: """
        Shows what the run prints, waits for its end, and fails if its own check
        does. Ctrl-C, or a terminal that closes, cancels the run. One that goes on for
        duration_grace (10 s, times time_scale) after its --duration is cancelled, and
        fails with 4. `greywave workloads` lists what there is.

          $ greywave run rings --set rings=1000 --set length=8
          $ greywave run churn --duration 30s --on 1,2 --detach

        An argument that ends in .go is a program. It gets a cluster of its own, which
        is gone with it; what follows are the program's arguments. Its exit status
        is passed on; 1: it has errors, told as Go tells them; 130: Ctrl-C.

          $ greywave run --nodes 2 program.go
        """)
  }

  @OptionGroup package var cluster: ClusterOptions
  @Argument(help: "The workload's name, or a Go program.")
  package var workload: String
  @Argument(help: "Of a program: its arguments.")
  package var arguments: [String] = []
  @Option(
    name: .customLong("nodes"),
    help: ArgumentHelp("Of a program: nodes of its cluster. Default: 1.", valueName: "count"))
  package var count: Int?
  @Option(
    help: ArgumentHelp("A parameter; may be given several times.", valueName: "key=value"))
  package var set: [String] = []
  @Option(help: "Where the run's randomness starts. Default: the cluster's own.")
  package var seed: UInt64?
  @Option(
    help: ArgumentHelp("End it after so long. Default: when it ends.", valueName: "duration"))
  package var duration: DurationArgument?
  @Option(
    name: .customLong("on"),
    help: ArgumentHelp(
      "The nodes that take part, the first begins. Default: all.", valueName: "node,…"))
  package var nodes: NodeList?
  @Flag(help: "Do not wait for its end.")
  package var detach = false
  @Option(help: ArgumentHelp("Cancel it after so long and fail.", valueName: "duration"))
  package var timeout: DurationArgument?

  package init() {}
  package var wantsJSON: Bool { cluster.json }

  private var isProgram: Bool { workload.hasSuffix(".go") }

  package func validate() throws {
    if isProgram {
      let others = [
        ("--json", cluster.json), ("--set", !set.isEmpty), ("--seed", seed != nil),
        ("--duration", duration != nil), ("--on", nodes != nil), ("--detach", detach),
      ]
      for (name, isGiven) in others where isGiven {
        throw ValidationError("\(name) is for workloads; \(workload) is a Go program.")
      }
    } else if count != nil || !arguments.isEmpty {
      throw ValidationError(
        (count != nil ? "--nodes is" : "arguments are") + " for Go programs; \(workload) is none.")
    }
  }

  package mutating func run() throws {
    let status = exitStatus(.live)
    if status != CommandStatus.ok.rawValue { throw ExitCode(status) }
  }

  /// A program's own status is any number.
  package func exitStatus(_ context: CommandContext) -> Int32 {
    guard isProgram else { return perform(context).rawValue }
    var own: Int32 = 0
    let status = attempt(context) {
      own = try runProgram(context)
      return .ok
    }
    return status == .ok ? own : status.rawValue
  }

  private func runProgram(_ context: CommandContext) throws -> Int32 {
    let paths = try cluster.paths(context)
    let processes = try paths.checkRuntime() ? ProcessTable.registered(in: paths) : []
    if processes.contains(where: { $0.role == .coordinator && $0.isAlive }) {
      let named = paths.name == .standard ? "" : " --name \(paths.name)"
      throw CommandFailure(
        .usage,
        "cluster '\(paths.name)' is up, and a program runs in a cluster of its own only: give "
          + "--name another name, or end that one with: cluster/down\(named)")
    }
    return try ProgramRun(
      file: workload, nodes: count, arguments: arguments, limit: timeout?.value
    ).execute(context)
  }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    if isProgram { return CommandStatus(rawValue: try runProgram(context)) ?? .checkFailed }
    let parameters = try parameters(context)
    var client = try cluster.client(context)
    let watch = RunWatch(context, workload: workload)
    if !detach { Interrupt.watch() }
    let limit = timeout?.value
    let result: RunResult
    do {
      result = try client.request(
        .run(
          workload: workload, parameters: parameters, seed: seed,
          durationUs: duration.map { Int($0.value.microseconds) }, nodes: nodes?.nodes,
          detach: detach),
        limit: detach ? .seconds(30) : limit, onEvent: watch.event, onQuiet: watch.quiet)
    } catch let failure as CommandFailure where failure.status == .timeout && !detach {
      throw cancelled(watch.run, because: failure, &client)
    }
    watch.progress.end()
    context.print(result, json: cluster.json) { Render.run(result, $0) }
    if result.ok == false { return result.failure.map(CommandStatus.init) ?? .checkFailed }
    return .ok
  }

  private func parameters(_ context: CommandContext) throws -> [String: String] {
    let description = context.runtime.workloads().first { $0.name == workload }
    let files = description?.parameters.filter(\.isFile).map(\.name) ?? []
    var values: [String: String] = [:]
    for text in set {
      var (key, value) = try ConfigurationOptions.split(text, flag: "--set")
      // The nodes were started elsewhere.
      if files.contains(key), !value.isEmpty, !value.hasPrefix("/") {
        value = context.folder + "/" + value
      }
      guard values.updateValue(value, forKey: key) == nil else {
        throw CommandFailure(.usage, "--set: '\(key)' is given twice")
      }
    }
    return values
  }

  /// Nobody waits for it any more, so it must not go on.
  private func cancelled(
    _ run: RunID?, because failure: CommandFailure, _ client: inout ControlClient
  ) -> CommandFailure {
    guard let run else { return failure }
    let cancelled: CancelResult? = try? client.request(.cancel(run: run), limit: .seconds(10))
    let end = cancelled == nil ? "it could not be cancelled" : "it is cancelled"
    return CommandFailure(failure.status, "\(failure.message); run \(run): \(end)")
  }
}

/// What is shown of a run while it goes on.
final class RunWatch {
  private let context: CommandContext
  let progress: ProgressLine
  private(set) var run: RunID?
  private var cycles = 0

  init(_ context: CommandContext, workload: String) {
    self.context = context
    progress = ProgressLine(context, doing: workload)
  }

  func event(_ record: EventRecord) {
    switch record.event {
    case .runStarted(let id, _, _, _, _): run = id
    case .runOutput(_, let node, let text):
      // Output is a stream, a note is a line: the break at its end is the note's own.
      let line = text.hasSuffix("\n") ? String(text.dropLast()) : text
      context.note("\(context.coloursNotes ? Colour.dim.wrap("\(node):") : "\(node):") \(line)")
      return
    case .cycleFinished: cycles += 1
    default: break
    }
    if record.level >= .warning {
      context.note(EventText.line(record, colour: context.coloursNotes))
    }
  }

  func quiet(_ elapsed: Duration) -> ControlClient.Patience {
    progress.quiet(elapsed, Text.plural(cycles, "cycle"))
    return context.interrupted() ? .giveUp : .wait
  }
}

/// `1,2,5`
package struct NodeList: ExpressibleByArgument, Hashable, Sendable {
  package var nodes: [NodeID]
  package init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { UInt16($0) }.filter { $0 > 0 }
    guard numbers.count == words.count, Set(numbers).count == numbers.count else { return nil }
    nodes = numbers.map { NodeID(rawValue: $0) }
  }
}
