// T: references in messages that this worker sent and whose placing it has not heard of.
//
// An entry is made before the message goes into the outbox, hence before the sending task can drop
// its own copy, and goes when the receiver says it has *placed* the message: from then on the
// receiver's roots or heap hold the references. The table is a root, scanned at any time of an
// epoch; that this is enough follows from S and R (the sender shaded what it sent while marking,
// the receiver what came without this epoch's stamp).

import GreyBasics

/// Confined to its worker.
struct TransitTable {
  struct Entry {
    let to: NodeID
    let references: [UInt64]
  }
  private var table: SlotTable<Entry>

  init(worker: Int) { table = SlotTable(worker: worker) }

  var count: Int { table.count }
  var limit: Int { table.limit }

  /// Zero, "no entry", when there is no reference to keep.
  mutating func add(to node: NodeID, references: [UInt64]) -> UInt64 {
    references.isEmpty ? 0 : table.insert(Entry(to: node, references: references))
  }

  mutating func remove(_ transit: UInt64) {
    if transit != 0 { _ = table.remove(transit) }
  }

  /// What was under way to a dead node will never be placed.
  mutating func removeAll(to node: NodeID) {
    for index in 0..<table.limit where table[at: index]?.to == node {
      _ = table.remove(at: index)
    }
  }

  func forEachReference(at index: Int, _ body: (UInt64) -> Void) {
    for reference in table[at: index]?.references ?? [] { body(reference) }
  }
  /// For the oracle.
  var entries: [Entry] { (0..<table.limit).compactMap { table[at: $0] } }
}
