// What two nodes say to each other, one ZeroMQ message each. `PeerMessage`s travel in the data
// frames; everything else keeps the link itself going and bypasses its window. In bytes each names
// the incarnation that it is for.

import GreyBasics

package enum LinkFrame: Hashable, Sendable {
  /// The first frame of a connection in one direction: who speaks, and the lowest number that
  /// the receiver is not known to hold. Its layout is the same in every version.
  case hello(version: UInt16, cluster: String, term: Term, from: NodeID, to: NodeID, next: UInt64)
  /// A numbered message or a part of one; numbers start at 1 and rise by one a frame. `payload`
  /// is (a part of) a `PeerMessage`, the same bytes in every resend. An acknowledgement of the
  /// other direction may ride along.
  case data(
    sequence: UInt64, flags: DataFlags, acknowledgement: Acknowledgement?, payload: [UInt8])
  case acknowledge(Acknowledgement)
  /// Asks for an acknowledgement now, and whether these messages have been placed.
  case query(placed: [UInt64])
  /// The receiver's `hello` was not believed.
  case refuse(reason: String)

  package var isHello: Bool { if case .hello = self { true } else { false } }
}

package struct DataFlags: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The message goes on in the next number.
  package static let more = DataFlags(rawValue: 1)
  /// The message began in an earlier number.
  package static let continued = DataFlags(rawValue: 2)
  /// The sender holds a root until this message, named by its last number, is placed.
  package static let rooted = DataFlags(rawValue: 4)

  package static let known: DataFlags = [.more, .continued, .rooted]
}

/// What a receiver says of what came in.
package struct Acknowledgement: Hashable, Sendable {
  /// Every frame up to this one has been taken: the sender drops its copies, its window opens.
  package var received: UInt64
  /// Every frame up to this one has come in, taken or not: it need not be sent again.
  package var arrived: UInt64
  /// Exactly these messages have been placed: the sender drops their roots.
  package var placed: [UInt64]

  package init(received: UInt64, arrived: UInt64, placed: [UInt64]) {
    self.received = received
    self.arrived = arrived
    self.placed = placed
  }
}
