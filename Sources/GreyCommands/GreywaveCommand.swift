// The root of the command line: one verb, one file, in `Verbs/`, or a folder of its own.
//
// swift-argument-parser does parsing, help and shell completion; what is added here is the meaning
// of exit codes (`CommandStatus`) and that a failure is one line on stderr.

import ArgumentParser
import Glibc
import GreyEvents

package struct GreywaveCommand: ParsableCommand {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "greywave",
      abstract: "A garbage-collected heap that spans processes.",
      discussion: """
        A first session:

          greywave up --nodes 4       # a cluster of four nodes on this machine
          greywave run rings          # garbage in cycles through all of them
          greywave gc                 # one global collection
          greywave logs --follow      # what coordinator and nodes say
          greywave down

        A cluster is found by --name, else GREYWAVE_CLUSTER, else 'local'. With
        --json a command prints one object on one line of stdout; everything else
        goes to stderr. Exit codes: 0 ok, 1 a check failed, 2 usage, 3 no such
        cluster, 4 timeout, 5 lost object.
        Completion: greywave --generate-completion-script bash|zsh|fish
        """,
      version: BuildIdentity.current.description,
      subcommands: [
        UpCommand.self, DownCommand.self, RunCommand.self, PsCommand.self, CancelCommand.self,
        GcCommand.self, SetCommand.self, StatusCommand.self, MetricsCommand.self,
        LogsCommand.self, VerifyCommand.self, HeapCommand.self, WorkloadsCommand.self,
        CleanCommand.self, BenchCommand.self, SimulateCommand.self, ExploreCommand.self,
        CheckCommand.self, BuildCommand.self, CoordinatorCommand.self, NodeCommand.self,
      ])
  }

  package init() {}

  /// What the executable calls, on the process's first thread: a coordinator or node blocks signals
  /// there before it starts any other.
  package static func main() {
    Interrupt.hearSignals()
    Glibc.exit(run(CommandLine.arguments.dropFirst().map { $0 }))
  }

  package static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
    try parseAsRoot(Arguments.readable(arguments))
  }

  /// Parses and runs, and says with which status the process is to end. Arguments that no verb
  /// understands are told as JSON, too, where that was asked for.
  package static func run(
    _ arguments: [String],
    output: (String) -> Void = { Terminal.write($0 + "\n", to: 1) },
    note: (String) -> Void = { Terminal.write($0 + "\n", to: 2) }
  ) -> Int32 {
    do {
      var command = try parsed(arguments)
      try command.run()
      return CommandStatus.ok.rawValue
    } catch {
      let code = exitCode(for: error)
      let message = fullMessage(for: error)
      switch code {
      case .success:
        if !message.isEmpty { output(message) }
        return CommandStatus.ok.rawValue
      case .validationFailure:
        note(message)
        if arguments.contains("--json") {
          let failure = CommandFailure(.usage, self.message(for: error))
          output(FailureResult(failure).json.line)
        }
        return CommandStatus.usage.rawValue
      default:
        if !(error is ExitCode), !message.isEmpty { note(message) }
        return code.rawValue
      }
    }
  }
}
