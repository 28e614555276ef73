// Grey that crosses the border: batches in, references out.

import GreyBasics
import GreyHeap

extension Collector {
  /// Queues a batch of the armed epoch that another node sent. False: the queue is full, offer it
  /// again later. Its references are shaded, and then counted as received, by whichever marker
  /// drains next.
  ///
  /// With the epoch check switched off, a batch may come while nobody marks. It then does what that
  /// rule forbids: it sets marks whose objects nobody will scan.
  package func receiveGrey(from: NodeID, _ batch: GreyBatch) -> Bool {
    if armedEpoch == .zero, !rules.contains(.epochCheck) {
      markWithoutScanning(batch)
      return true
    }
    return withState { state in
      guard state.epoch != .zero, state.peerIndex(from) != nil else {
        // Neither counted nor shaded: who is no member of the epoch has no say in it.
        state.totals.strayReferences += batch.count
        return true
      }
      // An empty queue takes a batch of any size, or a large one could never be taken.
      guard
        state.incomingReferences == 0
          || state.incomingReferences + batch.count <= incomingLimit
      else { return false }
      state.incoming.append(IncomingBatch(from: from, content: batch))
      state.incomingReferences += batch.count
      state.changes += 1
      return true
    }
  }

  /// Takes references that `node` has to shade, of the pages that waited longest, and counts them
  /// as sent.
  package func takeGrey(for node: NodeID, atMost limit: Int) -> GreyBatch {
    let taken: (groups: [GreyGroup], count: Int) = withState { state in
      guard let index = state.peerIndex(node) else { return ([], 0) }
      let taken = state.peers[index].take(atMost: limit)
      state.unsent -= taken.count
      state.changes += 1
      return taken
    }
    // Outside of the lock, for which markers wait.
    return GreyBatch(unsorted: taken.groups, count: taken.count)
  }

  /// The members for which references wait, ascending.
  package func destinationsWithGrey() -> [NodeID] {
    locked { state in
      if state.unsent == 0 { return [] }
      return state.peers.filter { $0.unsentCount > 0 }.map(\.node)
    }
  }

  /// The same with how many references wait for each; and whether they are all the grey there is
  /// on this node: a hint, as another may come at any moment.
  package func greyToSend() -> (peers: [(node: NodeID, count: Int)], isAllThereIs: Bool) {
    locked { state in
      if state.unsent == 0 { return ([], false) }
      return (
        state.peers.filter { $0.unsentCount > 0 }.map { ($0.node, $0.unsentCount) },
        state.available == 0 && state.holders == 0
      )
    }
  }

  /// References that wait for a batch to `node`.
  package func unsentCount(for node: NodeID) -> Int {
    locked { state in state.peerIndex(node).map { state.peers[$0].unsentCount } ?? 0 }
  }

  /// S for references of other nodes, before a message with the stamp `epoch` leaves: each is in
  /// its owner's queue, or known to be shaded, when this returns.
  ///
  /// It must not wait among the edges for a marker, as a root may. Whoever receives the message
  /// believes the stamp and may send the reference back under a stamp of its own, or be another
  /// worker of this node. That would make it known here before a marker gets to the edge, and the
  /// marker would leave it out: each would rely on the other, and nobody would tell the owner.
  package func shadeSent(_ references: [UInt64], epoch: Epoch) {
    withState { state in
      guard state.epoch == epoch, epoch != .zero else { return }
      for raw in references where raw != 0 && !view.isLocal(raw) { state.shadeRemote(raw) }
    }
  }

  /// A reference came in a message stamped with `stamp`: its sender has shaded it in that epoch, so
  /// this node need not. Ignored unless that epoch is armed here.
  package func noteKnown(_ raw: UInt64, stamp: Epoch) {
    guard stamp != .zero, !view.isLocal(raw), raw != 0 else { return }
    locked { state in
      guard state.epoch == stamp, let index = state.peerIndex(Reference(rawValue: raw).node)
      else { return }
      _ = state.peers[index].pages.insert(raw, toBeSent: false)
    }
  }

  private func markWithoutScanning(_ batch: GreyBatch) {
    for raw in batch.references(of: heap.node) {
      guard let object = heap.object(containing: Reference(rawValue: raw).address) else { continue }
      _ = view.testAndSetMark(object.base)
    }
  }
}
