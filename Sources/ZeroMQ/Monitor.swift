// A monitor: the stream of a socket's connection events, read like a socket on the same thread.
//
// libzmq sends the events through an inproc PAIR, from its own I/O thread and *blocking*: a reader
// that is gone or full would stop all traffic of the context, for ever. So the reading end has no
// high-water mark, and libzmq is told to stop sending by whichever goes first: the monitor, or the
// socket, whose connections go on ending in the background after it was closed.

internal import CZeroMQ
import Synchronization

package struct Monitor: ~Copyable {
  let reader: Socket
  private let watched: SocketCore

  /// Numbers the inproc endpoints: unique in this process, whatever the context.
  private static let counter = Atomic<UInt64>(0)

  /// Which events are wanted. All of them cost several messages a connection.
  package enum Events: Sendable {
    case all
    /// Connections that come, go or could not be accepted, and that a listener is closed: what
    /// whoever listens must know.
    case ofListening
  }

  /// Starts to monitor; do it before `bind` or `connect`, or early events are missed. A socket has
  /// one monitor at most: a second one ends the first.
  package init(_ socket: borrowing Socket, _ events: Events = .all) throws(ZeroMQError) {
    let mask =
      switch events {
      case .all: ZMQ_EVENT_ALL
      case .ofListening:
        ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_DISCONNECTED
      }
    reader = try Self.makeReader(of: socket.core, mask)
    watched = socket.core
  }

  private static func makeReader(
    of watched: SocketCore, _ mask: Int32
  ) throws(ZeroMQError) -> Socket {
    watched.checkThread()
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    let endpoint = "inproc://monitor-\(number)"
    let reader = try Socket(watched.context, .pair)
    try reader.set(.receiveHighWaterMark, 0)
    guard zmq_socket_monitor(watched.handle, endpoint, mask) == 0 else {
      throw .last("monitor", endpoint: endpoint)
    }
    watched.isMonitored = true
    do {
      try reader.connect(endpoint)
    } catch {
      watched.stopMonitor()
      throw error
    }
    return reader
  }

  deinit { watched.stopMonitor() }

  /// The next event, or nil when there is none now.
  package func next() throws(ZeroMQError) -> MonitorEvent? {
    var header = Message()
    var endpoint = Message()
    while try reader.receive(into: &header, .dontWait) {
      guard header.hasMore, try reader.receive(into: &endpoint, .dontWait) else { continue }
      let name = endpoint.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      if let event = header.withUnsafeBytes({ MonitorEvent(header: $0, endpoint: name) }) {
        return event
      }
    }
    return nil
  }

  /// As for a socket; the monitored socket is handed over separately.
  package func adoptByCurrentThread() { reader.adoptByCurrentThread() }
}

@available(*, unavailable)
extension Monitor: Sendable {}
