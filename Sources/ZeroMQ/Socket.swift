// A socket: one owner in the program, one thread, closed when it goes out of scope.
//
// `~Copyable` makes the compiler see to it that a socket is closed exactly once, and together with
// the missing `Sendable` that no `@Sendable` closure captures it; every call checks the thread.
// What outlives a call (a poller's list, a monitor) refers to the `SocketCore`, which knows whether
// the socket is still open, so that a closed handle is never passed to libzmq.
//
// Nothing here waits without a limit by default: calls with `.dontWait` never wait, and
// `.sendTimeout` / `.receiveTimeout` bound the others.

internal import CZeroMQ

/// What a socket may do and whom it talks to, as in ZeroMQ's own guide.
package enum SocketKind: Int32, Sendable, CaseIterable {
  case pair = 0
  case pub = 1
  case sub = 2
  case req = 3
  case rep = 4
  case dealer = 5
  case router = 6
  case pull = 7
  case push = 8
}

/// The part of a socket that others may hold on to. Touched only by the owning thread.
final class SocketCore {
  let handle: UnsafeMutableRawPointer
  let kind: SocketKind
  let context: Context
  var owner = ThreadOwner()
  var isOpen = true
  /// A call was made on the socket since a poller last found it with nothing to do: every call may
  /// take in what libzmq's own thread has announced, and it is not announced again.
  var wasUsed = true
  var wildcardDirectories: [String] = []
  /// libzmq tells a monitor of every connection.
  var isMonitored = false

  init(handle: UnsafeMutableRawPointer, kind: SocketKind, context: Context) {
    self.handle = handle
    self.kind = kind
    self.context = context
  }

  /// Before every call on the socket.
  @inline(__always)
  func checkThread() {
    owner.check("A ZeroMQ \(kind) socket")
    wasUsed = true
  }

  /// Readable when libzmq's own thread has news for this socket.
  var descriptor: Int32 {
    var value: Int32 = -1
    var size = MemoryLayout<Int32>.size
    zmq_getsockopt(handle, ZMQ_FD, &value, &size)
    return value
  }

  /// What can be done with the socket now: `ZMQ_POLLIN`, `ZMQ_POLLOUT`.
  func events() throws(ZeroMQError) -> Int16 {
    var value: Int32 = 0
    var size = MemoryLayout<Int32>.size
    guard zmq_getsockopt(handle, ZMQ_EVENTS, &value, &size) == 0 else {
      throw .last("ask a \(kind) socket for its state")
    }
    return Int16(truncatingIfNeeded: value)
  }

  func close() {
    checkThread()
    stopMonitor()
    isOpen = false
    zmq_close(handle)
    for directory in wildcardDirectories { Endpoint.removeWildcardDirectory(directory) }
  }

  /// Returns when libzmq sends no event any more. `zmq_close` alone only begins to end a socket.
  func stopMonitor() {
    guard isOpen, isMonitored else { return }
    checkThread()
    isMonitored = false
    zmq_socket_monitor(handle, nil, 0)
  }
}

package struct Socket: ~Copyable {
  let core: SocketCore
  let handle: UnsafeMutableRawPointer

  /// Made with linger zero: closing it drops what was not sent yet (set `.linger` to change that).
  package init(_ context: Context, _ kind: SocketKind) throws(ZeroMQError) {
    guard let handle = zmq_socket(context.handle, kind.rawValue) else {
      throw .last("create a \(kind) socket")
    }
    core = SocketCore(handle: handle, kind: kind, context: context)
    self.handle = handle
    var linger: Int32 = 0
    zmq_setsockopt(handle, ZMQ_LINGER, &linger, MemoryLayout<Int32>.size)
  }

  deinit { core.close() }

  /// Closes now, rather than at the end of the scope.
  package consuming func close() {}

  package var kind: SocketKind { core.kind }

  /// Whether the calling thread may use this socket.
  package var isOwnedByCurrentThread: Bool { core.owner.isCurrentThread }

  /// Hands the socket over to the calling thread. The former owner must have stopped using it, and
  /// something (starting or joining a thread, a mutex) must order its last use before this call.
  package func adoptByCurrentThread() { core.owner = ThreadOwner() }

  /// Listens. Wildcards are allowed (`tcp://127.0.0.1:*`, `ipc://*`).
  /// - Returns: the endpoint with every wildcard filled in, ready for a peer's `connect`.
  @discardableResult
  package func bind(_ endpoint: String) throws(ZeroMQError) -> String {
    core.checkThread()
    guard endpoint == "ipc://*" else {
      try Endpoint.check(endpoint, for: "bind")
      if zmq_bind(handle, endpoint) != 0 { throw .last("bind", endpoint: endpoint) }
      return try get(.lastEndpoint)
    }
    let directory = try Endpoint.makeWildcardDirectory()
    do {
      let resolved = try bind("ipc://\(directory)/socket")
      core.wildcardDirectories.append(directory)
      return resolved
    } catch {
      Endpoint.removeWildcardDirectory(directory)
      throw error
    }
  }

  /// Connects in the background, again and again until it succeeds: no error says that nobody
  /// listens (a monitor does).
  package func connect(_ endpoint: String) throws(ZeroMQError) {
    core.checkThread()
    try Endpoint.check(endpoint, for: "connect")
    if zmq_connect(handle, endpoint) != 0 { throw .last("connect", endpoint: endpoint) }
  }

  /// Stops listening there, in the background; connections that were accepted there end as well.
  /// Takes the endpoint that `bind` returned.
  package func unbind(_ endpoint: String) throws(ZeroMQError) {
    core.checkThread()
    if zmq_unbind(handle, endpoint) != 0 { throw .last("unbind", endpoint: endpoint) }
  }

  /// Ends the connection to an endpoint that was connected; what is queued for it is dropped.
  package func disconnect(_ endpoint: String) throws(ZeroMQError) {
    core.checkThread()
    if zmq_disconnect(handle, endpoint) != 0 { throw .last("disconnect", endpoint: endpoint) }
  }
}

@available(*, unavailable)
extension Socket: Sendable {}
