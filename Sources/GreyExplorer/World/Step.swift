// One step of a story: what happened, where, to what. Kept small, because every successor of every
// state has one; the words are made only for the story that is told.

struct Step: Hashable {
  enum Kind: UInt8 {
    // A task's.
    case allocate, drop, load, store, storeNil, loadGlobal, storeGlobal, clearGlobal
    case give, read, write, writeNil, handOver
    // Messages of the application.
    case place, acknowledgeEarly, placeDuplicate, acknowledge, restamp
    // A collector's.
    case scanTransit, scanGlobal, scanTask, mark, lookAtEdge, sendBatch, takeBatch, takeBatchTwice
    // The protocol's.
    case hear, tell, park
    // Time and trouble.
    case propose, endConfirming, giveUpStop, endLease, crash, notice, restart, join, fallSilent

    /// A task does it of its own will: no cycle may have to wait for it.
    var isTasks: Bool { rawValue <= Kind.handOver.rawValue }
  }
  var kind: Kind
  var node: UInt8 = 0
  var a: UInt8 = 0
  var b: UInt8 = 0
  var c: UInt8 = 0

  init(_ kind: Kind, _ node: Int = 0, _ a: UInt8 = 0, _ b: UInt8 = 0, _ c: UInt8 = 0) {
    self.kind = kind
    self.node = UInt8(node)
    self.a = a
    self.b = b
    self.c = c
  }
}
