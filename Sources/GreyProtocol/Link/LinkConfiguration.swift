// What a link is between, the limits it keeps, and the figures it counts.

import GreyBasics
import GreyWire

/// The two ends. A node id is an incarnation, so the numbers of a link never start again.
package struct LinkIdentity: Hashable, Sendable {
  package var local: NodeID
  package var peer: NodeID
  package var cluster: String
  package var version: UInt16

  package init(
    local: NodeID, peer: NodeID, cluster: String, version: UInt16 = WireVersion.current
  ) {
    self.local = local
    self.peer = peer
    self.cluster = cluster
    self.version = version
  }
}

package struct LinkConfiguration: Hashable, Sendable {
  /// Payload on its way and not yet received: no message is begun beyond it.
  package var windowBytes = 16 << 20
  /// The same in frames, so that tiny messages cannot make the books larger than the payload.
  package var windowFrames = 65_536
  /// How long an acknowledgement waits for a data frame to ride on.
  package var acknowledgeAfter = Duration.milliseconds(5)
  /// Without progress for so long, what has not arrived is sent again; doubles at each attempt …
  package var resendAfter = Duration.milliseconds(500)
  /// … up to here.
  package var resendAtMost = Duration.seconds(4)
  /// A root held for so long is asked for: its `placed` may have been lost. Doubles likewise.
  package var queryAfter = Duration.seconds(1)
  package var queryAtMost = Duration.seconds(8)
  /// Nothing of what was sent is confirmed for so long: the connection is made anew …
  package var quietAfter = Duration.seconds(3)
  /// … and after this the link counts as severed. Both follow `fenceAfter`.
  package var severedAfter = Duration.seconds(10)
  /// Messages are cut into frames of this payload.
  package var frameBytes = WireLimits.framePayloadBytes

  package init() {}

  /// A link that carries nothing is measured with the same limit as a node that says nothing.
  package mutating func judgeSilence(by fenceAfter: Duration) {
    quietAfter = fenceAfter * 0.3
    severedAfter = fenceAfter
  }

  /// Every waiting time but the acknowledgement's multiplied, for slow builds and machines.
  package mutating func scaleTimes(by factor: Double) {
    resendAfter = resendAfter * factor
    resendAtMost = resendAtMost * factor
    queryAfter = queryAfter * factor
    queryAtMost = queryAtMost * factor
    quietAfter = quietAfter * factor
    severedAfter = severedAfter * factor
  }

  /// What a receiver holds at most, in front of a gap and behind it each: a window, and the one
  /// message that may overshoot it.
  var heldBytes: Int { windowBytes + WireLimits.messageBytes }
  var heldFrames: Int { windowFrames + WireLimits.messageBytes / max(1, frameBytes) + 1 }
  /// Sent again in one go; the rest follows as these arrive.
  var resendBurst: UInt64 { 256 }
  var resendBurstBytes: Int { 4 << 20 }
}

/// Figures since the link began. They are no part of its state: links that differ only in them
/// are equal.
package struct LinkStatistics: Hashable, Sendable {
  package var framesSent: UInt64 = 0
  package var bytesSent: UInt64 = 0
  package var framesResent: UInt64 = 0
  package var bytesResent: UInt64 = 0
  package var messagesDelivered: UInt64 = 0
  /// Frames that had come before.
  package var duplicates: UInt64 = 0
  /// Frames that came before an earlier one and were kept.
  package var early: UInt64 = 0
  /// Frames beyond what the receiver may hold, or before the peer's hello: they come again.
  package var dropped: UInt64 = 0
  package var acknowledgementsAlone: UInt64 = 0
  package var acknowledgementsRiding: UInt64 = 0
  package var queries: UInt64 = 0
  /// How often the window was full.
  package var stalls: UInt64 = 0
  package var hellosRefused: UInt64 = 0
  /// Frames that no correct peer sends: ignored.
  package var violations: UInt64 = 0
  /// Messages and frames after the peer was fenced.
  package var discarded: UInt64 = 0

  package init() {}
}

/// A value that takes no part in comparing what holds it.
@propertyWrapper
struct Uncompared<Value: Sendable>: Hashable, Sendable {
  var wrappedValue: Value
  init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
  static func == (a: Self, b: Self) -> Bool { true }
  func hash(into hasher: inout Hasher) {}
}
