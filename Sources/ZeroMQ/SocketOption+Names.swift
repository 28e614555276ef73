// The options of libzmq that Greywave has a use for, each once. Set them before `bind` or
// `connect`: most take effect for later connections only.
//
// Priorities of libzmq's threads are left out on purpose: without the right to raise them the
// library ends the process.

internal import CZeroMQ

extension SocketOption where Value == Duration {
  /// How long unsent messages survive `close`. Zero (our default) drops them.
  package static var linger: Self { Self(code: ZMQ_LINGER, name: "linger") }
  /// Longest wait of a send without `.dontWait`. Not set: no limit.
  package static var sendTimeout: Self { Self(code: ZMQ_SNDTIMEO, name: "send timeout") }
  /// Longest wait of a receive without `.dontWait`. Not set: no limit.
  package static var receiveTimeout: Self { Self(code: ZMQ_RCVTIMEO, name: "receive timeout") }
  /// A ping is sent every so often; without it a stopped peer is never noticed. Zero: none.
  package static var heartbeatInterval: Self {
    Self(code: ZMQ_HEARTBEAT_IVL, name: "heartbeat interval")
  }
  /// Silence after a ping that ends the connection.
  package static var heartbeatTimeout: Self {
    Self(code: ZMQ_HEARTBEAT_TIMEOUT, name: "heartbeat timeout")
  }
  /// Silence of ours after which the *peer* ends the connection; sent with each ping, in tenths of
  /// a second.
  package static var heartbeatTimeToLive: Self {
    Self(code: ZMQ_HEARTBEAT_TTL, name: "heartbeat time to live")
  }
  /// Pause before connecting again.
  package static var reconnectInterval: Self {
    Self(code: ZMQ_RECONNECT_IVL, name: "reconnect interval")
  }
  /// The pause doubles up to this. Zero: it stays as it is.
  package static var reconnectIntervalMaximum: Self {
    Self(code: ZMQ_RECONNECT_IVL_MAX, name: "maximum reconnect interval")
  }
  /// Time that a new connection has for its handshake.
  package static var handshakeInterval: Self {
    Self(code: ZMQ_HANDSHAKE_IVL, name: "handshake interval")
  }
  /// Time that a TCP connect has.
  package static var connectTimeout: Self {
    Self(code: ZMQ_CONNECT_TIMEOUT, name: "connect timeout")
  }
}

extension SocketOption where Value == Int {
  /// Messages queued a peer before a send would block. Zero: no bound.
  package static var sendHighWaterMark: Self {
    Self(code: ZMQ_SNDHWM, name: "send high-water mark")
  }
  /// Messages queued from a peer before reading it stops. Zero: no bound.
  package static var receiveHighWaterMark: Self {
    Self(code: ZMQ_RCVHWM, name: "receive high-water mark")
  }
  /// The kernel's buffer a connection, in bytes. −1: the system's default.
  package static var kernelSendBuffer: Self { Self(code: ZMQ_SNDBUF, name: "kernel send buffer") }
  package static var kernelReceiveBuffer: Self {
    Self(code: ZMQ_RCVBUF, name: "kernel receive buffer")
  }
  /// Connections that may wait to be accepted.
  package static var backlog: Self { Self(code: ZMQ_BACKLOG, name: "backlog") }
  /// TCP keep-alive: −1 the system's default, 0 off, 1 on.
  package static var tcpKeepalive: Self { Self(code: ZMQ_TCP_KEEPALIVE, name: "TCP keepalive") }
  /// Seconds of silence before the first probe.
  package static var tcpKeepaliveIdle: Self {
    Self(code: ZMQ_TCP_KEEPALIVE_IDLE, name: "TCP keepalive idle")
  }
  /// Seconds between probes.
  package static var tcpKeepaliveInterval: Self {
    Self(code: ZMQ_TCP_KEEPALIVE_INTVL, name: "TCP keepalive interval")
  }
  /// Lost probes that end the connection.
  package static var tcpKeepaliveCount: Self {
    Self(code: ZMQ_TCP_KEEPALIVE_CNT, name: "TCP keepalive count")
  }
}

extension SocketOption where Value == Int64 {
  /// A peer that sends a larger part is disconnected. −1: no limit.
  package static var maximumMessageSize: Self {
    Self(code: ZMQ_MAXMSGSIZE, name: "maximum message size")
  }
}

extension SocketOption where Value == Bool {
  /// Queue only for connections that stand, not for those that are still being tried.
  package static var immediate: Self { Self(code: ZMQ_IMMEDIATE, name: "immediate") }
  package static var ipv6: Self { Self(code: ZMQ_IPV6, name: "ipv6") }
  /// Keep only the newest message. Single-part messages only.
  package static var conflate: Self { Self(code: ZMQ_CONFLATE, name: "conflate") }
}

extension SocketOption where Value == RoutingID {
  /// The name under which a ROUTER knows this socket.
  package static var routingID: Self { Self(code: ZMQ_ROUTING_ID, name: "routing id") }
}

extension SocketProperty where Value == String {
  /// Where the last `bind` or `connect` went, wildcards filled in.
  package static var lastEndpoint: Self { Self(code: ZMQ_LAST_ENDPOINT, name: "last endpoint") }
}

extension SocketProperty where Value == Int32 {
  /// Becomes readable when `events` may have changed: edge-triggered, so read `events` after it.
  package static var fileDescriptor: Self { Self(code: ZMQ_FD, name: "file descriptor") }
}

extension SocketProperty where Value == PollEvents {
  /// What the socket could do now without waiting.
  package static var events: Self { Self(code: ZMQ_EVENTS, name: "events") }
}

/// Options that libzmq cannot read back.
package struct SocketSwitch: Sendable {
  let code: Int32
  let name: String

  /// A ROUTER reports sends to peers that it does not know instead of dropping them, and sends to
  /// a peer whose queue is full would block instead of being dropped.
  package static var routerMandatory: Self {
    Self(code: ZMQ_ROUTER_MANDATORY, name: "router mandatory")
  }
  /// A ROUTER gives a routing id to whoever claims it last; otherwise the first keeps it.
  package static var routerHandover: Self {
    Self(code: ZMQ_ROUTER_HANDOVER, name: "router handover")
  }
  /// An empty message is sent to a ROUTER on connecting, so that it knows this peer at once.
  package static var probeRouter: Self { Self(code: ZMQ_PROBE_ROUTER, name: "probe router") }
}

extension Socket {
  package func set(_ option: SocketSwitch, _ value: Bool) throws(ZeroMQError) {
    try set(SocketOption<Bool>(code: option.code, name: option.name), value)
  }
}
