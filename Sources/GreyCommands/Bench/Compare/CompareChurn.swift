// Row 12: a cache of steady size, one mutator: what the collector takes from its operations.
//
// The same map, key for key and object for object, in Go. An operation lasts until the next begins.
// Ours goes through a worker's scheduler, one step an operation, which Go's loop does not. The
// collector's share is its CPU time (sweeping included on our side; Go accounts sweeping elsewhere)
// of that of the process.

import GreyBasics
import GreyEvents

enum CompareChurn {
  static func all(_ tools: CompareTools) -> [Measurement] {
    [
      Measurement(
        [
          RowHeading("12-churn-worst-10ms-go", "operations", peer: "Go", goal: .atLeast(1)),
          RowHeading("12-churn-p99.99-go", "us", peer: "Go", goal: .atMost(1)),
          RowHeading("12-churn-gc-share-go", "% of CPU", peer: "Go", goal: .atMost(1)),
        ], tools: tools, peers: [.go]
      ) { scale in
        let (entries, operations) = (scale.objects / 20, scale.objects * 2)
        let ours = try tools.withCluster(nodes: 1) { cluster in
          let run = try cluster.run(
            "churn", ["entries": "\(entries)", "operations": "\(operations)"])
          return (run: run, share: try cluster.collectorShare())
        }
        let go = try tools.peers.run(
          .go, ["churn", "\(entries)", "\(operations)", "8", "1"])
        return [
          RoundSample(
            ours: try ours.run.figure("worst_10ms_operations"), peer: go?.figure("worst_10ms")),
          RoundSample(
            ours: try ours.run.figure("latency_p9999_ns") / 1e3,
            peer: go?.figure("p9999_ns").map { $0 / 1e3 }),
          RoundSample(ours: ours.share, peer: go?.figure("gc_percent")),
        ]
      }
    ]
  }
}
