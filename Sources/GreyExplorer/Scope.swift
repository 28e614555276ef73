// What is explored: how large the cluster is, what may go wrong in it, and which rules are in
// force.
//
// Everything that could go on for ever is a budget: cycles, cancelled stops, ended leases, crashes.
// All states within the budgets are walked, in every order.

import GreyBasics

/// When the coordinator may take marking for complete and begin stop 2.
///
/// Which it is decides nothing about safety, only about how many states there are: an epoch is
/// decided by reports that are made within stop 2, whatever led to that stop; and stop 2 itself
/// leads back to where marking goes on, with nothing done that could not have been done without it.
package enum Candidates: String, Hashable, Sendable, CaseIterable {
  /// When its detector says so; a report is heard as soon as it is made.
  case atOnce = "at-once"
  /// When its detector says so; reports take their time like every other message.
  case delayed
  /// At any time while it marks: more than any detector can do. Nobody reports.
  case any
}

package struct Scope: Hashable, Sendable {
  package var nodes = 2
  /// The owner (a place from 0) of each cell in which an object may be born.
  package var owners = [0, 1]
  /// Frame slots of a task.
  package var slots = 2
  package var tasks = 1
  /// Application messages that may be under way, from when they are sent until their sender has
  /// heard that they are placed.
  package var messages = 1
  package var cycles = 1
  /// Every node has one global.
  package var hasGlobals = false
  /// Tasks read and write fields of objects of other nodes.
  package var hasRemoteFields = true
  /// Stops that the coordinator may give up.
  package var cancels = 0
  /// Stops that a node may leave because its lease is over.
  package var leases = 0
  /// Nodes that may die.
  package var crashes = 0
  /// Coordinators that may die and be followed by another one.
  package var restarts = 0
  /// Whether the coordinator may die with nobody to follow it. Leases are then without number.
  package var mayFallSilent = false
  /// Nodes (the last ones) that are not there at the start and may join.
  package var joins = 0
  /// Messages of the application or batches that the network delivers twice.
  package var duplicates = 0
  /// What may overtake (`StopLine` of GreyProtocol) does: each node has a stop line.
  package var hasStopLines = false
  package var candidates = Candidates.atOnce
  /// A cycle that cannot go on ends the search, too; else only a loss does, and what is stuck is
  /// told when nothing is lost.
  package var stopsWhenStuck = true
  package var rules = RuleSet.all
  /// States that differ by the names of nodes and objects only are walked once.
  package var usesSymmetry = true

  package init() {}

  package static let nodeLimit = 3
  package static let cellLimit = 6
  package static let slotLimit = 4
  package static let messageLimit = 4
  package static let cycleLimit = 3

  /// Cells spread over the nodes in turn.
  package static func spread(_ objects: Int, over nodes: Int) -> [Int] {
    (0..<objects).map { $0 % nodes }
  }

  /// Why this cannot be explored; nil when it can.
  package var complaint: String? {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) -> String? {
      range.contains(value)
        ? nil : "\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value)"
    }
    let complaints = [
      check("nodes", nodes, 1...Self.nodeLimit), check("objects", owners.count, 1...Self.cellLimit),
      check("slots", slots, 1...Self.slotLimit), check("tasks", tasks, 1...2),
      check("messages", messages, 0...Self.messageLimit),
      check("cycles", cycles, 1...Self.cycleLimit),
      check("cancelled stops", cancels, 0...2), check("ended leases", leases, 0...2),
      check("crashes", crashes, 0...max(0, nodes - 1)), check("restarts", restarts, 0...2),
      check("joins", joins, 0...max(0, nodes - 1)), check("duplicates", duplicates, 0...2),
    ]
    if let first = complaints.compactMap({ $0 }).first { return first }
    if hasStopLines, restarts > 0 {
      return "stop lines and coordinator restarts are not walked together: after a restart a node "
        + "has no line until it is welcomed, which this walk does not know (the simulator does)"
    }
    if cycles + cancels + leases + crashes + restarts > 6 {
      return "cycles and faults together may begin at most 6 epochs"
    }
    return owners.allSatisfy { (0..<nodes).contains($0) } ? nil : "an object's owner is no node"
  }

  /// A control message may be overtaken by something that is nobody's message: a limit, a death.
  var hasFaults: Bool { cancels + leases + crashes + restarts > 0 || mayFallSilent }
}

extension Scope: CustomStringConvertible {
  package var description: String {
    func some(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }
    var parts = [
      some(nodes, "node"), some(owners.count, "object"), some(slots, "slot"),
      some(messages, "message"), some(cycles, "cycle"),
    ]
    if tasks > 1 { parts.append(some(tasks, "task") + " a node") }
    if hasGlobals { parts.append("globals") }
    if !hasRemoteFields { parts.append("no remote fields") }
    if hasStopLines { parts.append("stop lines") }
    let faults = [
      (cancels, "cancelled stop"), (leases, "ended lease"), (crashes, "crash"),
      (restarts, "coordinator restart"), (joins, "join"), (duplicates, "duplicate"),
    ]
    if mayFallSilent { parts.append("a coordinator that dies for good") }
    for (count, what) in faults where count > 0 {
      parts.append(what == "crash" && count > 1 ? "\(count) crashes" : some(count, what))
    }
    if candidates != .atOnce { parts.append("candidates: \(candidates.rawValue)") }
    return parts.joined(separator: ", ")
  }
}
