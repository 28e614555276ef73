// When grey references leave for their owners.
//
// A batch costs both nodes the same whether it holds one reference or thousands: a thread is woken,
// a frame numbered, sent, acknowledged, and a marker interrupted. So what waits gathers, and its
// pages fill: a page that gathered twenty references is found, packed, sent and shaded like one
// that has a single one. What is waited for decides how long.
//
//   this node has nothing else to mark   at once: others may have nothing else either, and no node
//                                        is idle while it holds something for another
//   nothing was sent to the peer lately  at once: a peer that has nothing to do waits no longer
//                                        than `greyAfter`, whatever this node is busy with
//   a whole batch waits                  at once
//   otherwise                            `greyAfter` after the last one to that peer
//
// Nobody counts a reference as sent before it has left, and a node with unsent ones is not
// quiescent; so waiting can delay the end of marking, by `greyAfter` at most, and change nothing
// else. The first line makes that seldom: at the end every node runs dry.

import GreyBasics
import GreyCollector
import GreyProtocol
import GreyWire

extension NodeEngine {
  /// Takes grey references for every peer whose turn it is and whose window has room.
  func sendGrey() {
    greyDue = .distantFuture
    guard let core, core.collector.armedEpoch != .zero else { return }
    let epoch = core.collector.armedEpoch
    let waiting = core.collector.greyToSend()
    for (node, count) in waiting.peers {
      guard let peer = peerIndex(node).map({ peers[$0] }) else { continue }
      let due = peer.greySentAt + configuration.greyAfter
      if now < due, count < configuration.batchReferences, !waiting.isAllThereIs {
        greyDue = min(greyDue, due)
        continue
      }
      send(epoch, to: peer, core)
    }
  }

  private func send(_ epoch: Epoch, to peer: PeerLink, _ core: NodeCore) {
    while !peer.link.isFull {
      let batch = core.collector.takeGrey(for: peer.node, atMost: configuration.batchReferences)
      if batch.isEmpty { return }
      peer.greySentAt = now
      peer.greySent += UInt64(batch.count)
      peer.batchesSent += 1
      _ = enqueue(.grey(epoch: epoch, batch), to: peer.node, transit: 0)
    }
  }
}
