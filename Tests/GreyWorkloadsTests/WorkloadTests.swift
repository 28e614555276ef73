// Every workload from beginning to end on one, two and three nodes, with cycles beside it.

import Foundation
import GreyBasics
import GreyMutator
import GreyWorkloads
import Testing

/// Parameters with which a workload is over in a moment.
struct SmallRun: CustomTestStringConvertible, Sendable {
  let workload: String
  let parameters: [String: String]
  var testDescription: String { workload }

  init(_ workload: String, _ parameters: [String: String]) {
    self.workload = workload
    self.parameters = parameters
  }

  static let all = [
    SmallRun("binary-trees", ["depth": "6"]),
    SmallRun("gcbench", ["depth": "4", "array": "3000"]),
    SmallRun("rings", ["rings": "12", "length": "6", "keep": "3"]),
    SmallRun("list-across", ["length": "14", "rounds": "4", "words": "3"]),
    SmallRun("churn", ["entries": "60", "operations": "700", "value-words": "3"]),
    SmallRun(
      "graph",
      [
        "operations": "500", "anchors": "20", "degree": "3", "remote": "40", "walk": "4",
        "payload": "1",
      ]),
    SmallRun(
      "hot-potato", ["potatoes": "4", "stops": "25", "tail": "5", "players": "2", "litter": "9"]),
    SmallRun("kv", ["keys": "12", "operations": "150", "body-words": "2"]),
    SmallRun("stubborn", ["steps": "40", "work": "100"]),
    SmallRun("spin", ["rounds": "200"]),
    SmallRun("heap-snapshot", ["rounds": "3", "drops": "6", "file": SmallProgram.path]),
  ]
  static func named(_ name: String) -> SmallRun { all.first { $0.workload == name }! }
}

/// The numbers of a result.
func numbers(_ ending: TestCluster.Ending?) throws -> [String: Int] {
  let ending = try #require(ending)
  let object = try JSONSerialization.jsonObject(with: Data(ending.result.utf8))
  return try #require(object as? [String: Any]).compactMapValues { $0 as? Int }
}

@Suite("Workloads")
struct WorkloadTests {
  @Test("find their own results right", arguments: SmallRun.all, [1, 2, 3])
  func finish(run: SmallRun, nodes: Int) throws {
    let cluster = try TestCluster(nodes: nodes)
    let ending = try #require(cluster.run(run.workload, run.parameters), "it does not end")
    #expect(ending.ok, "\(ending.message)")
    #expect(cluster.lost.isEmpty)
    #expect(cluster.cycles > 0)
    #expect(try !numbers(ending).isEmpty)
  }

  @Test("come to the same result when nothing is collected", arguments: SmallRun.all)
  func withoutCycles(run: SmallRun) throws {
    // The schedule differs, and with it what random draws of several tasks meet: compared is what
    // does not depend on it.
    let some = try TestCluster(nodes: 2, roundsBetweenCycles: 7)
    let none = try TestCluster(nodes: 2, roundsBetweenCycles: nil)
    let with = try numbers(some.run(run.workload, run.parameters))
    let without = try numbers(none.run(run.workload, run.parameters))
    for name in ["trees", "objects", "rings", "elements_made", "operations", "potatoes", "stops"] {
      #expect(with[name] == without[name], "\(name)")
    }
    #expect(run.workload == "heap-snapshot" || none.cycles == 0)
  }

  @Test("have done what they report")
  func figures() throws {
    func run(_ name: String, nodes: Int = 2) throws -> [String: Int] {
      try numbers(TestCluster(nodes: nodes).run(name, SmallRun.named(name).parameters))
    }
    let trees = try run("binary-trees")
    // Depth 7 and 6 once each, 64 of depth 4, 16 of depth 6; on two nodes.
    #expect(trees["trees"] == 2 * (1 + 1 + 64 + 16))
    #expect(trees["objects"] == 2 * (255 + 127 + 64 * 31 + 16 * 127))
    let rings = try run("rings", nodes: 3)
    #expect(rings["rings"] == 3 * 12)
    #expect(rings["objects"] == 3 * 12 * (1 + 3 * 6))
    #expect(rings["kept_rings"] == 3 * 3)
    // Each ring is walked around once: before it is dropped, or at the end.
    #expect(rings["walks"] == 3 * 12)
    let lists = try run("list-across")
    // A full list, and seven more elements for each of the four halves that were dropped.
    #expect(lists["elements_made"] == 2 * (14 + 4 * 7))
    #expect(lists["elements_dropped"] == 2 * 4 * 7)
    let potatoes = try run("hot-potato")
    #expect(potatoes["stops"] == 4 * 25)
    #expect(potatoes["players"] == 4)
    let churn = try run("churn")
    #expect(churn["operations"] == 2 * 700)
    let graph = try run("graph")
    #expect(graph["operations"] == 2 * 500)
    #expect((graph["remote_edges"] ?? 0) > 0)
    let map = try run("kv")
    #expect(map["operations"] == 2 * (150 + 12))
  }

  @Test("go on until their deadline when they have one", arguments: SmallRun.all)
  func duration(run: SmallRun) throws {
    let cluster = try TestCluster(nodes: 2)
    let long = Duration.milliseconds(60)
    let ending = try #require(cluster.run(run.workload, run.parameters, duration: long))
    #expect(ending.ok, "\(ending.message)")
    #expect(cluster.now - Moment(nanoseconds: 1) >= long)
    #expect(cluster.now - Moment(nanoseconds: 1) < long * 4)
  }

  @Test("wait for a collection when their memory is used up")
  func limit() throws {
    let cluster = try TestCluster(nodes: 1, roundsBetweenCycles: nil, limitBytes: 256 << 10)
    let ending = try #require(cluster.run("binary-trees", ["depth": "10"], rounds: 2_000_000))
    #expect(ending.ok, "\(ending.message)")
    #expect(cluster.cycles > 3)
  }

  @Test("measure the latency of operations in the cluster's time")
  func latency() throws {
    let churn = try numbers(
      TestCluster(nodes: 2).run("churn", SmallRun.named("churn").parameters))
    // A round lasts ten microseconds, and a stop costs none. One percent is the histogram's.
    #expect((9_900...10_100).contains(churn["latency_p50_ns"] ?? 0))
    #expect((churn["latency_max_ns"] ?? 0) >= churn["latency_p50_ns"] ?? .max)
  }
}
