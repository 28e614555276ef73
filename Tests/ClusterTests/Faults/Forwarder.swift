// A TCP forwarder that stands before every port of an address and spoils what passes.
//
// A cluster binds `inner` and advertises `outer`; for each port that somebody listens on at the
// inner address (the kernel's own table says which), the forwarder listens on the same port of the
// outer one. So it needs to know nothing of the cluster, and nodes that come later are found.
//
// One thread polls everything; `weather` is what it does to connections from now on.

import Foundation
import Glibc
import Synchronization

final class Forwarder: @unchecked Sendable {
  struct Weather: Sendable {
    /// How long what was read waits before it is passed on.
    var delayMs = 0
    /// Nothing is read from either side: the network stands still, both ends' buffers fill.
    var isStill = false
    /// New connections are closed at once.
    var refuses = false
  }

  let inner: String
  let outer: String
  private let state: Mutex<State>
  /// A byte on it makes the thread look up.
  private let bell: (read: Int32, write: Int32)
  private var thread: Thread?
  private let ended = DispatchSemaphore(value: 0)

  private struct State {
    var weather = Weather()
    /// Bumped: every connection there is now is closed.
    var cuts = 0
    /// Bumped: every connection loses one direction.
    var halfCloses = 0
    /// Bumped: the connections to that port carry nothing any more.
    var holes = 0
    var holePort: UInt16 = 0
    var isOver = false
    var connections = 0
    var passed = 0
  }

  /// Addresses of the loopback network that nobody else uses at the same time: by our own pid.
  init() throws {
    let pid = Int(getpid())
    inner = "127.\(64 + pid % 64).\(pid / 64 % 256).2"
    outer = "127.\(64 + pid % 64).\(pid / 64 % 256).3"
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else { throw TestFailure("no pipe") }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    bell = (ends[0], ends[1])
    state = Mutex(State())
    let thread = Thread { [unowned self] in
      var loop = ForwarderLoop(inner: inner, outer: outer)
      while let orders = orders() { loop.turn(orders, bell: bell.read, count: count) }
      loop.closeAll()
      ended.signal()
    }
    self.thread = thread
    thread.start()
  }

  /// All that comes from now on; what is under way already, too.
  func set(_ weather: Weather) { change { $0.weather = weather } }
  /// Every connection ends, as when a cable is pulled and plugged in again.
  func cut() { change { $0.cuts += 1 } }
  /// Every connection is closed in the direction of whoever listens; the other one stays.
  func halfClose() { change { $0.halfCloses += 1 } }

  /// The connections there are to that port swallow what comes; later ones do not.
  func swallow(port: UInt16) {
    change {
      $0.holes += 1
      $0.holePort = port
    }
  }

  /// Connections made so far, and bytes passed on.
  var figures: (connections: Int, bytes: Int) {
    state.withLock { ($0.connections, $0.passed) }
  }

  func end() {
    change { $0.isOver = true }
    // A turn takes 20 ms. A thread that does not come back keeps its pipe, which ends with us.
    guard ended.wait(timeout: .now() + 10) == .success else { return }
    close(bell.read)
    close(bell.write)
  }

  private func change(_ body: (inout State) -> Void) {
    state.withLock { body(&$0) }
    var byte: UInt8 = 1
    _ = write(bell.write, &byte, 1)
  }

  private func orders() -> ForwarderLoop.Orders? {
    state.withLock {
      $0.isOver
        ? nil
        : .init(
          weather: $0.weather, cuts: $0.cuts, halfCloses: $0.halfCloses, holes: $0.holes,
          holePort: $0.holePort)
    }
  }

  private func count(_ connections: Int, _ bytes: Int) {
    state.withLock {
      $0.connections += connections
      $0.passed += bytes
    }
  }
}
