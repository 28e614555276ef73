// Limits of time for tests that wait on other processes.
//
// A test never pauses: it waits for an event (the end of a process, a line on a pipe) in poll(2),
// and a deadline only bounds how long a failure takes. So every limit here is generous, and
// stretched by the time scale that the cluster itself is stretched by.

import Foundation
import Glibc

struct Deadline {
  private let end: UInt64

  /// `GREYWAVE_TIME_SCALE` stretches it, as it does every limit of the cluster.
  init(seconds: Double) {
    end = Self.now + UInt64(seconds * Self.scale * 1e9)
  }

  static let scale = Double(Settings.environment["GREYWAVE_TIME_SCALE"] ?? "") ?? 1

  var isOver: Bool { Self.now >= end }

  /// What poll(2) takes; 0 when it is over.
  var milliseconds: Int32 {
    let now = Self.now
    return now >= end ? 0 : Int32(min((end - now) / 1_000_000 + 1, 1 << 30))
  }

  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

/// What the surroundings say about these tests.
enum Settings {
  static let environment = ProcessInfo.processInfo.environment

  /// The program under test.
  static let binary = environment["GREYWAVE_BINARY"].flatMap { $0.isEmpty ? nil : $0 }

  /// Long tests run only when all are wanted.
  static let all = environment["GREYWAVE_ALL"] == "1"

  /// The folder of the package.
  static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
}
