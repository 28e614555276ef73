// Sending. Every send says whether the message was taken: `true`, or `false` for "would block"
// (with `.dontWait`, or after `.sendTimeout`, or when a signal interrupted the wait).
//
// Parts are atomic: the peer gets all of a message or nothing. libzmq decides about room at the
// first part, so later parts fail only when the connection dies in between; what it has of the
// message is then rolled back. DEALER, PUSH and REQ swallow the parts up to the last one after such
// a failure, so these are still handed over: leaving them out would make libzmq swallow the *next*
// message instead.

internal import CZeroMQ
import Glibc

package struct SendFlags: OptionSet, Sendable {
  package let rawValue: Int32
  package init(rawValue: Int32) { self.rawValue = rawValue }

  /// Returns `false` at once instead of waiting for room.
  package static let dontWait = SendFlags(rawValue: 1)
  /// Further parts of the same message follow. Once a part was taken, the others must follow.
  package static let more = SendFlags(rawValue: 2)
}

extension Socket {
  /// Sends one part, copying the bytes.
  package func send(
    _ bytes: UnsafeRawBufferPointer, _ flags: SendFlags = []
  ) throws(ZeroMQError) -> Bool {
    core.checkThread()
    while zmq_send(handle, bytes.baseAddress, bytes.count, flags.rawValue) < 0 {
      guard try isWorthRepeating("send", interruptible: !flags.contains(.dontWait)) else {
        return false
      }
    }
    return true
  }

  package func send(_ bytes: [UInt8], _ flags: SendFlags = []) throws(ZeroMQError) -> Bool {
    try bytes.withUnsafeBufferPointer { bytes throws(ZeroMQError) in
      try send(UnsafeRawBufferPointer(bytes), flags)
    }
  }

  /// Sends one part without copying it. When it was taken `message` is empty afterwards, otherwise
  /// unchanged.
  package func send(
    _ message: inout Message, _ flags: SendFlags = []
  ) throws(ZeroMQError) -> Bool {
    core.checkThread()
    while zmq_msg_send(&message.raw, handle, flags.rawValue) < 0 {
      guard try isWorthRepeating("send", interruptible: !flags.contains(.dontWait)) else {
        return false
      }
    }
    return true
  }

  /// Sends all parts as one message, or nothing of it.
  package func send(_ parts: [[UInt8]], _ flags: SendFlags = []) throws(ZeroMQError) -> Bool {
    core.checkThread()
    precondition(!parts.isEmpty, "a message has at least one part")
    var taken = true
    for index in parts.indices {
      let isLast = index == parts.count - 1
      let partFlags = isLast ? flags.subtracting(.more) : flags.union(.more)
      if try sendPart(parts[index], partFlags, first: index == 0) { continue }
      if index == 0 || !swallowsRest { return false }
      taken = false
    }
    return taken
  }

  /// Sends from a ROUTER to one peer. `false`: its queue is full. Throws `isPeerUnknown` when the
  /// peer is not connected; both need `.routerMandatory`, without it such messages are dropped.
  package func send(
    to peer: RoutingID, _ body: UnsafeRawBufferPointer, _ flags: SendFlags = []
  ) throws(ZeroMQError) -> Bool {
    guard try send(peer.bytes, flags.union(.more)) else { return false }
    // The peer's name was taken: the body can neither block nor be refused.
    return try send(body, flags.union(.dontWait))
  }

  package func send(
    to peer: RoutingID, _ body: [UInt8], _ flags: SendFlags = []
  ) throws(ZeroMQError) -> Bool {
    try body.withUnsafeBufferPointer { body throws(ZeroMQError) in
      try send(to: peer, UnsafeRawBufferPointer(body), flags)
    }
  }

  /// The same without copying the body: `body` is empty afterwards when it was taken.
  package func send(
    to peer: RoutingID, _ body: inout Message, _ flags: SendFlags = []
  ) throws(ZeroMQError) -> Bool {
    guard try send(peer.bytes, flags.union(.more)) else { return false }
    return try send(&body, flags.union(.dontWait))
  }

  private func sendPart(
    _ bytes: [UInt8], _ flags: SendFlags, first: Bool
  ) throws(ZeroMQError) -> Bool {
    while zmq_send(handle, bytes, bytes.count, flags.rawValue) < 0 {
      let interruptible = first && !flags.contains(.dontWait)
      guard try isWorthRepeating("send", interruptible: interruptible) else { return false }
    }
    return true
  }

  private var swallowsRest: Bool { kind == .dealer || kind == .push || kind == .req }

  /// After a call failed: `false` when it would block, `true` when a signal came between and the
  /// caller did not wait (then repeating it costs nothing). Everything else is thrown.
  func isWorthRepeating(_ operation: String, interruptible: Bool) throws(ZeroMQError) -> Bool {
    switch zmq_errno() {
    case EAGAIN: return false
    case EINTR: return !interruptible
    default: throw .last("\(operation) on a \(kind) socket")
    }
  }
}
