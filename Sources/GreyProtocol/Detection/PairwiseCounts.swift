// The test that decides: every member idle, and on every ordered pair of members as many
// references received as sent.
//
// Why it is right within stop 2, although the reports were made at different moments and batches
// may overtake each other. No task runs, so a member turns busy only by receiving. Suppose some
// member receives after its report, and take the first such receipt in real time: member i, from
// k. Pair k→i is balanced at the reports, so either this reference was sent after k's report, or
// it took the place of one that k sent after its report and i received before i's own. Either way
// k sent something after its report, idle as it was: so k had received something after its
// report, before this receipt. That contradicts "first". So nobody receives anything any more,
// nothing is on its way, and all are idle: no grey reference is left in the cluster.

import GreyBasics
import GreyWire

enum PairwiseCounts {
  static func agree(
    _ reports: SortedMap<NodeID, MarkReport>, members: [NodeID], rules: RuleSet
  ) -> Bool {
    let counted = countedMembers(members, rules: rules)
    for member in counted {
      guard let report = reports[member], report.isIdle else { return false }
    }
    guard rules.contains(.countBatches) else { return true }
    for sender in counted {
      for receiver in counted where receiver != sender {
        let sent = reports[sender]?.exchange(with: receiver).sent ?? 0
        let received = reports[receiver]?.exchange(with: sender).received ?? 0
        if sent != received { return false }
      }
    }
    return true
  }
}

extension MarkReport {
  /// What was exchanged with one peer; a peer that is not listed had nothing.
  func exchange(with peer: NodeID) -> Channel {
    var low = 0
    var high = channels.count
    while low < high {
      let middle = (low + high) / 2
      if channels[middle].peer < peer { low = middle + 1 } else { high = middle }
    }
    return low < channels.count && channels[low].peer == peer
      ? channels[low] : Channel(peer: peer, sent: 0, received: 0)
  }

  /// What was exchanged with these peers together.
  func total(with peers: [NodeID]) -> (sent: UInt64, received: UInt64) {
    peers.reduce((sent: 0, received: 0)) { sum, peer in
      let channel = exchange(with: peer)
      return (sum.sent &+ channel.sent, sum.received &+ channel.received)
    }
  }
}
