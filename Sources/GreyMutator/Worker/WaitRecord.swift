// What a worker remembers of a request that is out: who waits, and what must live until then.
//
// The object that a remote read or write is about is kept alive by the slot of the task that waits
// for the answer; the message itself is no root for it. When that task ends before its answer comes
// (a cancelled run) the record takes the slot's place and is scanned as a root until the answer
// is there, so the owner always finds the object that a message asks it for.

import GreyBasics
import GreyWire

struct WaitRecord {
  let to: NodeID
  /// Nil when the task has ended.
  var task: MutatorTask?
  /// Where the answer goes, and what to do again when there was no room at the other end.
  let into: [Slot]
  let operation: Operation
  /// What the request is about, once no slot holds it any more.
  var object: UInt64?
}

/// A message that came before its run was started here, or a request for memory that is not there
/// yet. Received, not placed: its sender's transit table still holds its references.
struct HeldMessage {
  let from: NodeID
  let sequence: UInt64
  let message: MutatorMessage
  /// Only with the rule off: its sender was told that it is placed.
  let wasAcknowledged: Bool
}
