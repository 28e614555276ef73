// What a process takes of the machine: memory and time of its cores, as the kernel counts them.

import Foundation
import Glibc

enum Consumption {
  static func residentBytes(of pid: Int) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8)
    guard let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw TestFailure("/proc/\(pid)/statm: \(text)")
    }
    return pages * Int(getpagesize())
  }

  /// Open descriptors.
  static func descriptors(of pid: Int) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
  }

  /// Seconds of CPU so far.
  static func seconds(of pid: Int) throws -> Double {
    let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    // Fields 14 and 15; the name in parentheses may hold anything.
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
      throw TestFailure("/proc/\(pid)/stat: \(text)")
    }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// How much of a core each process takes while nobody asks anything of it, for a second.
  static func load(of pids: [Int]) throws -> [Double] {
    let before = try pids.map { try seconds(of: $0) }
    let start = ContinuousClock.now
    var nothing: [pollfd] = []
    _ = poll(&nothing, 0, 1_000)
    let passed = (ContinuousClock.now - start) / .seconds(1)
    return try zip(pids, before).map { try (seconds(of: $0) - $1) / passed }
  }
}
