// What goes out: shaded (S), stamped and entered into the transit table (T) before it is put.
//
// The stamp is the epoch under which the references were shaded, taken at that moment and never
// again: a message that then waits in the outbox, in a link or for a resend keeps it. An epoch
// that is aborted meanwhile leaves a stamp that no later epoch equals, so a receiver shades anew.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyWire

extension Worker {
  /// Sends a task's request and lets it wait for the answer, or for room.
  func request(
    _ operation: Operation, of task: MutatorTask, to node: NodeID, into slots: [Slot],
    _ body: MutatorMessage.Body
  ) {
    // Membership is not asked: of a node of the run it may not have been heard of here yet.
    guard task.run.description.nodes.contains(node) else {
      return resume(task, .failed(.notInRun))
    }
    guard !dead.contains(node) else { return resume(task, .failed(.deadNode)) }
    let record = WaitRecord(
      to: node, task: task, into: slots, operation: operation, object: nil)
    let number = requests.insert(record)
    guard dispatch(to: node, task.run.id, number, body, isAnswer: false) else {
      _ = requests.remove(number)
      return waitForRoom(operation, of: task)
    }
    task.wait = .answer(request: number)
    task.waitNumber += 1
  }

  /// Answers are bounded by the requests of others and are never held back: a node that waits for
  /// room before it answers could wait for one that does the same.
  func answer(_ node: NodeID, _ run: RunID, _ request: UInt64, _ body: MutatorMessage.Body) {
    if dead.contains(node) { return }
    _ = dispatch(to: node, run, request, body, isAnswer: true)
  }

  private func dispatch(
    to node: NodeID, _ run: RunID, _ request: UInt64, _ body: MutatorMessage.Body, isAnswer: Bool
  ) -> Bool {
    if !isAnswer, stalled.contains(node) || outbox.count >= configuration.outboxCapacity {
      return false
    }
    let stamp = MarkingRules.stampOnSend(rules, armed: marking)
    let message = MutatorMessage(run: run, stamp: stamp, request: request, body: body)
    var references: [UInt64] = []
    message.forEachReference { references.append($0) }
    if MarkingRules.shouldShadeOnSend(rules, armed: marking) { shadeSent(references) }
    let number = transit.add(to: node, references: references)
    put(.send(to: node, transit: number, message))
    counters.messagesSent += 1
    return true
  }

  /// S. What the message's receiver takes for shaded must be so, or be waiting for its owner,
  /// before the message leaves.
  private func shadeSent(_ references: [UInt64]) {
    let isRemote = { [view] (raw: UInt64) in raw != 0 && !view.isLocal(raw) }
    for reference in references where !isRemote(reference) { shade(reference) }
    if references.contains(where: isRemote) { collector.shadeSent(references, epoch: marking) }
  }
}
