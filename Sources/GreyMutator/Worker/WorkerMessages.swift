// What the engine tells a worker, and a worker the engine: two closed sets.
//
// They are the only way in and out of a worker besides the stop word. A worker takes its inbox
// between task steps, never in a stop.

import GreyBasics
import GreyWire

package enum WorkerInput: Sendable {
  /// A message of a peer's link, or of another worker of this node (`from` is then this node and
  /// `sequence` the sender's transit number). Answered by `.placed` once it is placed.
  case message(from: NodeID, sequence: UInt64, MutatorMessage)
  /// The receiver has placed the message of that transit number: its root may go.
  case placed(transit: UInt64)
  /// The nodes that can be reached, this one included.
  case members([NodeID])
  /// Fenced: what waits for it fails, what came from it is discarded.
  case nodeDead(NodeID)
  /// No more can be queued towards that peer for now; tasks that send to it park.
  case stalled(NodeID)
  case unstalled(NodeID)
  /// To every worker of every node that takes part. Exactly one worker, on the run's first node,
  /// is told to start its first task.
  case startRun(RunDescription, startsFirstTask: Bool)
  case cancelRun(RunID)
  /// Say what every task is doing: answered by `.tasks`.
  case describeTasks(request: UInt64)
  /// The cycle of this epoch is finished everywhere, sweeping included.
  case cycleEnded(Epoch)
  /// The coordinator may not have heard what was asked of it: say again what is waited for.
  case askAgain
  /// This node is leaving: nothing new begins here but what its own tasks begin.
  case leaving
}

package enum WorkerOutput: Sendable {
  /// Towards a peer, or (`to` is this node) another worker of this node. `transit` is zero when
  /// the message carries no references; otherwise `.placed(transit:)` must come back.
  case send(to: NodeID, transit: UInt64, MutatorMessage)
  /// That message of that peer's link is placed, or discarded for good.
  case placed(from: NodeID, sequence: UInt64)
  /// All roots of this worker are scanned in this epoch. Its marker holds nothing back.
  case rootsScanned(Epoch)
  case runOutput(RunID, String)
  /// `result` is a JSON object; empty when there is none. `memory` is what the task that failed did
  /// not get, if that is why.
  case runEnded(
    RunID, ok: Bool, message: String, result: String, memory: MemoryFailure? = nil)
  /// What a task touched; it leads nowhere when the word that it read was no reference any more.
  case lostObject(RunID, Reference, String)
  case tasks(request: UInt64, [TaskSummary])
  /// A task waits for a full cycle of an epoch above `after`. Said again after every cycle that
  /// was not such a one.
  case wantsCollection(after: Epoch, CollectDemand, reason: String)
  case log(String)
}

extension MutatorMessage {
  /// Whether a receiver has anything to place: some reference in it is not null.
  package var carriesReferences: Bool {
    var found = false
    forEachReference { _ in found = true }
    return found
  }

  /// Every reference that the receiver will place; all are in the sender's transit table until it
  /// has. The object that a read or a write is about is none of them: it is kept alive by the slot
  /// of the task that waits for the answer (`WaitRecords`), for as long as the answer is out.
  package func forEachReference(_ body: (UInt64) -> Void) {
    func each(_ words: [Word]) {
      for word in words where word.isReference && word.bits != 0 { body(word.bits) }
    }
    switch self.body {
    case .allocate, .read, .failure: break
    case .write(_, _, let value): each([value])
    case .call(_, let words), .spawn(_, let words), .deliver(_, let words), .answer(let words):
      each(words)
    }
  }

  /// Which of a node's `workers` gets this message. Answers and deliveries carry their worker in
  /// the low six bits of their number; other requests are spread by their sender's number (its
  /// index and its generation), which is as good as any: a task has one under way at most.
  package func worker(of workers: Int) -> Int {
    guard workers > 1 else { return 0 }
    switch body {
    case .answer, .failure: return Int(request & 63) % workers
    case .deliver(let task, _): return Int(task.rawValue & 63) % workers
    case .allocate, .read, .write, .call, .spawn:
      return Int((request >> 6 &+ request >> 30) % UInt64(workers))
    }
  }

  /// Which worker made a transit number.
  package static func worker(ofTransit transit: UInt64) -> Int { Int(transit & 63) }
}
