// Rows 1 and 2: ns an allocation of 32 bytes, garbage at once, the collector running.
//
// Ours is the workload `allocate` on a node of its own cluster, with the default pacing (GOGC 100,
// 4 MiB at least) and one mark worker; theirs the same loop under their collectors' defaults. All
// of it is wall clock, so a collector that runs beside the program on the other core costs the
// program only what it takes from it.

import GreyBasics
import GreyEvents

enum CompareAllocation {
  static func all(_ tools: CompareTools) -> [Measurement] {
    [
      measurement("1-allocate", live: 0, goal: 0.30, tools),
      measurement("2-allocate-1M-live", live: 1_000_000, goal: 0.40, tools),
    ]
  }

  private static func measurement(
    _ name: String, live: Int, goal: Double, _ tools: CompareTools
  ) -> Measurement {
    Measurement(
      [
        RowHeading("\(name)-go", "ns/object", peer: "Go", goal: .atMost(goal)),
        RowHeading("\(name)-boehm", "ns/object", peer: "Boehm GC"),
        RowHeading("\(name)-g1", "ns/object", peer: "JVM, G1"),
      ], tools: tools, peers: [.go, .boehm, .java]
    ) { scale in
      let count = scale.objects * 25
      let live = min(live, scale.objects)
      let ours = try tools.withCluster(nodes: 1) { cluster in
        let run = try cluster.run("allocate", ["count": "\(count)", "live": "\(live)"])
        return try run.figure("elapsed_ns") / Double(count)
      }
      let words = ["allocate", "\(count)", "\(live)"]
      return [
        RoundSample(
          ours: ours, peer: try tools.peers.run(.go, words)?.needed("ns_per_object")),
        RoundSample(
          ours: ours, peer: try tools.peers.run(.boehm, words)?.needed("ns_per_object")),
        RoundSample(
          ours: ours,
          peer: try tools.peers.run(
            .java, ["-XX:+\(JavaCollector.g1.rawValue)", "Peer"] + words)?.needed("ns_per_object")),
      ]
    }
  }
}
