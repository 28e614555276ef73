// The oracle over a whole simulated cluster, between two steps.
//
// Every live node's roots, in one search: nothing runs while it looks, so whatever is reachable
// must be there. A reference that leads into a freed slot has been lost by the collector.

import GreyBasics
import GreyEngine
import GreyHeap
import GreyMutator

package struct WorldCheck {
  package private(set) var reachable = 0
  package private(set) var allocated = 0
  /// `node:offset`, in the order of the nodes.
  package private(set) var lost: [String] = []

  package var unreachable: Int { allocated - reachable }

  package init(_ cluster: SimulatedCluster) {
    let cores = cluster.processes.compactMap(\.core)
    var oracles: [(core: NodeCore, oracle: ReachabilityOracle)] = cores.map {
      ($0, ReachabilityOracle(heap: $0.heap))
    }
    var pending: [NodeID: [Reference]] = [:]
    for core in cores {
      for worker in core.workers {
        worker.forEachRoot { _, root in pending[root.node, default: []].append(root) }
      }
    }
    // References into nodes that are gone stay in `pending` and are nobody's.
    var isChanging = true
    while isChanging {
      isChanging = false
      for index in oracles.indices {
        let node = oracles[index].core.node
        guard let references = pending.removeValue(forKey: node) else { continue }
        isChanging = true
        for found in oracles[index].oracle.reach(references) {
          pending[found.node, default: []].append(found)
        }
      }
    }
    for (core, oracle) in oracles {
      reachable += oracle.reachedCount
      core.heap.forEachObject { _, _ in allocated += 1 }
      lost += oracle.lost.map { core.heap.name(of: Reference(rawValue: $0)) }
    }
  }
}
