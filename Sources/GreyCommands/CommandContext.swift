// The world as a command sees it: environment, terminal, clock, and the way to a cluster.
//
// Commands take all of it from here, so that a test runs a whole command with a cluster that is a
// value, and compares what it printed.

import Foundation
import Glibc
import GreyBasics
import GreyEvents
import GreyRuntime

package struct CommandContext: Sendable {
  package var environment: [String: String]
  /// Where the command is given.
  package var folder: String
  package var build: BuildIdentity
  package var executable: String
  /// One line to stdout: results, nothing else.
  package var output: @Sendable (String) -> Void
  /// One line to stderr: progress, warnings, errors.
  package var note: @Sendable (String) -> Void
  /// A line that the next one replaces; nil when stderr is no terminal.
  package var progress: (@Sendable (String) -> Void)?
  /// A line from stdin; nil at its end and after Ctrl-C. Whoever has something to do while there is
  /// none is called meanwhile.
  package var input: @Sendable (() -> Void) -> String?
  package var coloursOutput: Bool
  package var coloursNotes: Bool
  /// Columns of the terminal.
  package var width: Int
  package var clock: WaitingClock
  /// Whether Ctrl-C was pressed since the last time this was asked.
  package var interrupted: @Sendable () -> Bool
  package var connect: @Sendable (ClusterPaths) throws -> any ControlChannel
  /// Starts a process that outlives us: executable, arguments, environment, output file; its pid.
  package var spawn: @Sendable (String, [String], [String: String], String) throws -> Int
  /// What the floors below do for this one.
  package var runtime: RuntimeHooks

  /// What a person here types to run this program: its name where `PATH` leads to it, else a path.
  package var program: String {
    let name = "greywave"
    let real = canonical(executable)
    for place in (environment["PATH"] ?? "").split(separator: ":") {
      if canonical("\(place)/\(name)") == real { return name }
    }
    guard executable.hasPrefix(folder + "/") else { return executable }
    let below = String(executable.dropFirst(folder.count + 1))
    // A shell looks for a name without a slash in PATH only.
    return below.contains("/") ? below : "./" + below
  }

  /// Without links: `.build/release` is one. A path that leads nowhere stays as it is.
  private func canonical(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  package init(
    environment: [String: String],
    folder: String = FileManager.default.currentDirectoryPath, build: BuildIdentity,
    executable: String,
    output: @escaping @Sendable (String) -> Void, note: @escaping @Sendable (String) -> Void,
    progress: (@Sendable (String) -> Void)? = nil,
    input: @escaping @Sendable (() -> Void) -> String? = { _ in nil }, coloursOutput: Bool = false,
    coloursNotes: Bool = false, width: Int = 100, clock: WaitingClock,
    interrupted: @escaping @Sendable () -> Bool = { false },
    connect: @escaping @Sendable (ClusterPaths) throws -> any ControlChannel,
    spawn: @escaping @Sendable (String, [String], [String: String], String) throws -> Int,
    runtime: RuntimeHooks
  ) {
    self.environment = environment
    self.folder = folder
    self.build = build
    self.executable = executable
    self.output = output
    self.note = note
    self.progress = progress
    self.input = input
    self.coloursOutput = coloursOutput
    self.coloursNotes = coloursNotes
    self.width = width
    self.clock = clock
    self.interrupted = interrupted
    self.connect = connect
    self.spawn = spawn
    self.runtime = runtime
  }

  /// The real one.
  package static var live: CommandContext {
    let environment = ProcessInfo.processInfo.environment
    // https://no-color.org: any value but the empty one switches colour off.
    let noColour = environment["NO_COLOR"] ?? ""
    let plain = !noColour.isEmpty || environment["TERM"] == "dumb"
    let notesOnTerminal = isatty(2) == 1
    // What stands in the progress line goes before anything else is written.
    let erase = notesOnTerminal ? "\r\u{1B}[K" : ""
    let replace: @Sendable (String) -> Void = { Terminal.write(erase + $0, to: 2) }
    let spawn: @Sendable (String, [String], [String: String], String) throws -> Int = {
      try Spawn.detached($0, $1, environment: $2, output: $3)
    }
    return CommandContext(
      environment: environment, build: .current, executable: BuildIdentity.executable,
      output: { (line: String) in Terminal.write(line + "\n", to: 1) },
      note: { (line: String) in Terminal.write(erase + line + "\n", to: 2) },
      progress: notesOnTerminal ? replace : nil,
      input: { idle in LineInput.next(isOver: { Interrupt.isPressed }, idle: idle) },
      coloursOutput: isatty(1) == 1 && !plain, coloursNotes: notesOnTerminal && !plain,
      width: Terminal.width(environment), clock: .real, interrupted: { Interrupt.take() },
      connect: { try ControlSocket.connect($0) }, spawn: spawn, runtime: .live)
  }
}

enum Terminal {
  /// Whole, whatever a signal interrupts; a reader that went away is the end of the command.
  static func write(_ text: String, to descriptor: Int32) {
    write(Array(text.utf8), to: descriptor)
  }

  static func write(_ whole: [UInt8], to descriptor: Int32) {
    var bytes = whole[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        bytes = bytes.dropFirst(count)
      } else if errno == EPIPE {
        exit(CommandStatus.ok.rawValue)
      } else if errno != EINTR, errno != EAGAIN {
        return
      }
    }
  }

  static func width(_ environment: [String: String]) -> Int {
    var size = winsize()
    if ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 40 { return Int(size.ws_col) }
    return environment["COLUMNS"].flatMap { Int($0) }.map { max(40, $0) } ?? 100
  }
}
