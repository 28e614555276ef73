// Row 3: binary-trees and gcbench, the whole run, one mutator.
//
// Wall clock from the first tree to the last on all sides; the start of a process is in none of
// them, the JVM's compiling at run time is. The JVM's figure of a round is that of its best
// collector.

import GreyBasics
import GreyEvents

enum CompareTrees {
  static func all(_ tools: CompareTools) -> [Measurement] {
    [
      measurement("3-binary-trees", tools) { scale in
        let depth = scale == .quick ? 14 : 18
        return Work("binary-trees", ["depth": "\(depth)"], peer: ["trees", "\(depth)"])
      },
      measurement("3-gcbench", tools) { scale in
        let depth = scale == .quick ? 12 : 16
        return Work(
          "gcbench", ["depth": "\(depth)", "array": "500000"],
          peer: ["gcbench", "\(depth)", "500000"])
      },
    ]
  }

  private struct Work {
    let workload: String
    let parameters: [String: String]
    let peer: [String]
    init(_ workload: String, _ parameters: [String: String], peer: [String]) {
      self.workload = workload
      self.parameters = parameters
      self.peer = peer
    }
  }

  private static func measurement(
    _ name: String, _ tools: CompareTools, work: @escaping @Sendable (BenchScale) -> Work
  ) -> Measurement {
    Measurement([
      RowHeading("\(name)-go", "ms", peer: "Go", goal: .atMost(0.45)),
      RowHeading("\(name)-boehm", "ms", peer: "Boehm GC", goal: .atMost(0.8)),
      RowHeading("\(name)-jvm", "ms", peer: "JVM, best collector", goal: .atMost(1.1)),
    ]) { scale, news in
      tools.noteAbsent([.go, .boehm, .java], news)
      let work = work(scale)
      let collectors = tools.peers.javaCollectors()
      return ComparedRounds {
        let ours = try tools.withCluster(nodes: 1) { cluster in
          let run = try cluster.run(work.workload, work.parameters)
          return Double(run.result.elapsedUs) / 1e3
        }
        let java = try collectors.compactMap {
          try tools.peers.run(.java, ["-XX:+\($0.rawValue)", "Peer"] + work.peer)?
            .needed("wall_ms")
        }
        return [
          RoundSample(ours: ours, peer: try tools.peers.run(.go, work.peer)?.needed("wall_ms")),
          RoundSample(ours: ours, peer: try tools.peers.run(.boehm, work.peer)?.needed("wall_ms")),
          RoundSample(ours: ours, peer: java.min()),
        ]
      }
    }
  }
}
