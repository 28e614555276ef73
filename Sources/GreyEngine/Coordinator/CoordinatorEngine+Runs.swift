// Runs: started on the nodes they name, ended by their first task, cancelled, or lost.
//
// A run is over when the node of its first task says so, or when any node that takes part does so
// with a failure. Everybody is then told to drop what is left of it: its tasks, globals and
// mailboxes are roots no longer, and the next cycle frees what only they kept alive.
//
// A connection that breaks loses what was on it, and a coordinator that dies loses what it has not
// sent. So whoever is welcomed is told of all runs again, and tells again of those that have ended
// there: all of it is heard twice without harm.

import GreyBasics
import GreyEvents
import GreyMutator
import GreyProtocol
import GreyWire

/// What `run` asks for.
struct RunOrder {
  var workload: String
  var parameters: [String: String]
  var seed: UInt64?
  var durationUs: Int
  var nodes: [NodeID]?
  var isDetached: Bool
}

extension CoordinatorEngine {
  func startRun(_ order: RunOrder, client: RoutingName, id: String) {
    let description: RunDescription
    do throws(ControlError) { description = try describe(order) } catch {
      return answer(client, id, error)
    }
    var record = RunRecord(
      description: description, started: wall, countedFrom: now,
      cyclesAtStart: machine.durable.cycles)
    record.limit(from: now, grace: configuration.durationGrace)
    runs.add(record)
    persistMemory()
    let started = Event.runStarted(
      run: description.run, workload: description.workload,
      parameters: Self.json(description.parameters), seed: description.seed,
      nodes: description.nodes)
    log(started)
    for node in description.nodes { send(.startRun(description), to: node) }
    if order.isDetached {
      answer(client, id, result(of: record))
    } else {
      let limit = configuration.runLimit + .microseconds(Int64(order.durationUs))
      let number = pending.add(
        client: client, id: id, now: now, limit: limit, .run(description.run))
      // So that whoever waits knows what to cancel.
      if let request = pending[number] { tell(request, started) }
    }
  }

  private func describe(_ order: RunOrder) throws(ControlError) -> RunDescription {
    let nodes = order.nodes ?? memberIDs.filter { !isLeaving($0) }
    for node in nodes where !memberIDs.contains(node) { throw noSuchNode(node) }
    for node in nodes where isLeaving(node) {
      throw ControlError(.failed, "\(node) is leaving the cluster: run it on other nodes")
    }
    guard !nodes.isEmpty else {
      throw ControlError(
        .busy, "no node has joined: try again in a moment, or \(moreNodes)")
    }
    let type: any Workload.Type
    let values: ParameterValues
    do {
      type = try library.find(order.workload)
      values = try ParameterValues(
        order.parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
        for: type.parameters)
      _ = try type.init(parameters: values)
    } catch { throw ControlError(.usage, "\(error)") }
    let settings = values.all.map { Setting($0.key, $0.value) }
    guard
      let first = types.first(
        workload: order.workload, parameters: settings, limit: type.typeLimit,
        taken: runs.running.map(\.description.firstType))
    else {
      throw ControlError(
        .failed, "no type indices are left: restart the cluster to run yet other workloads")
    }
    return RunDescription(
      run: runs.takeID(), workload: order.workload, parameters: settings,
      seed: order.seed ?? configuration.seed, nodes: nodes, firstType: first,
      durationNanoseconds: UInt64(max(0, order.durationUs)) * 1_000)
  }

  /// The node is on a new connection: what it has missed, and what it knows already.
  func repeatRunOrders(to node: NodeID) {
    for run in runs.over(on: node) { send(.cancelRun(run), to: node) }
    for record in runs.records where record.description.nodes.contains(node) {
      let isRunning = record.state == .running
      send(
        isRunning ? .startRun(record.description) : .cancelRun(record.description.run), to: node)
    }
  }

  // MARK: What nodes say of runs

  func hearRunMessage(_ node: NodeID, _ message: NodeMessage) {
    switch message {
    case .runOutput(let run, let text):
      log(.runOutput(run: run, node: node, text: text))
      for request in waiters(of: run) {
        tell(request, .runOutput(run: run, node: node, text: text))
      }
    case .runEnded(let run, let ok, let message, let result, let memory):
      runEnded(run, by: node, ok: ok, message: message, result: result, memory)
    case .lostObject(let run, let offset, let description):
      if let record = runs[run], record.lostObject == nil {
        runs[run]?.lostObject = description
        persistMemory()
      }
      log(
        .lostObject(
          run: run, node: node, object: offset.map { ObjectName(node: node, offset: $0) },
          detail: description))
    case .inspection(let number, let problem, let body):
      if case .verify = pending[number]?.waiting {
        verifyAnswered(number, by: node, problem, body)
      } else {
        gathered(number, from: node, problem, body)
      }
    default: log(.remark(text: "\(node) sent what no coordinator expects"))
    }
  }

  private func runEnded(
    _ run: RunID, by node: NodeID, ok: Bool, message: String, result: String,
    _ memory: MemoryFailure?
  ) {
    guard let record = runs[run], record.state == .running else { return }
    let isFirst = record.description.nodes.first == node
    guard isFirst || !ok else { return }
    let json = (try? JSON(parsing: result)) ?? .null
    guard let memory, !ok else {
      return end(run, state: .ended, ok: ok, message: message, result: json)
    }
    let why = Event.outOfMemory(
      run: run, node: memory.node, task: memory.task, taskNode: node,
      requestedBytes: Int(clamping: memory.requestedBytes),
      limitBytes: Int(clamping: statuses[memory.node]?.heapLimitBytes ?? 0))
    log(why)
    runs[run]?.lackedMemory = true
    end(run, state: .ended, ok: false, message: EventText.sentence(why), result: json)
  }

