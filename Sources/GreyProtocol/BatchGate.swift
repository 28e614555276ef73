// Which grey batches a node takes.
//
//   batch's epoch < armed, or of an epoch that was swept or aborted   →  drop
//   batch's epoch = armed                                              →  apply
//   batch's epoch > armed                                              →  hold until armed
//
// Why drop: a late batch of an old epoch would set a mark bit whose object's fields nobody scans,
// and the next epoch would take the object for black. Why hold: all are armed before anybody
// resumes, but a node whose lease ended in stop 1 has given the epoch up while others went on, and
// knows of no epoch when their batches come. Their senders count those references as shaded and
// never send them again; dropping them loses an object (shortest case: 14 steps).
//
// What is held is bounded. A full gate takes nothing and says so: the batch stays with the link,
// which does not acknowledge it, and the sender's window does the rest.
//
// A node is never armed below an epoch that it finished, so one number, the highest finished
// epoch, says which held batches can never be applied.

import GreyBasics

package struct BatchGate: Hashable, Sendable {
  package enum Verdict: Hashable, Sendable {
    case apply
    /// Taken; it comes out of `arm` when its epoch is armed.
    case held
    case drop
    /// Not taken: offer it again after the next change of the armed epoch, read no further.
    case full
  }

  package struct Batch: Hashable, Sendable {
    package var from: NodeID
    package var epoch: Epoch
    package var references: GreyBatch
    package init(from: NodeID, epoch: Epoch, references: GreyBatch) {
      self.from = from
      self.epoch = epoch
      self.references = references
    }
  }

  package let rules: RuleSet
  /// References held at most.
  package let capacity: Int
  /// Zero while no epoch is armed.
  package private(set) var armed: Epoch = .zero
  /// No epoch up to this one is ever armed (again).
  package private(set) var finished: Epoch = .zero
  package private(set) var held: [Batch] = []
  package private(set) var heldReferences = 0

  package init(rules: RuleSet = .all, capacity: Int = 1 << 20) {
    self.rules = rules
    self.capacity = capacity
  }

  package mutating func admit(_ batch: Batch) -> Verdict {
    guard rules.contains(.epochCheck) else { return .apply }
    if armed != .zero, batch.epoch == armed { return .apply }
    if batch.epoch <= max(armed, finished) { return .drop }
    guard rules.contains(.holdEarly) else { return .drop }
    guard heldReferences + batch.references.count <= capacity else { return .full }
    held.append(batch)
    heldReferences += batch.references.count
    return .held
  }

  /// The node armed `epoch`; what was held for it is to be applied now, in order of arrival.
  package mutating func arm(_ epoch: Epoch) -> [Batch] {
    armed = epoch
    let due = held.filter { $0.epoch == epoch }
    keep { $0.epoch > epoch }
    return due
  }

  /// The epoch was swept or aborted here.
  package mutating func finish(_ epoch: Epoch) {
    if armed <= epoch { armed = .zero }
    // Where a cancelled stop 1 does not burn its epoch, the same number is armed once more.
    if rules.contains(.burnEpoch) { finished = max(finished, epoch) }
    let limit = finished
    keep { $0.epoch > limit }
  }

  /// What a fenced incarnation sent is discarded.
  package mutating func fence(_ node: NodeID) { keep { $0.from != node } }

  private mutating func keep(_ isWanted: (Batch) -> Bool) {
    held.removeAll { !isWanted($0) }
    heldReferences = held.reduce(0) { $0 + $1.references.count }
  }
}
