// Runs: started on every node that takes part, cancelled when they are over.
//
// The types are defined by whoever comes first; the table accepts the same description again. A
// run that cannot start says so as its end, and what others ask of it is answered as cancelled.
//
// Cancelling drops the run's roots: its tasks with their frames and mailboxes, and its globals.
// Nothing is shaded for that, even while marking. A collector loses an object only when somebody
// can reach it whom marking has passed; what could be loaded from a dropped frame, mailbox or
// global could be loaded only by the run's own tasks on this node, and those are gone with it (the
// block of globals goes with the last worker's part). Whatever else they ever gave away, to a
// field, a message or a task, was shaded when they gave it. Messages under way stay in the
// transit table until they are placed or their receiver is dead, and a request whose task is gone
// keeps its object in its wait record.

import GreyBasics
import GreyHeap
import GreyWire

extension Worker {
  func runState(_ id: RunID) -> RunState? { runs.first { $0.id == id } }

  func startRun(_ description: RunDescription, startsFirstTask: Bool) {
    guard runState(description.run) == nil, !endedRuns.contains(description.run) else { return }
    if isLeaving { return refuseRun(description) }
    do {
      let run = try makeRun(description)
      runs.append(run)
      if startsFirstTask {
        guard accepts(run, function: 0, arguments: []) else {
          throw WorkloadError("\(description.workload): function 0 takes arguments")
        }
        createTask(run: run, function: 0, arguments: [], caller: .nobody, isFirst: true)
      }
    } catch {
      runs.removeAll { $0.id == description.run }
      endedRuns.insert(description.run)
      // The other workers of this node fail for the same reason.
      if index == 0 {
        put(
          .runEnded(
            description.run, ok: false, message: "\(node) cannot start it: \(error)", result: ""))
      }
    }
    releaseHeld(of: description.run)
  }

  private func makeRun(_ description: RunDescription) throws -> RunState {
    let workload = try environment.library.make(
      description.workload, parameters: description.parameters.map { ($0.key, $0.value) })
    let described = try workload.types()
    let limit = type(of: workload).typeLimit
    guard described.count <= limit else {
      throw WorkloadError("\(described.count) types; \(limit) are announced")
    }
    var types: [TypeIndex] = []
    for (offset, type) in described.enumerated() {
      let index = TypeIndex(rawValue: description.firstType + UInt16(offset))
      try heap.types.define(type, at: index)
      types.append(index)
    }
    guard !workload.functions.isEmpty else { throw WorkloadError("it has no functions") }
    return RunState(
      description: description, workload: workload, types: types,
      globals: environment.globals.globals(of: description.run, count: workload.globals),
      node: node, now: now)
  }

  /// Said once a run, by whichever of its tasks on this worker comes first.
  func endRun(
    _ run: RunState, ok: Bool, message: String, result: String, memory: MemoryFailure? = nil
  ) {
    guard !run.hasEnded else { return }
    run.hasEnded = true
    put(.runEnded(run.id, ok: ok, message: message, result: result, memory: memory))
  }

  func cancelRun(_ id: RunID) {
    endedRuns.insert(id)
    if let run = runState(id), !run.isCancelled {
      run.isCancelled = true
      cancelling.append((run, tasks.count))
    }
    let waiting = memory.requests.filter { $0.arrival.message.run == id }
    memory.requests.removeAll { $0.arrival.message.run == id }
    for request in waiting { serve(request.arrival) }
    releaseHeld(of: id)
  }

  /// Takes away some tasks of a cancelled run; true while there was something to do. Its tasks do
  /// not run any more, so it does not matter how many quanta a hundred thousand of them take.
  func removeCancelled() -> Bool {
    guard let (run, left) = cancelling.first else { return false }
    // Downwards: removing a task moves the last one, which was looked at, into its place.
    let top = min(left, tasks.count)
    let bottom = max(0, top - configuration.removalsAQuantum)
    for place in (bottom..<top).reversed() where tasks[place].run === run {
      let task = tasks[place]
      if task.isFirst { endRun(run, ok: false, message: "cancelled", result: "") }
      if case .node(let node, let request) = task.caller {
        answer(node, run.id, request, .failure(.runCancelled))
      }
      remove(task)
    }
    cancelling[0].left = bottom
    if bottom == 0 {
      runs.removeAll { $0 === run }
      cancelling.removeFirst()
    }
    return true
  }
}
