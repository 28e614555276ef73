// What nodes say to each other, in the data frames of their links: grey references for their owner,
// and the operations of tasks on other nodes' heaps and tasks.

import GreyBasics

/// What a data frame carries.
package enum PeerMessage: Hashable, Sendable {
  /// References for their owner, the receiver, to shade.
  case grey(epoch: Epoch, GreyBatch)
  case mutator(MutatorMessage)
}

/// A word of a frame, a field or a message, with what the collector must know of it.
package struct Word: Hashable, Sendable {
  package var bits: UInt64
  package var isReference: Bool
  package init(bits: UInt64, isReference: Bool) {
    self.bits = bits
    self.isReference = isReference
  }
  package static func data(_ bits: UInt64) -> Word { Word(bits: bits, isReference: false) }
  package static func reference(_ r: Reference) -> Word {
    Word(bits: r.rawValue, isReference: true)
  }
}

/// An operation of one task on another node's heap or tasks, or the answer to one.
package struct MutatorMessage: Hashable, Sendable {
  package var run: RunID
  /// The epoch under which the sender shaded the references in here; zero if it was not marking.
  /// It keeps this stamp through every queue and every resend.
  package var stamp: Epoch
  /// The sender's number for the request, repeated by its answer.
  package var request: UInt64
  package var body: Body
  package init(run: RunID, stamp: Epoch, request: UInt64, body: Body) {
    self.run = run
    self.stamp = stamp
    self.request = request
    self.body = body
  }

  package enum Body: Hashable, Sendable {
    /// A new object at the receiver. Answer: its reference.
    case allocate(type: UInt16, count: UInt32)
    /// `words` fields from `word` on. Answer: that many words.
    case read(object: Reference, word: UInt32, words: UInt32)
    /// One field. Answer: no words.
    case write(object: Reference, word: UInt32, value: Word)
    /// A task at the receiver runs `function`. Answer: its results, when it is done.
    case call(function: UInt16, arguments: [Word])
    /// A task at the receiver runs `function` by itself. Answer: its task id, at once.
    case spawn(function: UInt16, arguments: [Word])
    /// Into the mailbox of a task at the receiver. Answer: no words, when it lies there; the values
    /// themselves, when the mailbox is full and there are references among them.
    case deliver(task: TaskID, values: [Word])
    case answer([Word])
    case failure(RemoteFailure)
  }
}

/// Why a remote operation failed: what a task sees.
package enum RemoteFailure: UInt8, Error, Hashable, Sendable, CaseIterable {
  /// The owner is dead, fenced or was never a member.
  case deadNode = 1
  /// The reference leads into a freed slot: never with every rule in force.
  case lostObject
  /// The word lies outside the object, or is a reference where data was written (or vice versa).
  case noSuchField
  case noSuchTask
  case noSuchFunction
  case outOfMemory
  case runCancelled
  case mailboxFull
  /// The node is leaving the cluster: nothing new begins there.
  case leaving
}
