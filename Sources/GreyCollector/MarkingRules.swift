// What to shade and how to stamp: the marking protocol's decisions as pure functions.
//
// Hot paths, simulator and explorer call the same functions, so what is searched is what runs. A
// rule that is switched off changes an answer here and nowhere else. The rules, and what is lost
// without them:
//
// - A message that carries references is a root at its sender until the receiver has placed it
//   (`transitRoot`), its sender shades what it sends (`senderShade`), and its receiver shades what
//   comes without this epoch's stamp (`receiverShade`). None of the three can be left out: a sender
//   that shades alone says nothing about messages sent before it armed; a transit entry may be
//   removed by the acknowledgement before it was scanned, after the receiver was.
// - A stamp says "my sender shaded these under that epoch" and stays with the message through every
//   queue and resend; renewing it would claim a shade that never happened (`keepStamp`).
// - A store outside the running task's own frames shades the value it overwrites (Yuasa), because a
//   task not yet scanned may have read it, and the value it writes (Dijkstra), because a task
//   already scanned may hold the only other copy. A store of nil overwrites as well.
//
// Which grey batches a node takes is the protocol's to say: see `BatchGate`.

import GreyBasics

package enum MarkingRules {
  // MARK: messages that carry references

  package static func scansTransitTable(_ rules: RuleSet) -> Bool { rules.contains(.transitRoot) }

  /// S: whether a sender shades what it puts into a message.
  package static func shouldShadeOnSend(_ rules: RuleSet, armed: Epoch) -> Bool {
    armed != .zero && rules.contains(.senderShade)
  }

  /// The stamp of a new message: the epoch under which its sender shades, zero for none.
  package static func stampOnSend(_ rules: RuleSet, armed: Epoch) -> Epoch { armed }

  /// The stamp of a message that was queued and is sent (again) now, at its sender.
  package static func stampOnResend(_ rules: RuleSet, kept: Epoch, armed: Epoch) -> Epoch {
    rules.contains(.keepStamp) ? kept : armed
  }

  /// R: whether a receiver shades, before it acknowledges, what a message brought.
  package static func shouldShadeOnReceive(
    _ rules: RuleSet, armed: Epoch, stamp: Epoch
  ) -> Bool {
    armed != .zero && stamp != armed && rules.contains(.receiverShade)
  }

  /// Whether what a message brought is known to be shaded in the epoch that is armed here.
  package static func isKnownShaded(armed: Epoch, stamp: Epoch) -> Bool {
    armed != .zero && stamp == armed
  }

  // MARK: stores

  /// Whether the value that a store overwrites is shaded.
  package static func shadesOverwritten(_ rules: RuleSet, storesNil: Bool) -> Bool {
    rules.contains(.deletionBarrier) && (!storesNil || rules.contains(.nilStoreBarrier))
  }

  /// Whether the value that a store writes is shaded.
  package static func shadesStored(_ rules: RuleSet) -> Bool { rules.contains(.insertionBarrier) }

  /// Whether a store to a global passes the barrier.
  package static func globalsPassBarrier(_ rules: RuleSet) -> Bool {
    rules.contains(.globalBarrier)
  }

  /// Whether what one task hands to another (mailbox, channel, spawn argument) is shaded.
  package static func shadesHandover(_ rules: RuleSet) -> Bool { rules.contains(.handoverShade) }
}
