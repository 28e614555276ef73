// Every workload runs, passes its own check, and leaves nothing behind.

import Testing

extension ClusterTests {
  @Suite("Workloads") struct EveryWorkloadTests {
    /// Small parameters, by workload; one that is not here is a workload that nobody tests.
    static let small: [String: [String: String]] = [
      "binary-trees": ["depth": "8"],
      "gcbench": ["depth": "6", "array": "1000"],
      "rings": ["rings": "40", "length": "20", "keep": "4"],
      "list-across": ["length": "40", "rounds": "2"],
      "churn": ["entries": "500", "operations": "20000"],
      "graph": ["operations": "1000", "anchors": "100"],
      "hot-potato": ["potatoes": "4", "stops": "40", "tail": "5"],
      "kv": ["keys": "50", "operations": "200"],
      "heap-snapshot": ["rounds": "1", "drops": "4"],
      "stubborn": ["steps": "20"],
      "allocate": ["count": "200000", "live": "1000"],
      "shapes": ["objects": "4000", "parts": "4", "crossing": "20"],
      "pass": ["objects": "500", "cyclic": "true"],
      "spin": ["rounds": "500"],
    ]

    @Test("the list is the one that is tested here", .timeLimit(.minutes(1)))
    func list() throws {
      let cluster = try Cluster("list")
      defer { cluster.removeFolder() }
      let listed = try cluster.json("workloads").array("workloads")
      #expect(try Set(listed.map { try $0.string("name") }) == Set(Self.small.keys))
      for workload in listed {
        #expect(try !workload.string("summary").isEmpty)
        for parameter in try workload.array("parameters") {
          for key in ["name", "kind", "standard", "help"] {
            #expect(try !parameter.string(key).isEmpty, "\(workload)")
          }
        }
        let one = try cluster.run("workloads", workload.string("name"))
        #expect(try one.output.contains(workload.string("name")))
      }
    }

    @Test("each at two nodes", .timeLimit(.minutes(4)))
    func atTwoNodes() throws {
      try withCluster("all", nodes: 2) { cluster in
        for name in Self.small.keys.sorted() { try run(name, on: [1, 2], of: cluster) }
      }
    }

    @Test("three at eight nodes", .timeLimit(.minutes(5)))
    func atEightNodes() throws {
      try withCluster("eight", nodes: 8) { cluster in
        for name in ["rings", "binary-trees", "kv"] {
          try run(name, on: Array(1...8), of: cluster)
        }
      }
    }

    @Test("each at its defaults at four nodes", .long, .timeLimit(.minutes(8)))
    func atTheirDefaults() throws {
      try withCluster("default", nodes: 4) { cluster in
        for name in Self.small.keys.sorted() {
          try run(name, on: [1, 2, 3, 4], of: cluster, parameters: [:])
        }
      }
    }

    @Test(
      "the same seed gives the same answers, on the nodes that were asked for",
      .timeLimit(.minutes(2)))
    func seedAndNodes() throws {
      try withCluster("seed", nodes: 3) { cluster in
        var results: [String] = []
        for _ in 1...2 {
          let reply = try cluster.json(
            "run", "rings", "--seed", "7", "--on", "2,3", "--set", "rings=5", "--set", "length=4")
          #expect(try reply.int("seed") == 7)
          #expect(try reply["nodes"].any as? [Int] == [2, 3])
          results.append(
            try "\(reply.string("parameters", of: "length")) \(reply.int("result", of: "objects"))")
        }
        #expect(results[0] == results[1])
      }
    }

    private func run(
      _ name: String, on nodes: [Int], of cluster: Cluster, parameters: [String: String]? = nil
    ) throws {
      let parameters = parameters ?? Self.small[name] ?? [:]
      let settings = parameters.sorted { $0.key < $1.key }.flatMap {
        ["--set", "\($0.key)=\($0.value)"]
      }
      let reply = try cluster.command(["run", name, "--json"] + settings, limit: 120)
      #expect(reply.code == 0, "\(reply.story)")
      let result = try reply.json()
      #expect(try result.string("workload") == name)
      #expect(try result.bool("ok"), "\(result)")
      #expect(try result["nodes"].any as? [Int] == nodes)
      for (key, value) in parameters {
        #expect(try result.string("parameters", of: key) == value)
      }
      #expect(try result.int("elapsed_us") > 0)
      #expect(try result.has("cycles") && !result["result"].keys.isEmpty)
      try cluster.verifyEmpty()
    }
  }
}

extension JSONValue {
  func string(_ key: String, of inner: String) throws -> String { try self[key].string(inner) }
  func int(_ key: String, of inner: String) throws -> Int { try self[key].int(inner) }
}
