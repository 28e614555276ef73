// What a monitor tells about the connections of a socket: libzmq's event number and value, decoded.

internal import CZeroMQ

package struct MonitorEvent: Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    case connected(fileDescriptor: Int32)
    /// The connect goes on in the background; normal for tcp.
    case connectDelayed(errno: Int32)
    case connectRetried(after: Duration)
    case listening(fileDescriptor: Int32)
    case bindFailed(errno: Int32)
    case accepted(fileDescriptor: Int32)
    case acceptFailed(errno: Int32)
    case closed(fileDescriptor: Int32)
    case closeFailed(errno: Int32)
    /// The connection is gone: the peer closed it, died, or missed its heartbeats.
    case disconnected(fileDescriptor: Int32)
    case handshakeSucceeded
    case handshakeFailed(HandshakeFailure)
    /// The monitored socket was closed; nothing follows.
    case stopped
    /// An event of a later libzmq.
    case unknown(number: UInt16, value: Int32)
  }

  package enum HandshakeFailure: Hashable, Sendable {
    /// Mostly the peer closed the connection, or the handshake took too long.
    case system(errno: Int32)
    /// The peer speaks another protocol, or another version of it: one of libzmq's codes.
    case protocolError(code: UInt32)
    case refused(status: Int32)
  }

  package let kind: Kind
  /// The endpoint concerned, as `bind` or `connect` was given it.
  package let endpoint: String

  /// The connection's descriptor where the event has one: a number to tell connections apart, equal
  /// to `Message.sourceFileDescriptor` of what came over it. It belongs to libzmq: never read,
  /// write or close it. (To shut it down is what the network can do at any time as well.)
  package var fileDescriptor: Int32? {
    switch kind {
    case .connected(let descriptor), .listening(let descriptor), .accepted(let descriptor),
      .closed(let descriptor), .disconnected(let descriptor):
      descriptor
    default: nil
    }
  }

  package var description: String { endpoint.isEmpty ? "\(kind)" : "\(kind) \(endpoint)" }

  /// - Parameter header: six bytes: the number (16 bits) and its value (32 bits), unaligned.
  init?(header: UnsafeRawBufferPointer, endpoint: String) {
    guard header.count == 6 else { return nil }
    let number = header.loadUnaligned(as: UInt16.self)
    let value = header.loadUnaligned(fromByteOffset: 2, as: Int32.self)
    self.endpoint = endpoint
    kind = Self.decode(number, value)
  }

  private static func decode(_ number: UInt16, _ value: Int32) -> Kind {
    switch Int32(number) {
    case ZMQ_EVENT_CONNECTED: .connected(fileDescriptor: value)
    case ZMQ_EVENT_CONNECT_DELAYED: .connectDelayed(errno: value)
    case ZMQ_EVENT_CONNECT_RETRIED: .connectRetried(after: .milliseconds(value))
    case ZMQ_EVENT_LISTENING: .listening(fileDescriptor: value)
    case ZMQ_EVENT_BIND_FAILED: .bindFailed(errno: value)
    case ZMQ_EVENT_ACCEPTED: .accepted(fileDescriptor: value)
    case ZMQ_EVENT_ACCEPT_FAILED: .acceptFailed(errno: value)
    case ZMQ_EVENT_CLOSED: .closed(fileDescriptor: value)
    case ZMQ_EVENT_CLOSE_FAILED: .closeFailed(errno: value)
    case ZMQ_EVENT_DISCONNECTED: .disconnected(fileDescriptor: value)
    case ZMQ_EVENT_MONITOR_STOPPED: .stopped
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: .handshakeSucceeded
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: .handshakeFailed(.system(errno: value))
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
      .handshakeFailed(.protocolError(code: UInt32(bitPattern: value)))
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: .handshakeFailed(.refused(status: value))
    default: .unknown(number: number, value: value)
    }
  }
}
