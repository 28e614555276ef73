// A process that a test starts, and any process that it wants to see the end of.
//
// Output goes to files (a full pipe would stop the child), or to one pipe that the test reads line
// by line. The end of a process is an event on its pidfd, for children and strangers alike, so
// nothing is looked at again and again.

import Foundation
import Glibc

struct TestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

enum Pid {
  /// Waits for its end. A process that is not there has ended.
  static func end(_ pid: Int, before deadline: Deadline) -> Bool {
    // The wrapper in Glibc is younger than the call, whose number is the same everywhere.
    typealias OpenPidfd = @convention(c) (Int, Int, Int) -> Int
    guard let symbol = dlsym(nil, "syscall") else { return false }
    let file = unsafeBitCast(symbol, to: OpenPidfd.self)(434, pid, 0)
    if file < 0 { return true }
    defer { close(Int32(file)) }
    return Descriptor.isReady(Int32(file), before: deadline)
  }

  /// Whether it runs: what is dead and not yet reaped does not.
  static func isAlive(_ pid: Int) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let name = stat.lastIndex(of: ")")
    else { return false }
    let state = stat[stat.index(after: name)...].first { $0 != " " }
    return state.map { !"ZXx".contains($0) } ?? false
  }

  /// Whether the process is stopped by SIGSTOP, as seen by waiting for no more than its state.
  static func isStopped(_ pid: Int) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let name = stat.lastIndex(of: ")")
    else { return false }
    return stat[stat.index(after: name)...].first { $0 != " " } == "T"
  }

  /// Processes whose command line has this word in any of its arguments.
  static func mentioning(_ text: String) -> [Int] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { Int($0) }.filter { pid in
      guard pid != Int(getpid()), isAlive(pid),
        let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline")
      else { return false }
      return String(decoding: line, as: UTF8.self).contains(text)
    }.sorted()
  }
}

enum Descriptor {
  static func isReady(_ file: Int32, before deadline: Deadline) -> Bool {
    while true {
      var entry = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      let ready = poll(&entry, 1, deadline.milliseconds)
      if ready > 0 { return true }
      if ready == 0 || errno != EINTR { return false }
    }
  }
}

/// A child whose streams go where its maker says.
final class ChildProcess {
  let pid: Int
  private let words: String
  private var status: Int32?

  /// - Parameters:
  ///   - output: the descriptor that becomes its stdout.
  ///   - input: the file that becomes its stdin.
  init(
    _ program: String, _ arguments: [String], environment: [String: String], folder: String,
    output: Int32, errors: Int32, input: String = "/dev/null"
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    // `env` enters the folder, and becomes the program: the pid is the program's.
    let env = "/usr/bin/env"
    var words = ([env, "-C", folder, program] + arguments).map { strdup($0) } + [nil]
    var values = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + values { free(text) } }
    var child: pid_t = 0
    let result = posix_spawn(&child, env, &actions, nil, &words, &values)
    self.words = arguments.joined(separator: " ")
    guard result == 0 else {
      throw TestFailure("cannot start \(program): \(String(cString: strerror(result)))")
    }
    pid = Int(child)
  }

  /// Its exit code, or 128 and the signal that ended it; throws after the limit.
  func exitCode(within seconds: Double) throws -> Int {
    if status == nil {
      let inTime = Pid.end(pid, before: Deadline(seconds: seconds))
      if !inTime { kill(pid_t(pid), SIGKILL) }
      var raw: Int32 = 0
      while waitpid(pid_t(pid), &raw, 0) < 0, errno == EINTR {}
      status = raw
      if !inTime {
        throw TestFailure("`\(words)` was still at work after \(seconds) s, and was killed")
      }
    }
    let raw = status ?? 0
    return Int(raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + (raw & 0x7f))
  }

  deinit {
    if status == nil { _ = try? exitCode(within: 0) }
  }
}
