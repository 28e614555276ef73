// What may be asked of a coordinator: JSON in one ZeroMQ frame, from any language.
//
//   → {"schema":"greywave.control/1","id":"7","verb":"set","arguments":{"key":"GOGC","value":"50"}}
//
// The client is a DEALER connected to the cluster's `ctl` socket (a ROUTER). `id` is the client's
// own and comes back on every reply. Arguments that are left out have the default named here.
// The verb is the case's name in snake case and the arguments are its labels: what is declared
// here is the interface, and there is no second list.

import GreyBasics

package enum ControlVerb: Hashable, Sendable, Codable {
  /// One full cycle, swept before the answer. Result: `GcResult`.
  case gc(timeoutUs: Int?)
  /// A cycle by hand. `begin` holds the next cycle before each phase; `phase` lets it go on to the
  /// next one; `quantum` lets every node mark `quantum` objects (1000), or sweep as many pages as
  /// hold about so many, and is as `phase` elsewhere; `finish` runs to the end; `stay` changes
  /// nothing and says that whoever walks is still there. Result: `StepResult`.
  case step(action: StepAction, quantum: Int?)
  /// Result: `RunResult`; with `detach` at once, with `ok` absent. Without, the run's events come
  /// first, as `event` replies.
  case run(
    workload: String, parameters: [String: String]?, seed: UInt64?, durationUs: Int?,
    nodes: [NodeID]?, detach: Bool?)
  /// Result: `PsResult`.
  case ps
  /// Drop a run's tasks, globals and mailboxes. Result: `CancelResult`.
  case cancel(run: RunID)
  /// Change a setting while running. Result: `SetResult`.
  case set(key: String, value: String)
  /// Result: `StatusResult`.
  case status
  /// Result: `MetricsResult`.
  case metrics
  /// Stop the world after a full cycle and compare it with the oracle. Result: `VerifyResult`.
  case verify
  /// The spans of one node, or of all. Result: `HeapShowResult`.
  case heapShow(node: NodeID?)
  /// A node leaves at the next cycle boundary. Result: `LeaveResult`.
  case leave(node: NodeID)
  /// Everything ends. Result: `DownResult`, before it happens.
  case down
}

package enum StepAction: String, Hashable, Sendable, CaseIterable, Codable {
  case begin, phase, quantum, finish, stay
}

package struct ControlRequest: Hashable, Sendable {
  package static let schema = "greywave.control/1"
  /// A request longer than this is refused.
  package static let longest = 1 << 20

  package var id: String
  package var verb: ControlVerb
  /// Answer with a timeout after so long, if there is no other answer by then.
  package var timeoutUs: Int?

  package init(id: String, verb: ControlVerb, timeoutUs: Int? = nil) {
    self.id = id
    self.verb = verb
    self.timeoutUs = timeoutUs
  }

  package var line: String {
    guard let coded = try? JSON(encoding: verb), let member = coded.members?.first else {
      preconditionFailure("every verb of the closed set encodes")
    }
    var members: [JSON.Member] = [
      .init("schema", .string(Self.schema)), .init("id", .string(id)),
    ]
    if let timeoutUs { members.append(.init("timeout_us", .integer(timeoutUs))) }
    members += [.init("verb", .string(member.key)), .init("arguments", member.value)]
    return JSON.object(members).line
  }

  /// What came over the socket. The error is ready to be sent back; its `id` is as good as the
  /// request let us know.
  package init(parsing bytes: [UInt8]) throws(ControlProblem) {
    if bytes.count > Self.longest {
      throw ControlProblem(id: "", error: .init(.usage, "the request is longer than 1 MiB"))
    }
    let json: JSON
    do { json = try JSON(parsing: bytes) } catch {
      throw ControlProblem(id: "", error: .init(.usage, "the request is \(error)"))
    }
    let id = json["id"]?.text ?? json["id"]?.integer.map(String.init) ?? ""
    func refuse(_ text: String) -> ControlProblem {
      ControlProblem(id: id, error: .init(.usage, text))
    }
    guard json["schema"]?.text == Self.schema else {
      throw refuse("schema is \(json["schema"]?.line ?? "missing"), expected \"\(Self.schema)\"")
    }
    guard let name = json["verb"]?.text else { throw refuse("verb is missing") }
    guard Self.verbs.contains(name) else {
      throw refuse("no verb '\(name)'; there are \(Self.verbs.joined(separator: ", "))")
    }
    self.id = id
    if let timeout = json["timeout_us"] {
      guard let limit = timeout.integer, limit > 0 else {
        throw refuse("timeout_us is \(timeout.line), expected a number from 1 on")
      }
      timeoutUs = limit
    }
    do {
      verb = try JSON.object([.init(name, json["arguments"] ?? .object([]))]).decoded()
    } catch {
      throw refuse("\(error)")
    }
  }

  /// All verbs, in the order of declaration.
  package static let verbs: [String] = [
    "gc", "step", "run", "ps", "cancel", "set", "status", "metrics", "verify", "heap_show",
    "leave", "down",
  ]
}

package struct ControlProblem: Error, Hashable, Sendable {
  package var id: String
  package var error: ControlError
  package init(id: String, error: ControlError) {
    self.id = id
    self.error = error
  }
}
