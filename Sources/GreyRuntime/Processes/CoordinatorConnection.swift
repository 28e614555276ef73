// A node's connection to its coordinator: a socket of its own, so that control never waits behind
// what peers send, with a name that no other process has and a monitor that sees it come and go.

import Glibc
import GreyBasics
import ZeroMQ

final class CoordinatorConnection {
  enum Change { case reached, lost }

  let socket: Socket
  private let monitor: Monitor
  private var isUp = false

  init(context: Context, endpoint: String) throws(ZeroMQError) {
    socket = try Socket(context, .dealer)
    let identity = ProcessIdentity.current
    try socket.set(
      .routingID,
      RoutingID("\(identity.pid)-\(identity.startTicks)-\(UInt64.random(in: .min ... .max))")
    )
    try socket.set(.sendHighWaterMark, 0)
    // A node's last word, that it has left, still goes out when the process ends.
    try socket.set(.linger, .milliseconds(500))
    try socket.set(.reconnectInterval, .milliseconds(20))
    try socket.set(.reconnectIntervalMaximum, .milliseconds(500))
    monitor = try Monitor(socket)
    try socket.connect(endpoint)
  }

  func watch(with poller: inout Poller, tag: Int) { poller.add(monitor, tag: tag) }

  func takeChanges() throws(ZeroMQError) -> [Change] {
    var changes: [Change] = []
    while let event = try monitor.next() {
      switch event.kind {
      case .handshakeSucceeded where !isUp:
        isUp = true
        changes.append(.reached)
      case .disconnected where isUp:
        isUp = false
        changes.append(.lost)
      default: break
      }
    }
    return changes
  }
}
