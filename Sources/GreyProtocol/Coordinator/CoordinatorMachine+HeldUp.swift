// Who holds up the cluster, in words: for somebody whose patience has ended.
//
// Every phase waits for certain answers of certain members, so it can always be said whose are
// missing. In marking a member is missing when it is not idle, or when what others sent it has not
// been received: then both ends of the link are named.

import GreyBasics
import GreyWire

extension CoordinatorMachine {
  /// The members that the present phase waits for, and for what; empty when for none.
  package var heldUpBy: String {
    var parts: [String] = []
    func say(_ nodes: [NodeID], _ what: String) {
      if !nodes.isEmpty { parts.append("\(Self.names(nodes)) \(what)") }
    }
    switch phase {
    case .recovering:
      say(members.keys.filter { members[$0]?.isPresent == false }, "to be heard of again")
    case .preparing:
      say(members.keys.filter { attempt?.prepared.contains($0) == false }, "to prepare")
    case .stoppingToArm, .stoppingToConfirm, .inspecting:
      for node in stop?.silent ?? [] {
        let task = members[node]?.status.runningTask ?? ""
        say([node], task.isEmpty ? "to stop" : "to stop (it runs \(task))")
      }
    case .marking:
      parts += unmarked
    case .idle:
      say(sweep?.awaited.elements ?? [], "to sweep")
    }
    for fenced in fences.keys {
      say(fences[fenced]?.awaited.elements ?? [], "to forget \(fenced), which is fenced")
    }
    parts += complaints().map { "\($0.about) to answer \($0.by)" }
    return parts.joined(separator: "; ")
  }

  private var unmarked: [String] {
    guard let current = attempt, let reports = current.detector?.reports else { return [] }
    var parts: [String] = []
    let busy = current.members.filter { reports[$0]?.isIdle != true }
    if !busy.isEmpty { parts.append("\(Self.names(busy)) to have nothing left to mark") }
    for sender in current.members {
      for receiver in current.members where receiver != sender {
        guard let from = reports[sender], let to = reports[receiver] else { continue }
        let sent = from.exchange(with: receiver).sent
        let received = to.exchange(with: sender).received
        if sent > received {
          parts.append("\(receiver) to receive \(sent - received) references that \(sender) sent")
        }
      }
    }
    return parts
  }

  private static func names(_ nodes: [NodeID]) -> String {
    nodes.map(\.description).joined(separator: ", ")
  }
}
