// Waiting for a collection: `runtime.GC`, and memory at the limit.
//
// What counts is a full cycle that *began* after the request: one that was under way may have
// marked the garbage already. A cycle begins at its arming, for which this worker parks, so the
// highest epoch armed here at the moment of the request tells the two apart exactly.
//
// A failed allocation is tried again once after such a cycle. When that fails too, and the task
// has allocated nothing in between, the failure is final; so is a wait longer than the patience.
// Patience runs over successive waits until a step ends otherwise: a body that throws away what it
// got and begins anew allocates a little after every cycle, and would make cycles for ever.

import GreyBasics
import GreyHeap
import GreyWire

/// Confined to its worker.
struct MemoryWaits {
  /// Tasks that wait for a cycle, in the order in which they came.
  var tasks: [MutatorTask] = []
  struct Request {
    let arrival: HeldMessage
    let after: Epoch
    /// When its task is told that there is no memory, whether a cycle came or not.
    let deadline: Moment
  }
  /// Allocations for other nodes.
  var requests: [Request] = []
  /// The request that is being tried again now.
  var retrying: (request: UInt64, from: NodeID)?
  /// The highest epoch that a collection was asked to be above of.
  var asked: Epoch?
  /// When to ask again, as long as somebody waits; nil while nothing is asked for.
  var askedAgainAt: Moment?

  mutating func forget(_ task: MutatorTask) {
    if case .collection = task.wait { tasks.removeAll { $0 === task } }
    if case .memory = task.wait { tasks.removeAll { $0 === task } }
  }

  /// The earliest deadline of a request of another node.
  var nextDeadline: Moment? { requests.lazy.map(\.deadline).min() }

  func hasRetried(_ request: UInt64, from node: NodeID) -> Bool {
    retrying.map { $0.request == request && $0.from == node } ?? false
  }
}

extension Worker {
  func waitForCollection(_ task: MutatorTask) {
    task.wait = .collection(after: highestArmed)
    task.waitNumber += 1
    memory.tasks.append(task)
    askForCollection(.cycle, reason: "a task asks for it")
  }

  func waitForMemory(_ task: MutatorTask, bytes: Int, retry: Operation?) {
    task.wantedBytes = bytes
    if task.retriesAfterCycle {
      task.retriesAfterCycle = false
      return resumeWithoutMemory(task, on: node, bytes: bytes)
    }
    let deadline = task.memoryDeadline ?? now + configuration.memoryPatience
    if deadline <= now { return resumeWithoutMemory(task, on: node, bytes: bytes) }
    task.memoryDeadline = deadline
    task.wait = .memory(after: highestArmed, retry: retry)
    task.waitNumber += 1
    memory.tasks.append(task)
    scheduler.setTimer(for: task, at: deadline)
    askForCollection(.memory, reason: "a task waits for \(bytes) bytes")
  }

  /// The failure is final. If the task makes it its own, it is known what was missing.
  func resumeWithoutMemory(_ task: MutatorTask, on owner: NodeID, bytes: Int) {
    task.memoryDeadline = nil
    noteMemoryFailure(task, on: owner, bytes: bytes)
    resume(task, .failed(.outOfMemory))
  }

  func noteMemoryFailure(_ task: MutatorTask, on owner: NodeID, bytes: Int) {
    task.memoryFailure = MemoryFailure(
      node: owner, task: nameOf(task), requestedBytes: UInt64(clamping: bytes))
  }

  /// What a task that fails now did not get; nil if that is not why it fails.
  func memoryFailure(of task: MutatorTask, cause: OperationFailure? = nil) -> MemoryFailure? {
    cause == .outOfMemory || task.outcome == .failed(.outOfMemory) ? task.memoryFailure : nil
  }

  /// The same for a request of another node; its task waits there.
  func waitForMemory(_ arrival: HeldMessage, bytes: Int) {
    memory.requests.append(
      MemoryWaits.Request(
        arrival: arrival, after: highestArmed, deadline: now + configuration.memoryPatience))
    askForCollection(.memory, reason: "\(arrival.from) waits for \(bytes) bytes")
  }

  /// The patience is this node's, as it knows what it waits for; the asker waits for an answer,
  /// which comes, or for this node's end.
  func refuseLateRequests() -> Bool {
    guard let deadline = memory.nextDeadline, deadline <= now else { return false }
    let late = memory.requests.filter { $0.deadline <= now }
    memory.requests.removeAll { $0.deadline <= now }
    for request in late {
      let message = request.arrival.message
      answer(request.arrival.from, message.run, message.request, .failure(.outOfMemory))
    }
    return true
  }

  private func askForCollection(_ demand: CollectDemand, reason: String) {
    if memory.asked.map({ $0 >= highestArmed }) ?? false { return }
    memory.asked = highestArmed
    memory.askedAgainAt = now + configuration.memoryPatience
    put(.wantsCollection(after: highestArmed, demand, reason: reason))
  }

  func cycleEnded(_ epoch: Epoch) {
    highestArmed = max(highestArmed, epoch)
    memory.asked = nil
    memory.askedAgainAt = nil
    let waiting = memory.tasks
    memory.tasks = []
    for task in waiting where !task.run.isCancelled {
      switch task.wait {
      case .collection(let after) where after < epoch: resume(task, .ok)
      case .memory(let after, let retry) where after < epoch:
        task.retriesAfterCycle = true
        if let retry {
          task.wait = .none
          task.waitNumber += 1
          begin(retry, of: task)
        } else {
          resume(task, .ok)
        }
      case .collection, .memory: memory.tasks.append(task)
      case .none, .answer, .callee, .message, .sleep, .room: break
      }
    }
    let requests = memory.requests
    memory.requests = []
    for request in requests {
      guard request.after < epoch else {
        memory.requests.append(request)
        continue
      }
      memory.retrying = (request.arrival.message.request, request.arrival.from)
      serve(request.arrival)
      memory.retrying = nil
    }
    askAgain()
  }

  /// Whatever was asked for, as if it had not been: the demand, or the end of its cycle, may be
  /// lost with a coordinator or a connection. One too many only makes one more cycle.
  func askAgain() {
    memory.asked = nil
    memory.askedAgainAt = nil
    if memory.tasks.isEmpty, memory.requests.isEmpty { return }
    let waitsForMemory =
      !memory.requests.isEmpty || memory.tasks.contains(where: \.waitsForMemory)
    askForCollection(waitsForMemory ? .memory : .cycle, reason: "tasks still wait for one")
  }

  func askAgainIfLate() {
    if let due = memory.askedAgainAt, due <= now { askAgain() }
  }
}
