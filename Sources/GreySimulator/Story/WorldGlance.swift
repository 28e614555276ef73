// What a story compares between two turns: of every process the epoch it marks, its objects with
// their marks, its transit table and mailboxes, and how far it has scanned its roots.
//
// It looks at everything and changes nothing. Worlds whose stories are told are small.

import GreyBasics
import GreyCollector
import GreyEngine
import GreyHeap
import GreyMutator

struct ProcessGlance {
  var node = NodeID.none
  var isAlive = false
  var isStopped = false
  var armed = Epoch.zero
  var sweeping: Epoch?
  /// Ascending.
  var objects: [(reference: Reference, isMarked: Bool)] = []
  var transit: [Reference] = []
  var mailboxes: [Reference] = []
  var rootsScanned = 0
  /// By worker.
  var placed: [Int] = []
  var tasks = 0

  init() {}

  init(_ process: SimulatedProcess) {
    isAlive = process.isAlive
    guard let core = process.core else { return }
    node = core.node
    isStopped = core.stop.requested != 0
    armed = core.collector.armedEpoch
    sweeping = process.engine.sweepingEpoch
    core.heap.forEachObject { location, isMarked in
      objects.append((Reference(node: core.node, address: location.base), isMarked))
    }
    for worker in core.workers {
      rootsScanned += worker.counters.rootsScanned
      placed.append(worker.counters.messagesPlaced)
      tasks += worker.taskCount
      worker.forEachRoot { kind, root in
        switch kind {
        case .transit: transit.append(root)
        case .mailbox: mailboxes.append(root)
        case .frame, .global, .waitRecord: break
        }
      }
    }
  }

  func mark(of reference: Reference) -> Bool? {
    objects.first { $0.reference == reference }?.isMarked
  }
}

/// Those of `old` that `new` has not, each as often as it is missing.
func missing(_ old: [Reference], from new: [Reference]) -> [Reference] {
  var left = new
  return old.filter { reference in
    guard let place = left.firstIndex(of: reference) else { return true }
    left.remove(at: place)
    return false
  }
}
