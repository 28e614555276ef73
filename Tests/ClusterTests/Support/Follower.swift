// A command that runs beside the test and is read line by line.

import Foundation
import Glibc

final class Follower {
  let child: ChildProcess
  private let pipe: Int32
  private var bytes: [UInt8] = []

  /// - Parameters:
  ///   - input: the file that becomes its stdin.
  ///   - readsNotes: what it says on stderr is read as well.
  init(
    _ cluster: Cluster, _ arguments: [String], input: String = "/dev/null",
    readsNotes: Bool = false
  ) throws {
    guard let binary = Settings.binary else { throw TestFailure("GREYWAVE_BINARY is not set") }
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else { throw TestFailure("no pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    pipe = ends[0]
    let errors = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer {
      close(ends[1])
      close(errors)
    }
    child = try ChildProcess(
      binary, arguments, environment: cluster.environment, folder: Settings.package,
      output: ends[1], errors: readsNotes ? ends[1] : errors, input: input)
  }

  deinit { close(pipe) }

  /// The next line; nil when the output or the time is over.
  func line(before deadline: Deadline) throws -> String? {
    while true {
      if let feed = bytes.firstIndex(of: 10) {
        defer { bytes.removeFirst(feed + 1) }
        return String(decoding: bytes[..<feed], as: UTF8.self)
      }
      guard Descriptor.isReady(pipe, before: deadline) else { return nil }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = read(pipe, &buffer, buffer.count)
      if count <= 0 { return nil }
      bytes += buffer[..<count]
    }
  }

  /// Ctrl-C, and its end.
  func end() {
    kill(pid_t(child.pid), SIGINT)
    _ = try? child.exitCode(within: 10)
  }
}
