// Receiving. Nothing there is `nil` or `false`, not an error: with `.dontWait` at once, otherwise
// after `.receiveTimeout` or when a signal interrupted the wait.
//
// The parts of a message arrive together: once the first one is there, reading the others never
// waits. `receive(into:)` with one reused `Message` reads without any allocation of ours; the form
// that returns arrays is for messages that are few and small.

internal import CZeroMQ
import Glibc

package struct ReceiveFlags: OptionSet, Sendable {
  package let rawValue: Int32
  package init(rawValue: Int32) { self.rawValue = rawValue }

  /// Returns at once when there is nothing.
  package static let dontWait = ReceiveFlags(rawValue: 1)
}

extension Socket {
  /// Receives one part into `message`, whose former bytes are released. `message.hasMore` tells
  /// whether further parts follow.
  package func receive(
    into message: inout Message, _ flags: ReceiveFlags = []
  ) throws(ZeroMQError) -> Bool {
    core.checkThread()
    while zmq_msg_recv(&message.raw, handle, flags.rawValue) < 0 {
      guard try isWorthRepeating("receive", interruptible: !flags.contains(.dontWait)) else {
        return false
      }
    }
    return true
  }

  /// Receives one part into a buffer of the caller's.
  /// - Returns: the part's length; when it is larger than the buffer the rest was cut off.
  package func receive(
    into buffer: UnsafeMutableRawBufferPointer, _ flags: ReceiveFlags = []
  ) throws(ZeroMQError) -> Int? {
    core.checkThread()
    while true {
      let count = zmq_recv(handle, buffer.baseAddress, buffer.count, flags.rawValue)
      if count >= 0 { return Int(count) }
      guard try isWorthRepeating("receive", interruptible: !flags.contains(.dontWait)) else {
        return nil
      }
    }
  }

  /// Receives a whole message.
  /// - Parameter maximumParts: a message with more is dropped whole and reported as `EMSGSIZE`, so
  ///   that a peer cannot make this process keep any number of parts.
  package func receive(
    _ flags: ReceiveFlags = [], maximumParts: Int = 64
  ) throws(ZeroMQError) -> [[UInt8]]? {
    var part = Message()
    guard try receive(into: &part, flags) else { return nil }
    var parts = [part.bytes]
    while part.hasMore {
      guard parts.count < maximumParts else {
        try skipRest(after: &part)
        throw ZeroMQError(
          errno: EMSGSIZE, operation: "receive more than \(maximumParts) parts on a \(kind) socket")
      }
      guard try receive(into: &part, .dontWait) else { break }
      parts.append(part.bytes)
    }
    return parts
  }

  /// Drops the parts that follow `message`, if any: what to do with a malformed one.
  package func skipRest(after message: inout Message) throws(ZeroMQError) {
    while message.hasMore {
      guard try receive(into: &message, .dontWait) else { return }
    }
  }
}
