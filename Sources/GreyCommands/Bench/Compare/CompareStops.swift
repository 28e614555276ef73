// Rows 9 and 10: a global stop, from the coordinator's request to the last node's acknowledgement,
// beside the same round of messages over libzmq alone.
//
// Each cycle reports both of its stops. With busy mutators the workload `spin` runs on one node or
// on all, and the raw barrier's peers have a thread that computes and stops at a word in memory.
// The barrier's figure is that of its `stopped`: what a node is told after that is in neither.

import GreyBasics
import GreyEvents

enum CompareStops {
  enum Busy: String, CaseIterable, Sendable {
    case none = "idle"
    case one = "one-busy"
    case all = "all-busy"

    func count(_ nodes: Int) -> Int {
      switch self {
      case .none: 0
      case .one: 1
      case .all: nodes
      }
    }
  }

  static func all(_ tools: CompareTools) -> [Measurement] {
    let sizes = [1, 2, 4, 8]
    let idle = sizes.map { measurement(nodes: $0, .none, tools) }
    return idle
      + sizes.flatMap { nodes in
        // With one node they are the same.
        (nodes == 1 ? [Busy.all] : [.one, .all]).map { measurement(nodes: nodes, $0, tools) }
      }
  }

  private static func measurement(
    nodes: Int, _ busy: Busy, _ tools: CompareTools
  ) -> Measurement {
    let headings = [1, 2].flatMap { stop in
      [50, 99].map { percent in
        RowHeading(
          "\(busy == .none ? 9 : 10)-stop\(stop)-\(busy.rawValue)-\(nodes)-p\(percent)", "us",
          peer: "raw libzmq barrier", goal: goal(nodes, busy, percent))
      }
    }
    return Measurement(headings) { scale, news in
      tools.noteAbsent([.barrier], news)
      let cluster = try CompareCluster(tools.bench, nodes: nodes, options: [])
      return ComparedRounds {
        let count = scale.barrierStops
        let stops = try cluster.cluster.collect(times: count, spinningOn: busy.count(nodes))
        let words = ["\(nodes)", "\(count)", "\(busy.count(nodes))"]
        let peer = try tools.peers.run(.barrier, words)
        return [stops.map(\.stop1), stops.map(\.stop2)].flatMap { times in
          [50, 99].map { percent in
            RoundSample(
              ours: times.percentile(percent), peer: peer?.figure("stopped_p\(percent)_us"))
          }
        }
      } end: {
        cluster.end()
      }
    }
  }

  private static func goal(_ nodes: Int, _ busy: Busy, _ percent: Int) -> RatioGoal? {
    switch (busy, percent) {
    case (.none, 50): .atMost(1.25)
    case (.none, _): .atMost(1.5)
    case (_, 50): .atMost(nodes <= 2 ? 1 : 0.25)
    default: nil
    }
  }
}
