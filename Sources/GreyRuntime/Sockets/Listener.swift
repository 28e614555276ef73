// A ROUTER that others connect to, strangers included, and what keeps strangers harmless.
//
// - A handshake has a limit of time, a message one of size, and what waits to be read one of
//   number: beyond it reading from that connection stops, and the sender's own queue fills.
// - When no connection can be accepted any more the endpoint is left for a while (`AcceptBackoff`).
//
// Who binds a path again must be the only one that does: the coordinator holds the cluster's lock
// as long as it lives, and a node's path is named by its pid.

import Glibc
import GreyBasics
import ZeroMQ

final class Listener {
  struct Limits {
    /// Of one message, in bytes. A connection that announces more is closed.
    var messageBytes: Int
    /// Messages that wait to be read from one connection.
    var waiting: Int
  }

  let socket: Socket
  /// Where it is bound, wildcards filled in.
  let endpoint: String
  private let monitor: Monitor
  private var backoff: AcceptBackoff
  /// Said once, until it has listened for a good while again.
  private var saidAt: Moment?

  /// - Parameter prepare: sets what else is to be set before the socket is bound.
  init(
    _ context: Context, at place: String, _ limits: Limits,
    prepare: (borrowing Socket) throws(ZeroMQError) -> Void
  ) throws(ZeroMQError) {
    let socket = try Socket(context, .router)
    try socket.set(.maximumMessageSize, Int64(limits.messageBytes))
    try socket.set(.receiveHighWaterMark, limits.waiting)
    try socket.set(.handshakeInterval, Self.handshakeLimit)
    try prepare(socket)
    monitor = try Monitor(socket, .ofListening)
    endpoint = try socket.bind(place)
    backoff = AcceptBackoff(now: MonotonicClock.now)
    self.socket = socket
  }

  /// What a slow machine needs is a fraction of it; what it costs us is a descriptor for so long.
  static let handshakeLimit = Duration.seconds(5)

  func watch(with poller: inout Poller, tag: Int, monitorTag: Int) {
    poller.add(socket, tag: tag)
    poller.add(monitor, tag: monitorTag)
  }

  var nextDeadline: Moment { backoff.nextDeadline }

  /// Reads the monitor.
  /// - Returns: a line for the log, where there is something new to say.
  func takeEvents() throws(ZeroMQError) -> String? {
    var line: String?
    while let event = try monitor.next() {
      let now = MonotonicClock.now
      switch event.kind {
      case .acceptFailed(let code):
        guard backoff.failed(code, now: now) else { continue }
        line = sayOnce(code, now) ?? line
        do { try socket.unbind(endpoint) } catch { backoff.closed(now: now) }
      case .closed: backoff.closed(now: now)
      default: break
      }
    }
    return line
  }

  /// Listens again when it is time to.
  func tick() {
    guard backoff.isDue(now: MonotonicClock.now) else { return }
    do throws(ZeroMQError) {
      try socket.bind(endpoint)
      backoff.bound(now: MonotonicClock.now)
    } catch { backoff.notBound(now: MonotonicClock.now) }
  }

  private func sayOnce(_ code: Int32, _ now: Moment) -> String? {
    defer { saidAt = now }
    if let saidAt, now - saidAt < .seconds(60) { return nil }
    return "no connection can be accepted at \(endpoint): \(String(cString: strerror(code))). "
      + "Those that stand are kept, new ones are tried again in a while; "
      + "see who connects, or raise `ulimit -n`"
  }
}
