// What a marking epoch did on this node, as reports and the pacer read it.

import GreyBasics

/// Counts of one epoch. They start at zero when it is armed.
package struct MarkTotals: Hashable, Sendable {
  /// Objects that markers turned from white; what was born black is not among them.
  package var objectsMarked = 0
  package var bytesMarked = 0
  package var objectsScanned = 0
  /// Bytes of objects that were read: the pacer's scan work. No-scan objects cost none.
  package var bytesScanned = 0
  /// References into other nodes that were put up for sending, each once.
  package var remoteShaded = 0
  package var batchesReceived = 0
  /// References that lead nowhere: into no member's heap, or to no allocated object here.
  package var strayReferences = 0
  /// Barrier entries that a flush looked at, and those of them that were shaded.
  package var barrierEntries = 0
  package var barrierShaded = 0

  package init() {}

  static func += (a: inout MarkTotals, b: MarkTotals) {
    a.objectsMarked += b.objectsMarked
    a.bytesMarked += b.bytesMarked
    a.objectsScanned += b.objectsScanned
    a.bytesScanned += b.bytesScanned
    a.remoteShaded += b.remoteShaded
    a.batchesReceived += b.batchesReceived
    a.strayReferences += b.strayReferences
    a.barrierEntries += b.barrierEntries
    a.barrierShaded += b.barrierShaded
  }
}

/// What one call of `drain` did.
package struct MarkProgress: Hashable, Sendable {
  package var scannedObjects = 0
  package var scannedBytes = 0
  /// Something was taken from the others, or from a peer: it may have ended here without a scan.
  package var tookWork = false
  /// Nothing was left that this marker could take. Another may still hold something.
  package var isDry = false

  package init() {}
}

/// Grey references that went to and came from one other member.
package struct GreyChannel: Hashable, Sendable {
  package let peer: NodeID
  package let sent: UInt64
  package let received: UInt64

  package init(peer: NodeID, sent: UInt64, received: UInt64) {
    self.peer = peer
    self.sent = sent
    self.received = received
  }
}

/// The state of marking at one moment: idleness and counts that belong together.
package struct MarkReport: Hashable, Sendable {
  package let epoch: Epoch
  package let isQuiescent: Bool
  /// Ascending by peer; every other member of the epoch.
  package let channels: [GreyChannel]
  package let progressNumber: UInt64
}