  func end(
    _ run: RunID, state: RunRecord.State, ok: Bool, message: String, result: JSON = .null
  ) {
    guard var record = runs[run] else { return }
    record.state = state
    record.endedAt = now
    record.ok = ok && record.lostObject == nil
    record.message = record.lostObject ?? message
    record.result = result
    record.cyclesAtEnd = machine.durable.cycles
    runs[run] = record
    let elapsed = Int(record.elapsed(at: now).microseconds)
    log(
      state == .cancelled
        ? .runCancelled(run: run, workload: record.description.workload, cause: message)
        : .runEnded(
          run: run, workload: record.description.workload, ok: record.ok, elapsedUs: elapsed,
          message: record.message, result: result))
    // Durable first: a successor tells everybody again, whoever has heard it from this one.
    runs.noteEnd(summary(record), epoch: machine.durable.highestEpoch)
    persistMemory()
    for node in record.description.nodes where memberIDs.contains(node) {
      send(.cancelRun(run), to: node)
    }
    for request in waiters(of: run) { finish(request, self.result(of: record)) }
  }

  /// A run whose node is gone cannot end by itself any more if its first task was there. Others
  /// fail when a task touches what was there, and say what it was; but a task may as well wait for
  /// a message that nobody is left to send.
  func runsLost(_ node: NodeID) {
    for record in runs.running where record.description.nodes.contains(node) {
      if record.description.nodes.first == node {
        end(
          record.description.run, state: .ended, ok: false,
          message: "\(node), on which its first task ran, is gone")
      } else if record.loss == nil {
        runs[record.description.run]?.loss = (node, now + configuration.lossGrace)
      }
    }
  }

  /// The tasks on nodes that are gone were waited for long enough.
  func endLostRuns() {
    for record in runs.running {
      guard let loss = record.loss, loss.endsAt <= now else { continue }
      end(
        record.description.run, state: .ended, ok: false,
        message: "\(loss.node), on which it had tasks, is dead or has left")
    }
  }

  /// The time of these runs is over, and so is the time after it that they needed to end.
  func endOverdueRuns() {
    for record in runs.running where record.overdueAt <= now {
      runs[record.description.run]?.isOverdue = true
      let given = Text.microseconds(Int(record.duration.microseconds))
      let grace = Text.microseconds(Int(configuration.durationGrace.microseconds))
      end(
        record.description.run, state: .cancelled, ok: false,
        message: "its duration of \(given) is over, and it did not end within \(grace) more: "
          + "some task waits, or does not look at the time")
    }
  }

  func cancel(_ run: RunID, client: RoutingName, id: String) {
    if let past = runs.past.first(where: { $0.run == run }) {
      return answer(
        client, id, CancelResult(run: run, workload: past.workload, wasRunning: false))
    }
    guard let record = runs[run] else {
      return answer(client, id, ControlError(.noSuchRun, "there is no run \(run.rawValue)"))
    }
    let isRunning = record.state == .running
    if isRunning { end(run, state: .cancelled, ok: false, message: "it was cancelled") }
    answer(
      client, id,
      CancelResult(run: run, workload: record.description.workload, wasRunning: isRunning))
  }

  private func waiters(of run: RunID) -> [PendingRequest] {
    pending.all.filter { if case .run(run) = $0.waiting { true } else { false } }
  }

  // MARK: As results

  private func result(of record: RunRecord) -> RunResult {
    let isRunning = record.state == .running
    return RunResult(
      run: record.description.run, workload: record.description.workload,
      parameters: Self.json(record.description.parameters), seed: record.description.seed,
      nodes: record.description.nodes, ok: isRunning ? nil : record.ok, message: record.message,
      elapsedUs: Int(record.elapsed(at: now).microseconds),
      cycles: Int(clamping: isRunning ? 0 : record.cyclesAtEnd - record.cyclesAtStart),
      result: record.result,
      failure: isRunning || record.ok ? nil : failure(of: record))
  }

  private func failure(of record: RunRecord) -> ControlError.Code {
    if record.lostObject != nil { return .lostObject }
    if record.lackedMemory { return .outOfMemory }
    return record.isOverdue ? .timeout : .failed
  }

  /// All that are remembered, in the order of their numbers.
  var runSummaries: [RunSummary] {
    (runs.past + runs.records.map(summary)).sorted { $0.run < $1.run }
  }

  func summary(_ record: RunRecord) -> RunSummary {
    let state: RunSummary.State =
      switch record.state {
      case .running: .running
      case .ended: record.ok ? .ok : .failed
      case .cancelled: .cancelled
      }
    return RunSummary(
      run: record.description.run, workload: record.description.workload, state: state,
      nodes: record.description.nodes,
      elapsedUs: Int(record.elapsed(at: now).microseconds),
      message: record.message)
  }

  private static func json(_ parameters: [Setting]) -> JSON {
    .object(parameters.map { JSON.Member($0.key, .string($0.value)) })
  }
}
