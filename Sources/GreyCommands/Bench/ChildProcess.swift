// A program that is run to its end, or to its limit, and taken in whatever happens.
//
// Its output goes to files, which never fill up as pipes do while nobody reads. Its end is waited
// for on a pidfd, so the wait is exact and has a limit. At the limit, or when nobody wants it any
// more, it is asked to end (SIGTERM: programs with children of their own tidy up) and two seconds
// later ended.
//
// It has a process group of its own: Ctrl-C is for us, and what starts or ends a cluster must not
// be stopped halfway.

import CGrey
import Glibc
import GreyBasics
import GreyRuntime

package struct ChildProcess: Sendable {
  package var executable: String
  package var arguments: [String]
  package var environment: [String: String]
  package var limit: Duration
  /// Asked while it runs; true: it is not waited for any longer.
  package var interrupted: @Sendable () -> Bool

  package init(
    _ executable: String, _ arguments: [String], environment: [String: String], limit: Duration,
    interrupted: @escaping @Sendable () -> Bool = { false }
  ) {
    self.interrupted = interrupted
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.limit = limit
  }

  package struct Outcome: Hashable, Sendable {
    /// As a shell has it: 128 + n when signal n ended it.
    package var status: Int32
    package var isLate: Bool
    package var output: String
    package var errors: String

    /// Why it failed, in a line.
    package var complaint: String {
      let last = errors.split(separator: "\n").last.map { ": \($0)" } ?? ""
      return (isLate ? "not done in time" : "status \(status)") + last
    }
  }

  /// - Parameter folder: where the output lies meanwhile.
  package func run(in folder: String) throws(CommandFailure) -> Outcome {
    let (output, errors) = (folder + "/stdout", folder + "/stderr")
    let pid = try spawn(output: output, errors: errors)
    let isLate = !waitForEnd(of: pid)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return Outcome(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, isLate: isLate,
      output: Files.text(of: output) ?? "", errors: Files.text(of: errors) ?? "")
  }

  private func spawn(output: String, errors: String) throws(CommandFailure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
    // The thread that starts it may have signals blocked; the program must hear SIGTERM.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))

    let words = ([executable] + arguments).map { strdup($0) }
    let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") }
    defer { for pointer in words + variables { free(pointer) } }
    var pid = pid_t()
    let problem = posix_spawn(
      &pid, executable, &actions, &attributes, words + [nil], variables + [nil])
    guard problem == 0 else {
      throw CommandFailure(
        .checkFailed, "cannot start \(executable): \(String(cString: strerror(problem)))")
    }
    return pid
  }

  /// False: it had to be ended. Either way it can be waited for now.
  private func waitForEnd(of pid: pid_t) -> Bool {
    let descriptor = grey_pidfd_open(pid)
    defer { if descriptor >= 0 { close(descriptor) } }
    if Self.waits(descriptor, limit, interrupted) { return true }
    kill(pid, SIGTERM)
    if !Self.waits(descriptor, .seconds(2)) { kill(pid, SIGKILL) }
    return false
  }

  /// A signal ends a look early, unless it comes just before it: hence looks are short.
  private static let look: Int32 = 200

  private static func waits(
    _ descriptor: Int32, _ limit: Duration, _ interrupted: () -> Bool = { false }
  ) -> Bool {
    let clock = WaitingClock.real
    let deadline = clock.now() + limit
    while descriptor >= 0, !interrupted() {
      let left = max(0, (deadline - clock.now()).microseconds + 999) / 1_000
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&entry, 1, min(look, Int32(clamping: left)))
      if ready > 0 { return true }
      if ready == 0, left <= 0 { return false }
      if ready < 0, errno != EINTR { return false }
    }
    return false
  }
}
