// The roots of a worker, found a second way: for whoever judges the collector.
//
// A judge who asks the collector's own walk for the roots finds nothing lost when that walk passes
// over one. So this one shares none of it (`Worker+Roots.swift`, `TaskStack.scan`): of a frame the
// slots are looked at that its function described as references, not those in the map that was
// made of them, and there are as many frames as the task has pushed; a mailbox is emptied, in a
// copy, by what its task would take from it; tables are read entry by entry, messages word by word.
// Slow, and simple enough to be believed.
//
// Only while the worker is parked, or between its quanta.

import GreyBasics
import GreyWire

package enum RootKind: String, Hashable, Sendable, CaseIterable {
  case frame
  case mailbox
  case global
  case transit
  case waitRecord = "wait-record"
}

extension Worker {
  /// Every root of this worker, not null, and what it has said to be placed before it was. Globals
  /// are every worker's that runs the run: the same word may be told more than once.
  package func forEachRoot(_ body: (RootKind, Reference) -> Void) {
    func tell(_ kind: RootKind, _ raw: UInt64) {
      if !Reference(rawValue: raw).isNowhere { body(kind, Reference(rawValue: raw)) }
    }
    for entry in transit.entries {
      for raw in entry.references { tell(.transit, raw) }
    }
    for place in 0..<requests.limit { tell(.waitRecord, requests[at: place]?.object ?? 0) }
    for arrival in arrivedEarly {
      for word in arrival.message.carriedWords where word.isReference { tell(.mailbox, word.bits) }
    }
    for run in runs {
      for place in 0..<run.globals.count {
        tell(.global, (run.globals.words + place * 8).relaxedWord)
      }
    }
    for task in tasks {
      var mailbox = task.mailbox
      while let message = mailbox.take() {
        for word in message where word.isReference { tell(.mailbox, word.bits) }
      }
      var frame = task.frame
      for depth in 1...max(1, task.core.pointee.depth) {
        for slot in frame.layout.describedReferences { tell(.frame, frame[bits: slot]) }
        guard depth < task.core.pointee.depth, let below = frame.below else { break }
        frame = Frame(slots: below)
      }
    }
  }
}

extension MutatorMessage {
  /// What its receiver places, in order.
  fileprivate var carriedWords: [Word] {
    switch body {
    case .allocate, .read, .failure: []
    case .write(_, _, let value): [value]
    case .call(_, let arguments), .spawn(_, let arguments): arguments
    case .deliver(_, let values), .answer(let values): values
    }
  }
}
