// What one other member of the epoch and this node have to say to each other about grey.
//
// `pages` holds the known-shaded set (what was ever put up for sending in this epoch, and what came
// in a message stamped with it) and what of it is unsent. A reference is put up only when it was
// not known, so what waits cannot grow beyond what the other node's heap has granules, and
// receiving never has to wait for sending.
//
// `sent` counts a reference when it is taken for a batch, `received` once it is shaded here. A
// reference is a granule: both ends count the bits of the batch, so they agree whatever objects the
// bits lead to. Both belong to the epoch. Everything is protected by the lock of the grey state.

import GreyBasics

struct Peer {
  let node: NodeID
  var pages: RemotePages
  var sent: UInt64 = 0
  var received: UInt64 = 0

  init(node: NodeID, knownBound: Int) {
    self.node = node
    pages = RemotePages(bound: knownBound)
  }

  var unsentCount: Int { pages.unsentCount }

  /// Puts a reference up for sending unless it is known to be shaded. True: it was put.
  @inline(__always)
  mutating func shade(_ reference: UInt64) -> Bool { pages.insert(reference, toBeSent: true) }

  /// The oldest of what waits, counted as sent.
  mutating func take(atMost limit: Int) -> (groups: [GreyGroup], count: Int) {
    let taken = pages.take(atMost: limit)
    sent += UInt64(taken.count)
    return taken
  }
}
