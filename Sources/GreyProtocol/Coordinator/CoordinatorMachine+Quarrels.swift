// Two members that both live and cannot speak to each other.
//
// Both heartbeat, so neither is dead; but what is on its way between them never arrives, marking
// never ends, and the tasks that wait for an answer wait for ever. One of the two has to go. Each
// member says in its heartbeat which peers have confirmed nothing for a whole `fenceAfter`,
// although it connected to them anew. It is given half of that again, so that every other member
// has said whether it suffers from the same, and because a link that comes back is heard of in that
// time.
//
// Then one is fenced: whoever is an end of the most severed links, because a node that is cut off
// from three says so of each, and each of the three of it alone; among equals the one that more
// others complain of; then the youngest, whose id is the highest, as it has the least to lose. The
// decision is made anew, after the same time, for what is left.
//
// A member that sends what is no message is a different case: a numbered frame of it was received
// and can never be placed, so who waits for that waits for ever. It is fenced at once.

import GreyBasics
import GreyWire

/// What the decision is made of: `by` hears no answer from `about`.
struct Complaint: Hashable {
  var by: NodeID
  var about: NodeID
}

extension CoordinatorMachine {
  /// Of members about members, in the order of their ids; of those only who spoke since a moment.
  func complaints(since moment: Moment = .zero) -> [Complaint] {
    var all: [Complaint] = []
    for by in members.keys {
      guard let member = members[by], member.isPresent, let at = member.statusAt, at >= moment
      else { continue }
      for about in member.status.severedPeers where about != by && members.contains(about) {
        all.append(Complaint(by: by, about: about))
      }
    }
    return all
  }

  /// Who is to go, and why; nil when nobody complains.
  static func guilty(of complaints: [Complaint]) -> (node: NodeID, reason: String)? {
    var peers = SortedMap<NodeID, SortedSet<NodeID>>()
    for complaint in complaints {
      for (one, other) in [
        (complaint.by, complaint.about), (complaint.about, complaint.by),
      ] {
        var known = peers[one] ?? SortedSet()
        known.insert(other)
        peers[one] = known
      }
    }
    func weight(_ node: NodeID) -> (links: Int, complaints: Int, id: UInt16) {
      (peers[node]?.count ?? 0, complaints.count { $0.about == node }, node.rawValue)
    }
    guard let node = peers.keys.max(by: { weight($0) < weight($1) }) else { return nil }
    let names = (peers[node]?.elements ?? []).map(\.description).joined(separator: ", ")
    return (
      node,
      "nothing passes between it and \(names), though both ends live; of \(complaints.count) "
        + "\(complaints.count == 1 ? "complaint" : "complaints") \(weight(node).complaints) "
        + "\(weight(node).complaints == 1 ? "is" : "are") about it"
    )
  }

  /// A heartbeat came.
  mutating func hearComplaints(of status: NodeStatus, from node: NodeID) {
    if let sender = status.unreadablePeers.first(where: { $0 != node && members.contains($0) }) {
      return remove(sender, reason: "\(node) cannot read what it sends", isClean: false)
    }
    if quarrelSince == nil, !status.severedPeers.isEmpty { quarrelSince = now }
  }

  mutating func settleQuarrels() {
    guard let since = quarrelSince else { return }
    // Whoever complained and then fell silent is another matter.
    let fresh = now + timeouts.heartbeat.times(-4)
    guard let guilty = Self.guilty(of: complaints(since: fresh)) else {
      quarrelSince = nil
      return
    }
    guard now >= since + timeouts.fenceAfter / 2 else { return }
    quarrelSince = now
    remove(guilty.node, reason: guilty.reason, isClean: false)
  }
}
