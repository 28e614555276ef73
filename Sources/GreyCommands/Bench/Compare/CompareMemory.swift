// Row 13: memory, held against what the cluster itself says it may have or needs.
//
//   peak       the largest heap of any cycle's end of marking, over that cycle's summed goals, of
//              `churn` on two nodes once it is steady
//   private    what the kernel says is a node's alone, after its free pages went back, over its
//              heap in use
//   idle       what each of 64 nodes has that does nothing

import GreyBasics
import GreyEvents

enum CompareMemory {
  static let idleNodes = 64

  static func all(_ tools: CompareTools) -> [Measurement] {
    [peak(tools), kept(tools), idle(tools)]
  }

  private static func peak(_ tools: CompareTools) -> Measurement {
    Measurement(
      [RowHeading("13-peak-heap", "MiB", peer: "summed goals", goal: .atMost(1.10))],
      tools: tools, peers: []
    ) { scale in
      let run = try tools.withCluster(nodes: 2) {
        try $0.run(
          "churn", ["entries": "\(scale.objects / 20)", "operations": "\(scale.objects)"])
      }
      // Until the maps are full the heap only grows.
      let steady = run.cycles.suffix(max(1, run.cycles.count / 2))
      func share(_ cycle: CycleFigures) -> Double {
        Double(cycle.heapEndBytes) / Double(max(1, cycle.goalBytes))
      }
      guard let worst = steady.max(by: { share($0) < share($1) }) else {
        throw BenchSkipped("no cycle while `churn` ran")
      }
      let mebi = Double(1 << 20)
      return [
        RoundSample(
          ours: Double(worst.heapEndBytes) / mebi, peer: Double(worst.goalBytes) / mebi)
      ]
    }
  }

  private static func kept(_ tools: CompareTools) -> Measurement {
    Measurement(
      [RowHeading("13-private-memory", "MiB", peer: "heap in use", goal: .atMost(1.15))],
      tools: tools, peers: []
    ) { scale in
      try tools.withCluster(
        nodes: 1, options: ["GOGC=off", "GOMEMLIMIT=16GiB", "scavenge_after=200ms"]
      ) { cluster in
        // What is built with is as much again, and must go back to the system.
        let run = try cluster.begin(
          "shapes", ["objects": "\(scale.objects)", "cycles": "1000"], nodes: 1)
        try cluster.waitForCycles(30)
        let used = try cluster.heapInUse()
        let kept = try cluster.privateBytes().reduce(0, +)
        try cluster.cancel(run)
        let mebi = Double(1 << 20)
        return [RoundSample(ours: Double(kept) / mebi, peer: Double(used) / mebi)]
      }
    }
  }

  private static func idle(_ tools: CompareTools) -> Measurement {
    Measurement(
      [
        RowHeading(
          "13-idle-node-of-\(idleNodes)", "MB private", goal: .atMost(12), isAbsolute: true)
      ], tools: tools, peers: []
    ) { _ in
      try tools.withCluster(nodes: idleNodes, options: ["launch_timeout=80s"]) { cluster in
        let all = try cluster.privateBytes()
        guard let most = all.max() else { throw BenchSkipped("no node's memory can be read") }
        return [RoundSample(ours: Double(most) / 1e6)]
      }
    }
  }
}
