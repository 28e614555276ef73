// A process that cannot be mistaken for another: its pid and when it started.
//
// The kernel reuses pids. Whoever signals or watches a process by a pid read from a file first
// compares the start time (field 22 of /proc/PID/stat, in clock ticks since boot).

import CGrey
import Glibc

package struct ProcessIdentity: Hashable, Sendable {
  package let pid: Int32
  package let startTicks: UInt64

  package init(pid: Int32, startTicks: UInt64) {
    self.pid = pid
    self.startTicks = startTicks
  }

  /// The process with this pid as it is now; nil when there is none.
  package init?(livePID pid: Int32) {
    guard let ticks = Self.startTicks(of: pid) else { return nil }
    self.init(pid: pid, startTicks: ticks)
  }

  package static var current: ProcessIdentity {
    ProcessIdentity(pid: getpid(), startTicks: startTicks(of: getpid()) ?? 0)
  }

  package var isAlive: Bool { Self.startTicks(of: pid) == startTicks }

  package enum Watch: Hashable, Sendable {
    /// Becomes readable when the process ends; the caller's to close.
    case descriptor(Int32)
    /// It is gone already.
    case ended
    /// Nobody can tell now: this process has no descriptor left, or may not have one of that kind.
    case unavailable

    /// What it means that there is no descriptor for a process. Only one reason speaks of the
    /// process: a kernel without pidfds (ENOSYS) or one that forbids them (EPERM, as containers do)
    /// says nothing about it.
    package init(failure code: Int32) { self = code == ESRCH ? .ended : .unavailable }
  }

  package func openWatch() -> Watch {
    let descriptor = grey_pidfd_open(pid)
    guard descriptor >= 0 else { return Watch(failure: errno) }
    // Between reading the pid and opening it, it may have become another process.
    guard isAlive else {
      // Without a descriptor to read with, a living process looks dead. Here was one, just now.
      let spare = open("/dev/null", O_RDONLY | O_CLOEXEC)
      close(descriptor)
      if spare < 0 { return .unavailable }
      close(spare)
      return .ended
    }
    return .descriptor(descriptor)
  }

  /// Nil when there is no such process, or only its zombie.
  private static func startTicks(of pid: Int32) -> UInt64? {
    let file = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = read(file, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return startTicks(parsing: String(decoding: bytes[..<count], as: UTF8.self))
  }

  /// Field 22; nil for a zombie. The command's name, in parentheses, may hold anything, blanks and
  /// parentheses included: the fields begin behind the last one.
  package static func startTicks(parsing stat: String) -> UInt64? {
    guard let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let state = fields.first, !"ZXx".contains(state) else { return nil }
    return UInt64(fields[19].filter { !$0.isNewline })
  }
}
