// On, off, and the way out: what the engine says to the collector in a cycle.

import GreyBasics
import GreyHeap

extension Collector {
  /// Turns marking on. The workers are parked, every mark bit is clear, nobody drains.
  ///
  /// `members` are the nodes of the epoch, this one among them or not.
  package func arm(epoch: Epoch, members: [NodeID]) {
    precondition(epoch != .zero, "epoch zero means that nobody marks")
    heap.armAllocateBlack()
    let own = heap.node
    let others = members.filter { $0 != own }.sorted()
    withState { state in
      state.discard()
      state.epoch = epoch
      state.setPeers(others.map { Peer(node: $0, knownBound: knownLimit) })
      state.totals = MarkTotals()
      for buffer in state.buffers { buffer.reset(epoch: epoch) }
      armedWord.release(epoch.rawValue)
    }
  }

  /// Turns the barrier off: marking is complete on every node. The workers are parked. Objects are
  /// still born black until the heap's sweep begins, which is the next thing to do.
  package func disarm() {
    withState { state in
      armedWord.release(0)
      let totals = state.totals
      state.discard()
      state.totals = totals
    }
  }

  /// Gives the epoch up. At any time, from any thread; workers and markers may run. Afterwards the
  /// marks say nothing: clear them, once `canClearMarks`.
  package func abort() { disarm() }

  /// Not marking, and no marker is inside: nobody sets mark bits.
  package var canClearMarks: Bool { locked { $0.epoch == .zero && $0.inside == 0 } }

  // MARK: what was reached

  /// Nothing grey is left on this node. Exact while its workers are parked, otherwise a hint.
  package var isQuiescent: Bool {
    locked { $0.epoch != .zero && $0.isQuiescent }
  }

  /// Idleness and counts of one moment.
  package func report() -> MarkReport {
    locked { state in
      MarkReport(
        epoch: state.epoch, isQuiescent: state.epoch != .zero && state.isQuiescent,
        channels: state.peers.map {
          GreyChannel(peer: $0.node, sent: $0.sent, received: $0.received)
        },
        progressNumber: state.changes)
    }
  }

  /// References sent to and received from each other member, ascending.
  package func counts() -> [(peer: NodeID, sent: UInt64, received: UInt64)] {
    report().channels.map { ($0.peer, $0.sent, $0.received) }
  }

  /// What the present epoch has done, or the last one did.
  package var totals: MarkTotals { locked { $0.totals } }
}
