// What the log must tell of each fault, so that who was not there knows what happened.

import Foundation
import Testing

extension FaultStory {
  func expectTelling(
    _ fault: InjectedFault, before: ClusterStatus, after: ClusterStatus
  ) throws {
    func demand(_ isTold: Bool, _ what: String) throws {
      if !isTold { throw TestFailure("the log does not tell \(what)") }
    }
    switch (fault.kind, fault.victim) {
    case (.killed, .node(let place)), (.fenced, .node(let place)):
      let node = try before.members[place]
      try demand(try has("node_fenced") { try $0.int("node") == node }, "that node \(node) is gone")
    case (.killed, .coordinator):
      let term = try before.term
      #expect(try after.term > term, "\(fault): the term is still \(term)")
      try demand(
        try has("coordinator_taken_over") { try $0.int("term") == term + 1 },
        "that somebody took over")
    case (.noWrites, let victim), (.diskFull, let victim):
      // A coordinator that cannot write its state ends; whoever goes on counts the lines it lost.
      let hasEnded = try before.coordinator != after.coordinator
      _ = victim
      try demand(
        hasEnded ? try has("coordinator_taken_over") : remarks("before this one were lost"),
        "that lines were lost")
    case (.cut, _), (.halfClosed, _):
      try demand(try has("link_reconnected"), "that connections were made anew")
    default: break
    }
  }
}
