// What comes in: messages first to be shaded (R), then placed, then acknowledged.
//
// R. A message whose stamp is not the armed epoch was not shaded by its sender in this epoch, and
// once it is acknowledged its sender's transit table forgets it; so whatever references it has are
// shaded here, before that. With the stamp they are known to be shaded, and the collector need not
// send them to their owners again.
//
// A message of a run that was not started here yet is held: received but not placed. Answers that
// nobody waits for any more are dropped, after R: their sender may have dropped its copies.
//
// Membership is looked at here, when a message is placed: a fenced node's queued messages go.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyWire

extension Worker {
  func takeInbox() -> Bool {
    var left = configuration.messagesAQuantum
    let early = arrivedEarly
    arrivedEarly = []
    for arrival in early { receive(arrival) }
    while left > 0, let input = inbox.take() {
      left -= 1
      switch input {
      case .message(let from, let sequence, let message):
        // The fault: told before it is so. Until the next quantum it is nobody's root.
        let isEarly = !rules.contains(.placedAfterPlacement)
        let arrival = HeldMessage(
          from: from, sequence: sequence, message: message, wasAcknowledged: isEarly)
        if isEarly {
          put(.placed(from: from, sequence: sequence))
          arrivedEarly.append(arrival)
        } else {
          receive(arrival)
        }
      case .placed(let number): transit.remove(number)
      case .members(let nodes): members = Set(nodes).subtracting(dead)
      case .nodeDead(let node): bury(node)
      case .stalled(let node): stalled.insert(node)
      case .unstalled(let node): stalled.remove(node)
      case .startRun(let description, let startsFirstTask):
        startRun(description, startsFirstTask: startsFirstTask)
      case .cancelRun(let run): cancelRun(run)
      case .describeTasks(let request): put(.tasks(request: request, taskSummaries))
      case .cycleEnded(let epoch): cycleEnded(epoch)
      case .askAgain: askAgain()
      case .leaving: leave()
      }
    }
    return left < configuration.messagesAQuantum || !early.isEmpty
  }

  func receive(_ arrival: HeldMessage) {
    if dead.contains(arrival.from), rules.contains(.checkMembershipOnPlace) {
      counters.messagesDropped += 1
      return
    }
    let run = arrival.message.run
    let isRequest = arrival.message.isRequest
    if isRequest, runState(run) == nil, !endedRuns.contains(run) {
      held.append(arrival)
      return
    }
    shadeArrival(arrival.message)
    place(arrival)
    if !arrival.wasAcknowledged {
      put(.placed(from: arrival.from, sequence: arrival.sequence))
    }
    counters.messagesPlaced += 1
  }

  /// R, or the note that S was done.
  private func shadeArrival(_ message: MutatorMessage) {
    guard marking != .zero else { return }
    let stamp = message.stamp
    if MarkingRules.shouldShadeOnReceive(rules, armed: marking, stamp: stamp) {
      message.forEachReference { shade($0) }
    } else if MarkingRules.isKnownShaded(armed: marking, stamp: stamp) {
      message.forEachReference { collector.noteKnown($0, stamp: stamp) }
    }
  }

  private func place(_ arrival: HeldMessage) {
    let message = arrival.message
    switch message.body {
    case .answer(let words): placeAnswer(message.request, words, from: arrival.from)
    case .failure(let failure): placeFailure(message.request, failure, from: arrival.from)
    case .allocate, .read, .write, .call, .spawn, .deliver:
      counters.requestsServed += 1
      serve(arrival)
    }
  }

  private func placeAnswer(_ request: UInt64, _ words: [Word], from: NodeID) {
    guard let record = takeRecord(request, from: from) else { return }
    guard let task = record.task else { return }
    switch record.operation {
    case .send where !words.isEmpty: return waitForRoom(record.operation, of: task)
    case .give where !words.isEmpty:
      guard store(words, into: record.into, of: task) else {
        return resume(task, .failed(.noSuchField))
      }
      return waitForRoom(record.operation, of: task)
    case .give: return resume(task, .ok)
    default: break
    }
    resume(task, store(words, into: record.into, of: task) ? .ok : .failed(.noSuchField))
  }

  private func placeFailure(_ request: UInt64, _ failure: RemoteFailure, from: NodeID) {
    guard let record = takeRecord(request, from: from), let task = record.task else { return }
    if failure == .mailboxFull {
      waitForRoom(record.operation, of: task)
    } else {
      if failure == .lostObject {
        reportLost(
          run: task.run.id, Reference(rawValue: record.object ?? 0),
          "\(nameOf(task)): asked \(from) for an object that is lost there")
      }
      if failure == .outOfMemory {
        noteMemoryFailure(task, on: from, bytes: wantedBytes(record.operation))
      }
      resume(task, .failed(OperationFailure(failure)))
    }
  }

  /// What an allocation asks of another node; zero where a function that it called lacked memory.
  private func wantedBytes(_ operation: Operation) -> Int {
    guard case .allocate(_, let type, let count, _) = operation,
      let shape = try? view.shape(type, count: count)
    else { return 0 }
    return Int(clamping: shape.bytes)
  }

  /// The record of a request, unless it is over or was made to somebody else.
  private func takeRecord(_ request: UInt64, from: NodeID) -> WaitRecord? {
    guard let record = requests[request], record.to == from else {
      counters.messagesDropped += 1
      return nil
    }
    return requests.remove(request)
  }

  /// Messages of a run that has started, or ended, since they came.
  func releaseHeld(of run: RunID) {
    let released = held.filter { $0.message.run == run }
    held.removeAll { $0.message.run == run }
    for arrival in released { receive(arrival) }
  }

  /// A node is dead to everyone: what waits for it fails, what it sent and what was under way to it
  /// is discarded. The epoch is aborted by the coordinator, so nothing has to be shaded.
  private func bury(_ node: NodeID) {
    guard dead.insert(node).inserted else { return }
    members.remove(node)
    stalled.remove(node)
    transit.removeAll(to: node)
    if rules.contains(.checkMembershipOnPlace) { held.removeAll { $0.from == node } }
    for index in 0..<requests.limit {
      guard let record = requests[at: index], record.to == node else { continue }
      _ = requests.remove(at: index)
      if let task = record.task { resume(task, .failed(.deadNode)) }
    }
  }
}

extension MutatorMessage {
  var isRequest: Bool {
    switch body {
    case .answer, .failure: false
    case .allocate, .read, .write, .call, .spawn, .deliver: true
    }
  }
}
