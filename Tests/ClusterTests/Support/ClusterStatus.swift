// What `status --json` says, in the words of the tests.

import Foundation

struct ClusterStatus {
  let json: JSONValue
  init(_ json: JSONValue) { self.json = json }

  struct Node {
    let id: Int
    let pid: Int
    let state: String
  }

  var coordinator: Int { get throws { try json["coordinator"].int("pid") } }
  var term: Int { get throws { try json["coordinator"].int("term") } }
  var nodes: [Node] {
    get throws {
      try json.array("nodes").map {
        Node(id: try $0.int("node"), pid: try $0.int("pid"), state: try $0.string("state"))
      }
    }
  }
  var members: [Int] { get throws { try nodes.map(\.id).sorted() } }
  /// Every process of the cluster, the coordinator first.
  var pids: [Int] { get throws { try [coordinator] + nodes.map(\.pid) } }

  func pid(ofNode id: Int) throws -> Int {
    guard let node = try nodes.first(where: { $0.id == id }) else {
      throw TestFailure("there is no node \(id); there are \(try members)")
    }
    return node.pid
  }

  func run(_ number: Int) throws -> JSONValue {
    for run in try json.array("runs") where try run.int("run") == number { return run }
    throw TestFailure("there is no run \(number): \(json)")
  }
}
