// The outgoing half of the traffic with one peer: a DEALER that carries this node's id as its
// routing id, so that the peer's ROUTER knows who speaks, and a monitor that sees it break.
//
// Behind the id in that name stands what nobody can guess. A ROUTER hands a name over to whoever
// claims it last, as a connection that is made again must; but libzmq then keeps the older
// connection open without ever reading from it, so that a stranger with the same name would silence
// the node for good.
//
// The socket's own queue is unbounded, because the link above it bounds what is unacknowledged;
// a bound in both places would drop or block in the wrong one.

import GreyBasics
import ZeroMQ

final class PeerConnection {
  let peer: NodeID
  let endpoint: String
  let socket: Socket
  let monitor: Monitor
  /// A break was seen; the next handshake is a reconnection.
  private var isBroken = false

  init(
    context: Context, from node: NodeID, to peer: NodeID, endpoint: String,
    silenceLimit: Duration
  ) throws(ZeroMQError) {
    self.peer = peer
    self.endpoint = endpoint
    socket = try Socket(context, .dealer)
    try socket.set(.routingID, Self.routingID(of: node))
    try socket.set(.sendHighWaterMark, 0)
    try socket.set(.reconnectInterval, .milliseconds(20))
    try socket.set(.reconnectIntervalMaximum, .seconds(1))
    // A host that is gone closes nothing. Both ends let go of a connection that is silent for so
    // long although it was asked; one that answers and carries nothing is the link's to find.
    try socket.set(.heartbeatInterval, silenceLimit / 4)
    try socket.set(.heartbeatTimeout, silenceLimit)
    try socket.set(.heartbeatTimeToLive, silenceLimit)
    monitor = try Monitor(socket)
    try socket.connect(endpoint)
  }

  private static let secretBytes = 8

  /// The first byte may not be zero: ZeroMQ keeps those names for itself.
  static func routingID(of node: NodeID) -> RoutingID {
    let secret = (0..<secretBytes).map { _ in UInt8.random(in: 0...255) }
    let id = [0x6E, UInt8(node.rawValue >> 8), UInt8(truncatingIfNeeded: node.rawValue)]
    return RoutingID(id + secret)
  }

  static func node(of id: RoutingID) -> NodeID? {
    guard id.bytes.count == 3 + secretBytes, id.bytes[0] == 0x6E else { return nil }
    return NodeID(rawValue: UInt16(id.bytes[1]) << 8 | UInt16(id.bytes[2]))
  }

  /// True when the connection was made again after a break.
  func takeReconnection() throws(ZeroMQError) -> Bool {
    var reconnected = false
    while let event = try monitor.next() {
      switch event.kind {
      case .disconnected: isBroken = true
      case .handshakeSucceeded:
        if isBroken { reconnected = true }
        isBroken = false
      default: break
      }
    }
    return reconnected
  }
}
