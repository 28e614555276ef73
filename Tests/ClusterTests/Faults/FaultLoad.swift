// What runs while faults strike, and its verdict afterwards.
//
// Two workloads on every member, each of which checks all that it reads:
//   graph   goes on through strike after strike, as long as none of its nodes is lost. Each of its
//           mutators allocates on its own node, so while nothing else runs the objects that a
//           node has allocated count the progress of exactly one task;
//   rings   is begun for each strike and given a few seconds. Then every builder walks around all
//           of its kept rings, through all nodes, and reports: a run that ends well has no task
//           that hangs and no object that is not what was put there.
// A run that lost a node must end as well, and say that this is why.

import Foundation
import Testing

final class FaultLoad {
  private let cluster: Cluster
  private var graph = 0
  private var rings = 0
  /// Rings are long, so that cycles take their time, and few, so that the last walk does not: its
  /// calls go one after the other, over a slow network too.
  private static let settings = (
    graph: ["--set", "operations=1000000000", "--set", "anchors=100"],
    rings: ["--set", "keep=12", "--set", "length=400", "--duration", "3s"]
  )
  /// New runs after the last strike. A client of `kv` ends by reading its keys one after the other:
  /// a thousand of them, each a call and a read, are ten seconds where a round trip through the
  /// forwarder takes 5 ms, which is as long as a run may go on after its time.
  private static let last = [["graph"], ["rings"], ["kv", "--set", "keys=100"]]
  private static let objects = "/gc/heap/allocs:objects"

  init(_ cluster: Cluster) { self.cluster = cluster }

  /// Both runs are at work on every member that there is; returns how the cluster is then.
  func begin() throws -> ClusterStatus {
    let status = try cluster.status()
    let members = try status.members
    var isThere = false
    for run in try Self.running(status) {
      let number = try run.int("run")
      if number == graph, try Self.nodes(of: run) == members {
        isThere = true
      } else {
        try cluster.run("cancel", "\(number)")
      }
    }
    if !isThere { graph = try start("graph", Self.settings.graph) }
    try progress(on: members, of: 1, "graph")
    rings = try start("rings", Self.settings.rings)
    try progress(on: members, of: 1_000, "rings")
    let ready = try cluster.status()
    for number in [graph, rings] {
      let run = try ready.run(number)
      guard try run.string("state") == "running", try Self.nodes(of: run) == ready.members else {
        throw TestFailure("before the strike, not at work on all members: \(run)")
      }
    }
    return ready
  }

  /// - Parameter lost: members that are no longer there.
  func judge(lost: Set<Int>) throws {
    try seeEnd(of: rings, lost: lost, mayBeWell: true)
    let nodes = try Self.nodes(of: cluster.status().run(graph))
    if !lost.isDisjoint(with: nodes) {
      return try seeEnd(of: graph, lost: lost, mayBeWell: false)
    }
    let run = try cluster.status().run(graph)
    if try run.string("state") != "running" { throw TestFailure("it has no reason to end: \(run)") }
    try progress(on: nodes, of: 1, "graph")
  }

  /// All that is left is ended, and new runs come to a good end.
  func finish() throws {
    try cancelAll()
    for workload in Self.last {
      let number = try start(workload[0], Array(workload.dropFirst()) + ["--duration", "1s"])
      try seeEnd(of: number, lost: [], mayBeWell: true)
    }
    // A node whose connection is being made anew hears of it a little later than the others.
    let deadline = Deadline(seconds: 30)
    while try cluster.status().json.array("nodes").contains(where: { try $0.int("tasks") > 0 }) {
      if deadline.isOver {
        throw TestFailure("cancelled, and tasks go on: \(try cluster.status().json)")
      }
    }
  }

  func cancelAll() throws {
    for run in try Self.running(cluster.status()) {
      try cluster.run("cancel", "\(run.int("run"))")
    }
  }

  /// What a failed run may say: some node of it is no more.
  static func blamesLoss(_ message: String) -> Bool {
    ["is dead", "is gone", "has left"].contains { message.contains($0) }
  }

  // MARK: Runs

  private static func running(_ status: ClusterStatus) throws -> [JSONValue] {
    try status.json.array("runs").filter { try $0.string("state") == "running" }
  }

  private static func nodes(of run: JSONValue) throws -> [Int] {
    guard let nodes = try run["nodes"].any as? [NSNumber] else {
      throw TestFailure("a run without nodes: \(run)")
    }
    return nodes.map(\.intValue).sorted()
  }

  private func start(_ workload: String, _ settings: [String]) throws -> Int {
    let reply = try cluster.command(["run", workload, "--detach", "--json"] + settings)
    if reply.code != 0 { throw TestFailure(reply.story) }
    return try reply.json().int("run")
  }

  private func seeEnd(of number: Int, lost: Set<Int>, mayBeWell: Bool) throws {
    // Its time, the loss's grace, and a frozen machine's.
    let deadline = Deadline(seconds: 40)
    let late = Deadline(seconds: 10)
    var tasks = ""
    while true {
      let run = try cluster.status().run(number)
      if tasks.isEmpty, late.isOver { tasks = "; its tasks: \(try self.tasks(of: number))" }
      let hasLost = try !lost.isDisjoint(with: Self.nodes(of: run))
      switch try run.string("state") {
      case "ok" where mayBeWell: return
      case "failed" where try hasLost && Self.blamesLoss(run.string("message")): return
      case "running" where !deadline.isOver: continue
      case "running": throw TestFailure("a task hangs: \(run)\(tasks)")
      default:
        throw TestFailure("\(hasLost ? "it lost a node" : "its nodes live"): \(run)\(tasks)")
      }
    }
  }

  /// What each does, for whoever has to find out why one of them hangs.
  private func tasks(of run: Int) throws -> String {
    try cluster.json("ps").array("tasks").filter { try $0.int("run") == run }.map {
      try "\($0.string("function")) on \($0.int("node")) \($0.string("state"))"
    }.joined(separator: ", ")
  }

  // MARK: Progress

  /// Waits until each of these nodes has allocated so many objects more.
  private func progress(on nodes: [Int], of count: Int, _ what: String) throws {
    let deadline = Deadline(seconds: 30)
    var first: [Int: Int] = [:]
    while true {
      let now = try allocated()
      first.merge(now) { old, _ in old }
      let late = nodes.filter { node in
        guard let from = first[node], let to = now[node] else { return true }
        return to < from + count
      }
      if late.isEmpty { return }
      if deadline.isOver {
        throw TestFailure(
          "\(what) makes no progress on nodes \(late): \(try cluster.status().json)")
      }
    }
  }

  /// Objects that each node has allocated so far.
  private func allocated() throws -> [Int: Int] {
    let reply = try cluster.command(["metrics", "--json"], limit: 30)
    // A node that does not answer is what we wait for.
    guard reply.code == 0 else { return [:] }
    var result: [Int: Int] = [:]
    for node in try reply.json().array("nodes") {
      for metric in try node.array("metrics") where try metric.string("name") == Self.objects {
        result[try node.int("node")] = try metric.int("value")
      }
    }
    return result
  }
}
