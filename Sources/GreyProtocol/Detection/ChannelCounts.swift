// Termination by channel counts (the default): the latest report of each member is kept, and a
// candidate is a set of reports that are all idle and agree on every pair.
//
// No waves: members report by themselves when they turn idle or an idle one's counts change, so
// the candidate is found one message after the last batch is shaded. The stop that follows is the
// second wave.

import GreyBasics
import GreyWire

package struct ChannelCounts: TerminationDetector {
  private let members: [NodeID]
  private let rules: RuleSet
  private var latest = SortedMap<NodeID, MarkReport>()
  private var wave: UInt64 = 0

  package init(members: [NodeID], rules: RuleSet) {
    self.members = members
    self.rules = rules
  }

  package mutating func note(_ report: MarkReport, from node: NodeID) -> Finding {
    latest[node] = report
    return PairwiseCounts.agree(latest, members: members, rules: rules) ? .candidate : .nothing
  }

  package mutating func askAgain() -> Finding {
    wave += 1
    return .ask(wave: wave)
  }

  package var reports: SortedMap<NodeID, MarkReport> { latest }

  package mutating func forget() { latest.removeAll() }
}
