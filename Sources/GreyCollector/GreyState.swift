// All grey that is not in somebody's hands, under one lock.
//
// Grey comes in two kinds. An *edge* is a reference that was shaded from outside the marker (a
// root, a barrier entry, a batch from another node) and whose object may still be white; it may be
// local or remote. A *grey object* is local, marked, and not yet scanned. Only a marker that is
// inside (draining, or publishing what it has seen) turns edges into marks, so "nobody is inside"
// means that nobody sets mark bits: an aborted attempt's marks can then be cleared.
//
// Why one lock: quiescence is a statement about all of this at one moment, and it is exact only if
// no grey can be between two places while it is made. Under one lock it cannot: grey leaves a list
// in the same critical section in which its taker is counted as a holder, and a holder stops being
// counted in the section in which it has put back or posted the last of what it held. Markers come
// here once in some hundreds of objects at most.

import GreyBasics

/// A large object that is scanned piece by piece, by whichever marker has nothing else.
struct LargeScan {
  let base: UInt
  /// Words of the object, and where the next piece begins.
  let words: Int
  var next: Int
}

/// A batch that another node sent, to be shaded here.
struct IncomingBatch {
  let from: NodeID
  let content: GreyBatch
}

struct GreyState: @unchecked Sendable {
  /// The epoch that everything below belongs to; zero between cycles, and then all is empty.
  var epoch = Epoch.zero
  /// The members of the epoch other than this node, ascending.
  var peers: [Peer] = []
  /// By node id: its place in `peers` and 1, or 0.
  private var places: [UInt16] = []

  var grey: [GreySegment] = []
  var edges: [GreySegment] = []
  var large: [LargeScan] = []
  var incoming: [IncomingBatch] = []
  var incomingHead = 0
  var incomingReferences = 0
  /// Empty segments for the next taker. Kept over cycles, at most `sparesKept` of them.
  var spares: [GreySegment] = []

  /// Markers that hold grey of this epoch in private.
  var holders = 0
  /// Markers that may set mark bits, of whatever epoch.
  var inside = 0
  /// References that wait for a batch to any peer.
  var unsent = 0
  var totals = MarkTotals()
  /// Rises whenever a list, a queue or a count changes.
  var changes: UInt64 = 0
  /// Every barrier buffer there is: arming empties them and tells them their epoch.
  var buffers: [BarrierBuffer] = []

  static let sparesKept = 256

  /// Pieces of work that a marker could take.
  var available: Int {
    grey.count + edges.count + large.count + incoming.count - incomingHead
  }

  var isQuiescent: Bool { available == 0 && holders == 0 && unsent == 0 }

  func peerIndex(_ node: NodeID) -> Int? {
    let number = Int(node.rawValue)
    guard number < places.count, places[number] != 0 else { return nil }
    return Int(places[number]) - 1
  }

  /// - Parameter others: ascending; the sets of those before are empty.
  mutating func setPeers(_ others: [Peer]) {
    peers = others
    places = Array(repeating: 0, count: others.last.map { Int($0.node.rawValue) + 1 } ?? 0)
    for (index, peer) in others.enumerated() {
      places[Int(peer.node.rawValue)] = UInt16(index + 1)
    }
  }

  mutating func takeSpare() -> GreySegment {
    spares.popLast() ?? GreySegment.allocate()
  }

  mutating func giveSpare(_ segment: GreySegment) {
    if spares.count < Self.sparesKept {
      segment.count = 0
      spares.append(segment)
    } else {
      segment.deallocate()
    }
  }

  mutating func giveGrey(_ segment: GreySegment) {
    if segment.isEmpty { return giveSpare(segment) }
    grey.append(segment)
    changes += 1
  }

  mutating func takeIncoming() -> IncomingBatch? {
    guard incomingHead < incoming.count else { return nil }
    changes += 1
    let batch = incoming[incomingHead]
    incomingHead += 1
    incomingReferences -= batch.content.count
    if incomingHead == incoming.count {
      incoming.removeAll(keepingCapacity: true)
      incomingHead = 0
    }
    return batch
  }

  /// Shades a remote reference, or drops it when its owner is no member of the epoch: what only a
  /// node outside the epoch keeps is that node's to lose.
  mutating func shadeRemote(_ reference: UInt64) {
    guard let index = peerIndex(Reference(rawValue: reference).node) else {
      totals.strayReferences += 1
      return
    }
    if peers[index].shade(reference) {
      unsent += 1
      changes += 1
      totals.remoteShaded += 1
    }
  }

  /// The same for many at once.
  mutating func shadeRemote(_ references: UnsafePointer<UInt64>, count: Int) {
    if count == 0 { return }
    var (fresh, strays) = (0, 0)
    places.withUnsafeBufferPointer { places in
      peers.withUnsafeMutableBufferPointer { peers in
        for index in 0..<count {
          let raw = references[index]
          let number = Int(truncatingIfNeeded: raw >> 48)
          let place = number < places.count ? Int(places[number]) : 0
          if place == 0 {
            strays &+= 1
          } else if peers[place &- 1].shade(raw) {
            fresh &+= 1
          }
        }
      }
    }
    totals.strayReferences += strays
    if fresh == 0 { return }
    unsent += fresh
    changes += 1
    totals.remoteShaded += fresh
  }

  /// Appends edges, filling up the newest segment first so that small flushes do not pile up.
  mutating func appendEdges(_ source: UnsafePointer<UInt64>, count: Int) {
    var source = source
    var left = count
    changes += 1
    while left > 0 {
      if edges.last.map({ $0.room == 0 }) ?? true { edges.append(takeSpare()) }
      let segment = edges[edges.count - 1]
      let taken = min(left, segment.room)
      segment.append(source, count: taken)
      source += taken
      left -= taken
    }
  }

  /// Forgets everything that belongs to the epoch.
  mutating func discard() {
    changes += 1
    for segment in grey + edges { giveSpare(segment) }
    grey.removeAll()
    edges.removeAll()
    large.removeAll()
    incoming.removeAll()
    incomingHead = 0
    incomingReferences = 0
    for index in peers.indices { peers[index].pages.removeAll() }
    setPeers([])
    holders = 0
    unsent = 0
    epoch = .zero
  }
}
