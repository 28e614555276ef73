// Messages without end, from a thread of their own: frames that are no frames of ours, of every
// size up to the largest that is let in, and messages of very many parts.

import Foundation
import Glibc
import Synchronization

final class Flood: @unchecked Sendable {
  private struct State {
    var isOver = false
    var bytes = 0
  }
  private let state = Mutex(State())
  /// Made before the thread is started, used by it alone afterwards.
  private var strangers: [Stranger] = []
  private let ended = DispatchSemaphore(value: 0)

  init(_ endpoints: [String]) throws {
    for (index, endpoint) in endpoints.enumerated() {
      for number in 0..<3 {
        guard let stranger = Stranger(endpoint) else {
          throw TestFailure("no connection to \(endpoint)")
        }
        // The first two are nameless; the third says that it is node 1.
        let name = number == 2 ? "n\u{0}\u{1}whatever" : "flood \(index) \(number)"
        guard stranger.greet(name, before: Deadline(seconds: 10)) else {
          throw TestFailure("no handshake with \(endpoint)")
        }
        strangers.append(stranger)
      }
    }
    let thread = Thread { [self] in
      pour()
      ended.signal()
    }
    thread.start()
  }

  /// Bytes that the kernel took.
  var bytes: Int { state.withLock { $0.bytes } }

  func end() {
    state.withLock { $0.isOver = true }
    _ = ended.wait(timeout: .now() + 30)
  }

  private func pour() {
    let waves: [[UInt8]] = [
      (0..<500).flatMap { _ in ZMTP.frame([1, 2, 3]) },
      (0..<200).flatMap { _ in ZMTP.frame([0x81, 0xFF], more: true) } + ZMTP.frame([]),
      ZMTP.frame([UInt8](repeating: 7, count: 60_000)),
      (0..<100).flatMap { _ in ZMTP.frame(Array("{\"schema\":\"greywave.control/1\"}".utf8)) },
    ]
    // What the kernel did not take of a wave comes next, or the frames would not be frames.
    var rests: [ArraySlice<UInt8>] = strangers.map { _ in [] }
    var wave = 0
    while !state.withLock({ $0.isOver }) {
      wave += 1
      var taken = 0
      for (index, stranger) in strangers.enumerated() {
        if rests[index].isEmpty { rests[index] = waves[(wave + index) % waves.count][...] }
        let count = stranger.say(Array(rests[index])) ?? rests[index].count
        rests[index] = rests[index].dropFirst(count)
        taken += count
      }
      state.withLock { $0.bytes += taken }
      if taken == 0 {
        var nothing: [pollfd] = []
        _ = poll(&nothing, 0, 1)
      }
    }
  }
}
