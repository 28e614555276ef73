// A ROUTER that others connect to, strangers included, and what keeps strangers harmless.
//
// - A handshake has a limit of time, a message one of size, and what waits to be read one of
//   number: beyond it reading from that connection stops, and the sender's own queue fills.
// - A message of parts without end is ended (`EndlessMessages`).
// - When descriptors run short, a connection that nobody is known to speak over makes room for each
//   new one (`Newcomers`): peers that are known keep theirs, and who comes new is heard.
// - When there is no descriptor for a connection, it is refused with one held in reserve (accept.c
//   of CGrey). Where that fails as well, the endpoint is left for a while (`AcceptBackoff`).
//
// Who binds a path again must be the only one that does: the coordinator holds the cluster's lock
// as long as it lives, and a node's path is named by its pid.

import CGrey
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
  private var endless: EndlessMessages
  private let newcomers: Newcomers
  /// Among those of the process.
  private let number: Int
  /// The kernel counts what a connection has received.
  private let isTCP: Bool
  private var lastLook = Moment.zero
  private var refused: UInt64 = 0
  /// Said every few seconds at most.
  private var saidAt: Moment?

  /// - Parameters:
  ///   - newcomers: those of all listeners of the process.
  ///   - prepare: sets what else is to be set before the socket is bound.
  init(
    _ context: Context, at place: String, _ limits: Limits, _ newcomers: Newcomers,
    prepare: (borrowing Socket) throws(ZeroMQError) -> Void
  ) throws(ZeroMQError) {
    grey_reserve_descriptor()
    self.newcomers = newcomers
    number = newcomers.addListener()
    let socket = try Socket(context, .router)
    try socket.set(.maximumMessageSize, Int64(limits.messageBytes))
    try socket.set(.receiveHighWaterMark, limits.waiting)
    try socket.set(.handshakeInterval, Self.handshakeLimit)
    try prepare(socket)
    monitor = try Monitor(socket, .ofListening)
    endless = EndlessMessages(
      .init(known: UInt64(2 * limits.messageBytes), strangers: Self.strangersBytes))
    endpoint = try socket.bind(place)
    isTCP = endpoint.hasPrefix("tcp://")
    backoff = AcceptBackoff(now: MonotonicClock.now)
    self.socket = socket
  }

  /// What a slow machine needs is a fraction of it; what it costs us is a descriptor for so long.
  static let handshakeLimit = Duration.seconds(5)

  /// A hello has some hundred bytes.
  static let strangersBytes: UInt64 = 256 << 10
  /// A look at a connection takes half a microsecond: at thousands of them less often.
  private var lookEvery: Duration {
    .milliseconds(100) + .microseconds(50) * min(endless.count, 18_000)
  }
  /// Under a flood not everything is ever read, but something of every connection is.
  static let lookAtLeastEvery = Duration.seconds(1)

  func watch(with poller: inout Poller, tag: Int, monitorTag: Int) {
    poller.add(socket, tag: tag)
    poller.add(monitor, tag: monitorTag)
  }

  var nextDeadline: Moment {
    min(backoff.nextDeadline, endless.isEmpty ? .distantFuture : lastLook + lookEvery)
  }

  /// Reads the monitor.
  /// - Returns: a line for the log, where there is something new to say.
  func takeEvents() throws(ZeroMQError) -> String? {
    var line: String?
    while let event = try monitor.next() {
      let now = MonotonicClock.now
      switch event.kind {
      case .acceptFailed(let code):
        if grey_refused_connections() > refused {
          makeRoom()
          line = sayOnce(now) ?? line
        }
        guard backoff.failed(code, now: now) else { continue }
        line = sayOnce(now) ?? line
        do { try socket.unbind(endpoint) } catch { backoff.closed(now: now) }
      case .closed: backoff.closed(now: now)
      case .accepted(let descriptor):
        if isTCP { endless.accepted(descriptor) }
        if Self.isScarce(descriptor) { makeRoom() }
        newcomers.accepted(connection(descriptor))
      case .disconnected(let descriptor):
        endless.gone(descriptor)
        newcomers.remove(connection(descriptor))
        newcomers.compact()
      default: break
      }
    }
    return line
  }

  /// The first part of a message that was read.
  /// - Parameter isKnown: it comes from a member.
  func heard(_ part: borrowing Message, isKnown: Bool) {
    guard !endless.isEmpty || !newcomers.isEmpty, let descriptor = part.sourceFileDescriptor
    else { return }
    endless.heard(descriptor, isKnown: isKnown)
    if isKnown { newcomers.remove(connection(descriptor)) }
  }

  /// Descriptors are numbered from below, so a high number says how few are left.
  private static func isScarce(_ descriptor: Int32) -> Bool {
    var limits = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return false }
    let limit = Int(clamping: limits.rlim_cur)
    return Int(descriptor) >= limit - min(64, max(4, limit / 8))
  }

  /// Connections end as if the network had ended them; libzmq closes them. Two for each new one:
  /// libzmq's thread may have accepted many before this one hears of the first, and what is kept
  /// free for others must become free again.
  private func makeRoom() {
    for _ in 0..<2 {
      guard let oldest = newcomers.takeOldest() else { return }
      shutdown(oldest.descriptor, Int32(SHUT_RDWR))
    }
  }

  private func connection(_ descriptor: Int32) -> Newcomers.Connection {
    .init(listener: number, descriptor: descriptor)
  }

  /// Listens again when it is time to, and ends what has no end.
  /// - Parameter isDrained: everything that had come was read.
  /// - Returns: a line for the log, where there is something new to say.
  func tick(isDrained: Bool) -> String? {
    let now = MonotonicClock.now
    if backoff.isDue(now: now) {
      do throws(ZeroMQError) {
        try socket.bind(endpoint)
        backoff.bound(now: now)
      } catch { backoff.notBound(now: now) }
    }
    guard now >= lastLook + (isDrained ? lookEvery : Self.lookAtLeastEvery) else { return nil }
    lastLook = now
    let ended = endless.look { descriptor in
      UInt64(exactly: grey_received_bytes(descriptor))
    }
    for descriptor in ended { shutdown(descriptor, Int32(SHUT_RDWR)) }
    return ended.isEmpty ? nil : "a message without end came to \(endpoint): it was cut off"
  }

  private func sayOnce(_ now: Moment) -> String? {
    refused = grey_refused_connections()
    if let saidAt, now - saidAt < .seconds(5) { return nil }
    saidAt = now
    return "no connection can be accepted at \(endpoint): there is no descriptor left. Those that "
      + "stand are kept, new ones are refused (\(refused) so far); see who connects, or raise "
      + "`ulimit -n`"
  }
}
