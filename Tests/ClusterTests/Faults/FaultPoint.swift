// Where in a cycle a fault strikes: one that is walked by hand holds exactly there. Nothing moves
// then, so every other fault strikes at some moment while cycles follow one another by themselves.

import Foundation
import Glibc

enum FaultPoint: String, CaseIterable {
  /// No cycle is walked: the load makes one after the other, and this is a moment in one of them.
  case free
  case prepared
  /// Everyone is on the way into a stop, and one node does not answer.
  case intoStop1 = "into stop 1"
  case stop1 = "stop 1"
  case mark
  case candidate
  case intoStop2 = "into stop 2"
  case stop2 = "stop 2"
  case sweep

  /// Steps from the beginning of the walk.
  var steps: Int {
    switch self {
    case .free, .prepared, .intoStop1: 0
    case .stop1: 1
    case .mark: 2
    case .candidate, .intoStop2: 3
    case .stop2: 4
    case .sweep: 5
    }
  }

  var entersStop: Bool { self == .intoStop1 || self == .intoStop2 }
}

/// A cycle walked by hand by `gc --step`, up to a point.
final class WalkedCycle {
  private let follower: Follower
  private let keys: Int32

  /// - Parameter fifo: a path for the keys that are pressed.
  init(_ cluster: Cluster, to point: FaultPoint, fifo: String) throws {
    unlink(fifo)
    guard mkfifo(fifo, 0o600) == 0 else { throw TestFailure("no fifo at \(fifo)") }
    // Both ends, so that opening waits for nobody.
    keys = open(fifo, O_RDWR | O_CLOEXEC)
    follower = try Follower(cluster, ["gc", "--step", "--json", "--timeout", "20s"], input: fifo)
    let deadline = Deadline(seconds: 30)
    for step in 0...point.steps {
      if step > 0 { press("p\n") }
      guard let line = try follower.line(before: deadline) else {
        throw TestFailure("the walk to \(point.rawValue) ended at step \(step)")
      }
      let at = try JSONValue(parsing: line)
      if try at.bool("is_done") { throw TestFailure("the cycle was over before \(point.rawValue)") }
    }
  }

  deinit { close(keys) }

  func press(_ text: String) {
    var bytes = Array(text.utf8)
    _ = write(keys, &bytes, bytes.count)
  }

  /// Ctrl-C: what is left of the cycle runs free.
  func letGo() { kill(pid_t(follower.child.pid), SIGINT) }

  /// It may have lost its coordinator; it must end all the same.
  func end() throws { _ = try follower.child.exitCode(within: 40) }
}
