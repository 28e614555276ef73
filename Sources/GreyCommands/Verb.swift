// What every verb is: options, and a function from the world to an exit status.

import ArgumentParser
import GreyBasics
import GreyEvents

package protocol Verb: ParsableCommand {
  var wantsJSON: Bool { get }
  func execute(_ context: CommandContext) throws -> CommandStatus
}

extension Verb {
  package mutating func run() throws {
    let status = perform(.live)
    if status != .ok { throw ExitCode(status.rawValue) }
  }

  /// Runs; a failure is told, as JSON too where that was asked for, and becomes its status.
  package func perform(_ context: CommandContext) -> CommandStatus {
    attempt(context) { try execute(context) }
  }

  func attempt(_ context: CommandContext, _ body: () throws -> CommandStatus) -> CommandStatus {
    do {
      return try body()
    } catch let failure as CommandFailure {
      return tell(failure, context)
    } catch let error as ConfigurationError {
      return tell(CommandFailure(.usage, error.description), context)
    } catch {
      return tell(CommandFailure(.checkFailed, "\(error)"), context)
    }
  }

  private func tell(_ failure: CommandFailure, _ context: CommandContext) -> CommandStatus {
    let word = context.coloursNotes ? Colour.red.wrap("greywave:") : "greywave:"
    context.note("\(word) \(failure.message)")
    if wantsJSON { context.output(FailureResult(failure).json.line) }
    return failure.status
  }
}

/// What `--json` prints when there is no result.
package struct FailureResult: ControlResult {
  package static let schema = "greywave.error/1"
  package var exitCode: Int32
  package var message: String
  package init(_ failure: CommandFailure) {
    exitCode = failure.status.rawValue
    message = failure.message
  }
}

/// `--name` and `--json`: what every verb that talks about a cluster has.
package struct ClusterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The cluster: 1 to 32 of a-z, 0-9, '-'. Default: GREYWAVE_CLUSTER, then 'local'."))
  package var name: String?

  @Flag(help: "Print one JSON object on one line; everything else goes to stderr.")
  package var json = false

  package init() {}

  package func paths(_ context: CommandContext) throws -> ClusterPaths {
    try ClusterPaths(
      name: .choose(flag: name, environment: context.environment),
      environment: context.environment)
  }

  package func client(_ context: CommandContext) throws -> ControlClient {
    try context.client(try paths(context))
  }
}

extension CommandContext {
  /// The way to a coordinator, which says on stderr when its cluster is unsafe.
  package func client(_ paths: ClusterPaths) throws -> ControlClient {
    ControlClient(try connect(paths), clock: clock, note: note)
  }
}

/// A verb that is one request and one result.
package protocol RequestVerb: Verb {
  associatedtype Answer: ControlResult
  var cluster: ClusterOptions { get }
  var request: ControlVerb { get throws }
  var limit: Duration { get }
  /// What is printed of the answer, in either form.
  func shown(_ answer: Answer, _ context: CommandContext) throws -> Answer
  func render(_ answer: Answer, _ style: Style) -> String
  func status(of answer: Answer) -> CommandStatus
}

extension RequestVerb {
  package var wantsJSON: Bool { cluster.json }
  package var limit: Duration { .seconds(10) }
  package func shown(_ answer: Answer, _ context: CommandContext) throws -> Answer { answer }
  package func status(of answer: Answer) -> CommandStatus { .ok }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    // A wrong argument is told whether or not there is a cluster.
    let verb = try request
    var client = try cluster.client(context)
    let progress = ProgressLine(context, doing: Self._commandName)
    let answer: Answer = try client.request(
      verb, limit: limit, onQuiet: { progress.quiet($0) })
    progress.end()
    let result = try shown(answer, context)
    context.print(result, json: cluster.json) { render(result, $0) }
    return status(of: result)
  }
}

extension CommandContext {
  /// One result to stdout, in the form that was asked for.
  package func print(
    _ answer: some ControlResult, json: Bool, text: (Style) -> String
  ) {
    if json {
      output(answer.json.line)
    } else {
      let text = text(Style(colours: coloursOutput, width: width))
      if !text.isEmpty { output(text.last == "\n" ? String(text.dropLast()) : text) }
    }
  }
}

/// A line that says that something still goes on, from the second second on.
package struct ProgressLine {
  private let context: CommandContext
  private let what: String
  package init(_ context: CommandContext, doing what: String) {
    self.context = context
    self.what = what
  }

  @discardableResult
  package func quiet(_ elapsed: Duration, _ detail: String = "") -> ControlClient.Patience {
    if elapsed >= .seconds(1) {
      let time = Text.microseconds(Int(elapsed.microseconds))
      context.progress?("\(what): \(time)\(detail.isEmpty ? "" : ", \(detail)") …")
    }
    return .wait
  }

  package func end() { context.progress?("") }
}
