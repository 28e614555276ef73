// A node's connection to its coordinator: a socket of its own, so that control never waits behind
// what peers send, with a name that no other process has and a monitor that sees it come and go;
// and, on the same host, a stop line, which is named by that name.

import Glibc
import GreyBasics
import ZeroMQ

final class CoordinatorConnection {
  enum Change { case reached, lost }

  let socket: Socket
  private let monitor: Monitor
  private let name: String
  private let linePath: String?
  private var line: Line?
  private var buffer: [UInt8] = []
  private var isUp = false

  init(context: Context, endpoint: String) throws(ZeroMQError) {
    socket = try Socket(context, .dealer)
    let identity = ProcessIdentity.current
    name = "\(identity.pid)-\(identity.startTicks)-\(UInt64.random(in: .min ... .max))"
    linePath = GreyRuntime.linePath(besides: endpoint)
    try socket.set(.routingID, RoutingID(name))
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

  // MARK: The stop line

  /// Where there is none, all goes over the socket.
  func openLine(_ poller: inout Poller, tag: Int) {
    guard line == nil, let linePath, let fresh = Line(to: linePath) else { return }
    // As the coordinator's socket names this connection, a byte for its kind in front.
    guard fresh.send([0] + Array(name.utf8)) else { return }
    line = fresh
    poller.add(fileDescriptor: fresh.descriptor, tag: tag)
  }

  /// The messages on the line, at most a few at once.
  func readLine(_ poller: inout Poller, tag: Int, _ body: ([UInt8]) -> Void) {
    for _ in 0..<16 {
      guard let line else { return }
      switch line.receive(into: &buffer) {
      case .message(let bytes): body(bytes)
      case .nothing: return
      case .ended: return closeLine(&poller, tag: tag)
      }
    }
  }

  func send(
    _ bytes: [UInt8], mayOvertake: Bool, _ poller: inout Poller, lineTag: Int
  ) throws(ZeroMQError) {
    if mayOvertake, let line {
      if line.send(bytes) { return }
      closeLine(&poller, tag: lineTag)
    }
    _ = try socket.send(bytes, .dontWait)
  }

  private func closeLine(_ poller: inout Poller, tag: Int) {
    poller.remove(tag: tag)
    line = nil
  }
}
