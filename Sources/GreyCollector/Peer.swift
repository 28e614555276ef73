// What one other member of the epoch and this node have to say to each other about grey.
//
// `unsent` is the queue of references that wait for a batch, `shaded` the known-shaded set: those
// that were ever put into `unsent` in this epoch, and those that came in a message stamped with it.
// A reference enters `unsent` only when `shaded` did not hold it, so `unsent` cannot grow beyond
// what the other node's heap has granules (until the set forgets), and receiving never has to wait
// for sending.
//
// `sent` counts a reference when it is taken for a batch, `received` once it is shaded here. Both
// belong to the epoch. Everything is protected by the lock of the grey state.

import GreyBasics

struct Peer {
  let node: NodeID
  var shaded: RemoteSet
  private var queue: [UInt64] = []
  private var head = 0
  var sent: UInt64 = 0
  var received: UInt64 = 0

  init(node: NodeID, knownBound: Int) {
    self.node = node
    shaded = RemoteSet(bound: knownBound)
  }

  var unsentCount: Int { queue.count - head }

  /// Puts a reference into the queue unless it is known to be shaded. True: it was put.
  mutating func shade(_ reference: UInt64) -> Bool {
    guard shaded.insert(reference) else { return false }
    queue.append(reference)
    return true
  }

  /// The oldest of the queue, counted as sent.
  mutating func take(atMost limit: Int) -> [UInt64] {
    let taken = Array(queue[head..<min(queue.count, head + max(0, limit))])
    head += taken.count
    sent += UInt64(taken.count)
    if head == queue.count {
      queue.removeAll(keepingCapacity: head <= 8192)
      head = 0
    } else if head >= 8192, head * 2 >= queue.count {
      queue.removeFirst(head)
      head = 0
    }
    return taken
  }
}
