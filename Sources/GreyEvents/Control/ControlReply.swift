// What a coordinator answers: any number of events, then exactly one final reply.
//
//   ← {"schema":"greywave.control/1","id":"7","event":{"time":…,"event":"run_output",…}}
//   ← {"schema":"greywave.control/1","id":"7","done":true,"ok":true,"result":{"schema":…,…}}
//   ← {"schema":"greywave.control/1","id":"7","done":true,"ok":false,
//      "error":{"code":"no_such_run","message":"…"}}
//
// In a laboratory every reply has `"without_rules":["transit-root"]` behind its id: whoever asks
// is to know what the answer is worth.
//
// `ok` says whether the request was carried out; whether what it found is good (a run that failed
// its own check, lost objects) stands in the result.

import GreyBasics

package struct ControlError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable, CaseIterable, Codable {
    /// The request is wrong: unknown verb, workload, parameter, setting, node.
    case usage
    case noSuchRun = "no_such_run"
    case noSuchNode = "no_such_node"
    /// Not now: another request of this kind is at work, or there is no node yet.
    case busy
    case timeout
    case lostObject = "lost_object"
    /// A task got no memory, and no collection makes room.
    case outOfMemory = "out_of_memory"
    /// The coordinator is going down.
    case closing
    case failed
  }
  package var code: Code
  package var message: String
  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
  package var description: String { message }
}

/// A result: a struct whose JSON begins with the name and version of its schema.
package protocol ControlResult: Codable, Hashable, Sendable {
  static var schema: String { get }
}

extension ControlResult {
  /// One object with its schema first: what `--json` prints and a final reply carries.
  package var json: JSON {
    guard let fields = try? JSON(encoding: self) else {
      preconditionFailure("every result encodes")
    }
    return fields.leading(with: "schema", .string(Self.schema))
  }

  package init(_ json: JSON) throws {
    guard json["schema"]?.text == Self.schema else {
      let found = json["schema"]?.line ?? "nothing"
      throw JSONShapeError(path: "schema", problem: "expected \"\(Self.schema)\", found \(found)")
    }
    self = try json.decoded()
  }
}

package struct ControlReply: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case event(EventRecord)
    case result(JSON)
    case error(ControlError)
  }
  package var id: String
  package var content: Content
  /// Rules that are switched off in the cluster that answers.
  package var withoutRules: [String] = []

  package init(id: String, event: EventRecord) {
    self.id = id
    content = .event(event)
  }
  package init(id: String, result: some ControlResult) {
    self.id = id
    content = .result(result.json)
  }
  package init(id: String, error: ControlError) {
    self.id = id
    content = .error(error)
  }
  package init(_ problem: ControlProblem) {
    self.init(id: problem.id, error: problem.error)
  }

  package var isFinal: Bool {
    if case .event = content { return false }
    return true
  }

  package var line: String {
    var members: [JSON.Member] = [
      .init("schema", .string(ControlRequest.schema)), .init("id", .string(id)),
    ]
    if !withoutRules.isEmpty {
      members.append(.init("without_rules", .array(withoutRules.map { .string($0) })))
    }
    switch content {
    case .event(let record): members.append(.init("event", EventLine.json(record)))
    case .result(let json):
      members += [.init("done", .bool(true)), .init("ok", .bool(true)), .init("result", json)]
    case .error(let error):
      members += [
        .init("done", .bool(true)), .init("ok", .bool(false)),
        .init(
          "error",
          .object([
            .init("code", .string(error.code.rawValue)), .init("message", .string(error.message)),
          ])),
      ]
    }
    return JSON.object(members).line
  }

  package init(parsing bytes: [UInt8]) throws {
    let json = try JSON(parsing: bytes)
    guard json["schema"]?.text == ControlRequest.schema else {
      throw JSONShapeError(path: "schema", problem: "this is no \(ControlRequest.schema)")
    }
    id = json["id"]?.text ?? ""
    withoutRules = try json["without_rules"]?.decoded() ?? []
    if let event = json["event"] {
      content = .event(try EventLine.decode(event))
    } else if let error = json["error"] {
      content = .error(try error.decoded())
    } else if let result = json["result"] {
      content = .result(result)
    } else {
      throw JSONShapeError(path: "", problem: "neither event, result nor error")
    }
  }
}
