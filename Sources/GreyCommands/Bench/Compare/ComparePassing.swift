// Rows 14 and 15: references passed between two processes, and what becomes of their objects.
//
// The peer is Java's remote method invocation, whose distributed collector counts references with
// leases. Ours is the workload `pass`, which checks that objects live while one reference on
// another node keeps them and that the one cycle after the drop frees all of them.

import GreyBasics
import GreyEvents

enum ComparePassing {
  static func all(_ tools: CompareTools) -> [Measurement] {
    [
      rate("14-pass-batched-rmi", batch: 1_000, objects: 100_000, rmi: 10_000, tools),
      rate("14-pass-single-rmi", batch: 1, objects: 5_000, rmi: 5_000, tools), million(tools),
      gone("15-drop-rmi", cyclic: false, "Java RMI, explicit collections", tools),
      gone("15-drop-cyclic-rmi", cyclic: true, "Java RMI: not within 5 s", tools),
    ]
  }

  private static func rate(
    _ name: String, batch: Int, objects: Int, rmi: Int, _ tools: CompareTools
  ) -> Measurement {
    Measurement(
      [RowHeading(name, "k refs/s", peer: "Java RMI", goal: .atLeast(10))],
      tools: tools, peers: [.java]
    ) { _ in
      let ours = try pass(objects: objects, batch: batch, tools)
      let java = try tools.peers.run(.java, ["Rmi", "pass", "\(rmi)", "\(batch)"])
      return [
        RoundSample(ours: ours.perSecond / 1e3, peer: java?.figure("refs_per_s").map { $0 / 1e3 })
      ]
    }
  }

  private static func million(_ tools: CompareTools) -> Measurement {
    let count = 1_000_000
    return Measurement(
      [
        RowHeading(
          "14-references-in-one-message", "references", peer: "Java RMI, of 10 001 that work",
          goal: .atLeast(Double(count)), isAbsolute: true)
      ], tools: tools, peers: [.java]
    ) { _ in
      // Fails when one of the objects is gone.
      let ours = try pass(objects: count, batch: count, tools)
      let java = try tools.peers.run(.java, ["Rmi", "many", "10001"])
      return [RoundSample(ours: ours.references, peer: java?.figure("working"))]
    }
  }

  private static func gone(
    _ name: String, cyclic: Bool, _ peer: String, _ tools: CompareTools
  ) -> Measurement {
    Measurement(
      [RowHeading(name, "ms", peer: peer)], tools: tools, peers: [.java]
    ) { _ in
      let count = 1_000
      let ours = try pass(objects: count, batch: 100, cyclic: cyclic, tools)
      let java = try tools.peers.run(
        .java, ["Rmi", cyclic ? "cycle" : "drop", "\(count)", cyclic ? "5000" : "30000"])
      return [RoundSample(ours: ours.freeingMs, peer: java?.figure("gone_ms"))]
    }
  }

  private struct Passed {
    let references: Double
    let perSecond: Double
    let freeingMs: Double
  }

  private static func pass(
    objects: Int, batch: Int, cyclic: Bool = false, _ tools: CompareTools
  ) throws -> Passed {
    try tools.withCluster(nodes: 2) { cluster in
      let run = try cluster.run(
        "pass", ["objects": "\(objects)", "batch": "\(batch)", "cyclic": "\(cyclic)"])
      let references = try run.figure("references")
      return Passed(
        references: references, perSecond: references / (try run.figure("passing_ns")) * 1e9,
        freeingMs: try run.figure("freeing_ns") / 1e6)
    }
  }
}
