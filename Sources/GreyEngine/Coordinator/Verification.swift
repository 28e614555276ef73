// A search over the whole stopped cluster for what is reachable, lost, garbage or floating.
//
// After a full cycle the world is stopped; each node searches from its own roots, then from what
// others found of it, until a round finds nothing new. The nodes are told before the cycle, because
// they have to keep what is white when it is decided. Every round is one question to those who
// have something to look at, and one answer from each, so it ends when the last reference does.

import GreyBasics
import GreyEvents

struct Verification {
  enum Step {
    /// A full cycle first, so that what it should have freed can be told from what is new.
    case cycle
    case stop
    case search
    case count
  }

  var step = Step.cycle
  var nodes: [NodeID] = []
  var missing: [NodeID] = []
  var stoppedAt = Moment.zero
  /// What was found and not yet handed to its owner.
  var found: [NodeID: [Reference]] = [:]
  /// Nodes that said that they have more references to tell.
  var withMore: [NodeID] = []
  var counts: [(node: NodeID, counts: ReachCounts)] = []

  var waitedFor: String {
    switch step {
    case .cycle: "the cycle before the check"
    case .stop: "every node to stop"
    case .search, .count:
      "an answer to the check from " + missing.map(\.description).joined(separator: ", ")
    }
  }
}
