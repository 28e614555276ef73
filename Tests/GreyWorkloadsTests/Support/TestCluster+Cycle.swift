// Marking cycles of the test cluster, a piece of one after every round of the tasks.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyMutator

enum CyclePhase {
  case idle
  case marking
  case sweeping
}

extension TestCluster {
  func advanceCycle() {
    switch phase {
    case .idle:
      let isDue = roundsBetweenCycles.map { round - idleSince >= $0 } ?? false
      if isDue || isCollectionWanted { arm() }
    case .marking:
      for node in nodes { _ = node.marker.drain(objects: 16) }
      carryGrey()
      if nodes.allSatisfy({ $0.hasScannedRoots && $0.collector.isQuiescent }) { confirm() }
    case .sweeping:
      // All nodes, not the first one only that has more to do.
      let busy = nodes.filter { $0.heap.sweepQuantum(maxPages: 1) }
      if busy.isEmpty { finish() }
    }
  }

  /// The objects of garbage are gone afterwards, and nothing runs meanwhile but what must.
  func collectNow() {
    while phase != .idle { step() }
    let done = cycles
    isCollectionWanted = true
    while cycles == done { step() }
  }

  private func stop() {
    for node in nodes { node.environment.stop.request() }
    for node in nodes {
      quantum(node)
      precondition(node.environment.stop.allParked, "a worker does not park")
    }
  }

  private func release() {
    for node in nodes { node.environment.stop.release() }
  }

  private func arm() {
    isCollectionWanted = false
    stop()
    epoch = epoch.next
    for node in nodes {
      node.hasScannedRoots = false
      node.collector.arm(epoch: epoch, members: nodes.map(\.id))
    }
    phase = .marking
    release()
  }

  /// False when there was none.
  @discardableResult
  private func carryGrey() -> Bool {
    var carried = false
    for node in nodes {
      for peer in node.collector.destinationsWithGrey() {
        let references = node.collector.takeGrey(for: peer, atMost: 64)
        precondition(self[peer].collector.receiveGrey(from: node.id, references))
        carried = true
      }
    }
    return carried
  }

  /// Stop 2: what the barriers held is marked as well, then everything white is garbage.
  private func confirm() {
    stop()
    var isMarking = true
    while isMarking {
      for node in nodes { while !node.marker.drain(objects: 4096).isDry {} }
      isMarking = carryGrey() || !nodes.allSatisfy { $0.collector.isQuiescent }
    }
    for node in nodes {
      node.collector.disarm()
      node.heap.beginSweep()
    }
    phase = .sweeping
    release()
  }

  private func finish() {
    for node in nodes { _ = node.heap.finishSweep() }
    cycles += 1
    idleSince = round
    phase = .idle
    tell(.cycleEnded(epoch))
  }
}
