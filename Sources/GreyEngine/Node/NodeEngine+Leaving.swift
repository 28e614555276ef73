// Leaving: nothing new is taken, and the node goes when what it has is done.
//
// It is done when no task lives here, every reference that this node sent is placed, every message
// is confirmed, and nothing that came waits: then nobody waits for anything of this node, and the
// machine leaves at the next boundary of a cycle. The objects that lie here are not waited for: who
// still refers to one is told what it would be told of a dead node.
//
// Tasks may last for ever, so there is a limit. What is still owed then is lost to those who wait
// for it, as when a node dies, and the log says what it was.

import GreyBasics
import GreyEvents
import GreyMutator
import GreyProtocol

extension NodeEngine {
  func beginDraining() {
    isLeaving = true
    drainDeadline = now + configuration.drainLimit
    tellWorkers(.leaving)
    // At once, so that no run is started here.
    tellHeartbeat()
  }

  func leaveWhenDrained(_ core: NodeCore) {
    guard let drainDeadline else { return }
    let owed = owed(core)
    guard owed.isEmpty || now >= drainDeadline else { return }
    self.drainDeadline = nil
    if !owed.isEmpty {
      let limit = Text.microseconds(Int(configuration.drainLimit.microseconds))
      log(.remark(text: "leaves after \(limit), and still owes \(owed.joined(separator: ", "))"))
    }
    feed(.drained)
  }

  /// What somebody may wait for, in words.
  private func owed(_ core: NodeCore) -> [String] {
    // In this order: what was taken from an inbox is done when its worker rests, and what it made
    // of it is in the figures and in the outbox.
    let areAsked = core.workers.contains { !$0.inbox.isEmptyHint }
    let areBusy = !core.stop.allResting
    let areHeard = core.workers.allSatisfy { $0.outbox.isEmptyHint }
    func sum(_ figure: (WorkerFigures) -> Int) -> Int {
      core.workers.reduce(0) { $0 + figure($1.figures) }
    }
    var owed: [String] = []
    func add(_ count: Int, _ what: String, _ many: String) {
      if count > 0 { owed.append("\(count) \(count == 1 ? what : many)") }
    }
    add(sum(\.tasks), "task", "tasks")
    add(
      sum(\.transitEntries), "message with references that is not placed",
      "messages with references that are not placed")
    add(sum(\.messagesHeld), "request that is held", "requests that are held")
    add(peers.reduce(0) { $0 + $1.waiting.count }, "message to take", "messages to take")
    add(
      peers.count { !$0.link.isIdle }, "peer what is on its way to it",
      "peers what is on its way to them")
    if owed.isEmpty, areAsked || areBusy || !areHeard { owed.append("what its workers are at") }
    return owed
  }
}
