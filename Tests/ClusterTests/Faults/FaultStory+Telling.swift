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
    case (.noWrites, _), (.diskFull, _):
      // A coordinator that cannot write its state ends, and the next one says so.
      if try before.coordinator != after.coordinator {
        return try demand(try has("coordinator_taken_over"), "that somebody took over")
      }
      // There may have been room for what somebody wrote meanwhile, and else it says that there
      // was not.
      let writers = try Set(before.members).intersection(after.members).map { "node-\($0)" }
      for process in ["coordinator"] + writers.sorted() {
        try demand(
          try wrote(process, "setting_changed")
            || wrote(process, "lines before this one were lost"),
          "what \(process) wrote, nor that it was lost")
      }
    case (.noDescriptors, let victim?):
      let process =
        switch victim {
        case .coordinator: "coordinator"
        case .node(let place): try "node-\(before.members[place])"
        }
      try demand(
        try lines.contains {
          try $0.event == "remark" && $0.json.string("process") == process
            && Self.saysNoDescriptor($0.json.string("text"))
        },
        "that \(process) was out of descriptors")
    case (.cut, _), (.halfClosed, _):
      try demand(try has("link_reconnected"), "that connections were made anew")
    default: break
    }
  }

  static func saysNoDescriptor(_ text: String) -> Bool {
    text.contains("no descriptor left") || text.contains("Too many open files")
  }

  private func wrote(_ process: String, _ words: String) throws -> Bool {
    try lines.contains {
      try $0.json.string("process") == process
        && ($0.event == words || ($0.event == "remark" && $0.json.string("text").contains(words)))
    }
  }
}
