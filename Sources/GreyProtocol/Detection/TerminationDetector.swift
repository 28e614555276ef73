// When is marking over? A detector listens to the members' reports and proposes.
//
// A member is idle when its roots are scanned, nothing grey is held by any worker, its barrier
// buffers are flushed and no batch waits. All idle is not enough: a batch may be on its way and
// wake its receiver. Textbook detectors exclude that work starts by itself; here the write barrier
// makes grey objects out of nothing while tasks run. So what a detector says is a *candidate*
// only: the coordinator then stops every task and compares pairwise counts itself
// (`PairwiseCounts`). A detector can therefore cost time, but never an object.
//
// Reports of another epoch or of another membership never reach a detector.

import GreyBasics
import GreyWire

package enum Finding: Hashable, Sendable {
  case nothing
  /// Marking looks complete: worth a stop.
  case candidate
  /// Ask every member for a report with this wave number.
  case ask(wave: UInt64)
}

package protocol TerminationDetector: Hashable, Sendable {
  init(members: [NodeID], rules: RuleSet)
  mutating func note(_ report: MarkReport, from node: NodeID) -> Finding
  /// The newest that is known of each member, to tell who holds up the end.
  var reports: SortedMap<NodeID, MarkReport> { get }
  /// Nothing was found for a while: a report may have been lost with a connection.
  mutating func askAgain() -> Finding
  /// Back to marking after a stop: what was reported before it says nothing any more.
  mutating func forget()
}

/// The configured detector, as a value that can be compared and hashed.
package enum Detector: Hashable, Sendable {
  case channelCounts(ChannelCounts)
  case fourCounters(FourCounters)

  package init(_ kind: DetectorKind, members: [NodeID], rules: RuleSet) {
    switch kind {
    case .channelCounts:
      self = .channelCounts(ChannelCounts(members: members, rules: rules))
    case .fourCounters:
      self = .fourCounters(FourCounters(members: members, rules: rules))
    }
  }

  package mutating func note(_ report: MarkReport, from node: NodeID) -> Finding {
    change { $0.note(report, from: node) }
  }
  var reports: SortedMap<NodeID, MarkReport> {
    switch self {
    case .channelCounts(let value): value.reports
    case .fourCounters(let value): value.reports
    }
  }
  package mutating func askAgain() -> Finding { change { $0.askAgain() } }
  package mutating func forget() { change { $0.forget() } }

  private mutating func change<Result>(
    _ body: (inout any TerminationDetector) -> Result
  ) -> Result {
    var detector: any TerminationDetector
    switch self {
    case .channelCounts(let value): detector = value
    case .fourCounters(let value): detector = value
    }
    defer {
      if let value = detector as? ChannelCounts { self = .channelCounts(value) }
      if let value = detector as? FourCounters { self = .fourCounters(value) }
    }
    return body(&detector)
  }
}

/// The members that termination counts: all of them. Without that rule the youngest is forgotten,
/// as if it had joined in the middle of the cycle.
func countedMembers(_ members: [NodeID], rules: RuleSet) -> [NodeID] {
  rules.contains(.countMembers) || members.count < 2 ? members : Array(members.dropLast())
}
