// What happens to the coordinator's machine: a closed set.

import GreyBasics
import GreyWire

/// A control connection, before (and after) a node's id belongs to it. The world numbers them.
package struct ConnectionID: RawRepresentable, Hashable, Comparable, Sendable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  package static func < (a: ConnectionID, b: ConnectionID) -> Bool { a.rawValue < b.rawValue }
}

package enum CoordinatorInput: Hashable, Sendable {
  /// `NodeMessage.hello`, from whatever connection it came on.
  case hello(ConnectionID, Hello)
  /// Any other message of a process that calls itself `from`, with the term it was sent under.
  /// Where no connection is bound to that id (a coordinator that was just restarted, a node that
  /// was fenced), the world answers on the one that the message came by.
  case message(from: NodeID, term: Term, NodeMessage)
  /// A member's process is known to be dead (its pid is gone, or a person says so).
  case died(NodeID, reason: String)
  /// Nothing but time passed. Due at `nextDeadline` at the latest.
  case tick

  /// Start a cycle, now or after the one that runs. `stepped`: hold at every `HoldPoint`.
  case collect(CollectCause, stepped: Bool)
  /// Go on from where a stepped cycle holds.
  case stepOn(Stride)
  /// Ask a member to leave cleanly.
  case removeMember(NodeID)
  /// Stop the world, after sweeping, for as long as it takes but not longer than the lease.
  case inspect(request: UInt64, lease: Duration)
  /// Release the stop of that inspection (or forget it, if it has not begun).
  case inspectionDone(request: UInt64)
}
