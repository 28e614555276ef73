// Starts a process that lives on without us: a session of its own, no terminal, output to a file.
//
// `posix_spawn` rather than `Foundation.Process`, which has no `setsid` and keeps a watch on its
// children. Every descriptor above 2 is closed in the child, so that it never holds a lock or a
// socket of ours open.

import Glibc

package enum Spawn {
  /// - Parameter passing: descriptors of this process that the child has as 3, 4, …
  /// - Returns: the pid.
  package static func detached(
    _ executable: String, _ arguments: [String], environment: [String: String], output: String,
    passing: [Int32] = []
  ) throws(CommandFailure) -> Int {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in passing.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(3 + number))
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    for descriptor in Self.open where descriptor > 2 + passing.count {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A shell that started us with SIGINT ignored, or blocked, must not decide for the cluster.
    var none = sigset_t()
    sigemptyset(&none)
    var standard = sigset_t()
    sigemptyset(&standard)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT] { sigaddset(&standard, number) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &standard)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | Self.newSession
    posix_spawnattr_setflags(&attributes, Int16(flags))

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
    return Int(pid)
  }

  /// The descriptors of this process. One that is closed before it comes to closing is no error.
  private static var open: [Int32] { Files.names(in: "/proc/self/fd").compactMap { Int32($0) } }

  /// POSIX_SPAWN_SETSID, which the headers show only to GNU sources.
  private static let newSession: Int32 = 0x80

  /// Takes in a child of ours that has ended, so that it is no zombie; others are left alone.
  package static func reap(_ pid: Int) { waitpid(pid_t(pid), nil, WNOHANG) }
}
