// One part of a message, in libzmq's own memory: sent and received without a copy of ours.
//
// A `zmq_msg_t` of up to 33 bytes holds them inside itself; longer ones point to counted memory.
// libzmq itself moves these 64 bytes with plain copies when it queues them, so a `~Copyable` struct
// may hold them inline: exactly one owner, closed once, and no allocation of ours a message.

internal import CZeroMQ

package struct Message: ~Copyable {
  var raw = zmq_msg_t()

  /// An empty message; what `receive(into:)` is given. Costs no allocation.
  package init() { zmq_msg_init(&raw) }

  /// A message of `byteCount` bytes that `fill` writes in place.
  package init(
    byteCount: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void
  ) throws(ZeroMQError) {
    var made = zmq_msg_t()
    guard zmq_msg_init_size(&made, byteCount) == 0 else {
      throw .last("make a message of \(byteCount) bytes")
    }
    self.init(adopting: made)
    withUnsafeMutableBytes(fill)
  }

  package init(copying bytes: UnsafeRawBufferPointer) throws(ZeroMQError) {
    try self.init(byteCount: bytes.count) { $0.copyMemory(from: bytes) }
  }

  package init(_ bytes: [UInt8]) throws(ZeroMQError) {
    try self.init(byteCount: bytes.count) { $0.copyBytes(from: bytes) }
  }

  /// Takes over an initialised `zmq_msg_t`.
  init(adopting raw: zmq_msg_t) { self.raw = raw }

  deinit {
    var last = raw
    zmq_msg_close(&last)
  }

  package var count: Int {
    withUnsafePointer(to: raw) { zmq_msg_size($0) }
  }

  package var isEmpty: Bool { count == 0 }

  /// Whether further parts of the same message follow the one that was received.
  package var hasMore: Bool {
    withUnsafePointer(to: raw) { zmq_msg_more($0) != 0 }
  }

  /// The bytes, valid only within `body`.
  package func withUnsafeBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    // Short messages hold their bytes inline: `body` sees those of this copy, which is never
    // closed.
    var alias = raw
    return try withUnsafeMutablePointer(to: &alias) { pointer throws(E) in
      try body(UnsafeRawBufferPointer(start: zmq_msg_data(pointer), count: zmq_msg_size(pointer)))
    }
  }

  /// The bytes, to be written, valid only within `body`. Not for a message that was duplicated.
  package mutating func withUnsafeMutableBytes<R, E: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try withUnsafeMutablePointer(to: &raw) { pointer throws(E) in
      try body(
        UnsafeMutableRawBufferPointer(start: zmq_msg_data(pointer), count: zmq_msg_size(pointer)))
    }
  }

  /// A copy of the bytes.
  package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

  /// The bytes as the name of a peer: the first part that a ROUTER receives.
  package var routingID: RoutingID { withUnsafeBytes { RoutingID(copying: $0) } }

  /// A second message with the same bytes, which both share: for sending them to several peers.
  package mutating func duplicate() throws(ZeroMQError) -> Message {
    var copy = zmq_msg_t()
    zmq_msg_init(&copy)
    guard zmq_msg_copy(&copy, &raw) == 0 else {
      let error = ZeroMQError.last("duplicate a message")
      zmq_msg_close(&copy)
      throw error
    }
    return Message(adopting: copy)
  }

  /// The file descriptor of the connection that a received message came over: the same number as in
  /// the monitor's events about it. Nil for inproc and for messages that were not received.
  package var sourceFileDescriptor: Int32? {
    let descriptor = withUnsafePointer(to: raw) { zmq_msg_get($0, ZMQ_SRCFD) }
    return descriptor >= 0 ? descriptor : nil
  }

  /// The network address of the peer that a received message came from, where the transport has
  /// one.
  package var peerAddress: String? {
    withUnsafePointer(to: raw) { zmq_msg_gets($0, "Peer-Address").map { String(cString: $0) } }
  }
}

@available(*, unavailable)
extension Message: Sendable {}
