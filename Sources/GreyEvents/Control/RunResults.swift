// Results of `run`, `ps`, `cancel`.

import GreyBasics

package struct RunResult: ControlResult {
  package static let schema = "greywave.run/1"

  package var run: RunID
  package var workload: String
  /// All of them, defaults filled in: an object of name and value.
  package var parameters: JSON
  package var seed: UInt64
  package var nodes: [NodeID]
  /// Null while the run goes on (`--detach`).
  package var ok: Bool?
  /// What went wrong; empty when nothing did.
  package var message: String
  package var elapsedUs: Int
  /// Cycles that finished while it ran.
  package var cycles: Int
  /// The workload's own report; null while the run goes on.
  package var result: JSON
  /// Why it did not end well, for scripts.
  package var failure: ControlError.Code?

  package init(
    run: RunID, workload: String, parameters: JSON, seed: UInt64, nodes: [NodeID], ok: Bool?,
    message: String = "", elapsedUs: Int = 0, cycles: Int = 0, result: JSON = .null,
    failure: ControlError.Code? = nil
  ) {
    self.run = run
    self.workload = workload
    self.parameters = parameters
    self.seed = seed
    self.nodes = nodes
    self.ok = ok
    self.message = message
    self.elapsedUs = elapsedUs
    self.cycles = cycles
    self.result = result
    self.failure = failure
  }
}

extension RunResult {
  /// As the compiler would, but that `ok` is always there: scripts ask for it.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(run, forKey: .run)
    try container.encode(workload, forKey: .workload)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(seed, forKey: .seed)
    try container.encode(nodes, forKey: .nodes)
    try container.encode(ok, forKey: .ok)
    try container.encode(message, forKey: .message)
    try container.encode(elapsedUs, forKey: .elapsedUs)
    try container.encode(cycles, forKey: .cycles)
    try container.encode(result, forKey: .result)
    try container.encodeIfPresent(failure, forKey: .failure)
  }
}

/// A run in `ps` and `status`.
package struct RunSummary: Hashable, Sendable, Codable {
  package enum State: String, Hashable, Sendable, CaseIterable, Codable {
    case running, ok, failed, cancelled
  }
  package var run: RunID
  package var workload: String
  package var state: State
  package var nodes: [NodeID]
  package var elapsedUs: Int
  package var message: String
  package init(
    run: RunID, workload: String, state: State, nodes: [NodeID], elapsedUs: Int,
    message: String = ""
  ) {
    self.run = run
    self.workload = workload
    self.state = state
    self.nodes = nodes
    self.elapsedUs = elapsedUs
    self.message = message
  }
}

/// A task in `ps`.
package struct TaskSummary: Hashable, Sendable, Codable {
  package var node: NodeID
  package var task: TaskID
  package var run: RunID
  /// The function it runs.
  package var function: String
  /// `running`, `ready`, `waiting: a remote answer`, …
  package var state: String
  package var frames: Int
  package var mailbox: Int
  package init(
    node: NodeID, task: TaskID, run: RunID, function: String, state: String, frames: Int,
    mailbox: Int
  ) {
    self.node = node
    self.task = task
    self.run = run
    self.function = function
    self.state = state
    self.frames = frames
    self.mailbox = mailbox
  }
}

package struct PsResult: ControlResult {
  package static let schema = "greywave.ps/1"
  package var runs: [RunSummary]
  /// Not more than a thousand of each node; `taskCount` says how many there are.
  package var tasks: [TaskSummary]
  package var taskCount: Int
  package init(runs: [RunSummary], tasks: [TaskSummary], taskCount: Int) {
    self.runs = runs
    self.tasks = tasks
    self.taskCount = taskCount
  }
}

package struct CancelResult: ControlResult {
  package static let schema = "greywave.cancel/1"
  package var run: RunID
  package var workload: String
  /// False for a run that had ended before: nothing was changed.
  package var wasRunning: Bool

  enum CodingKeys: String, CodingKey {
    case run, workload
    case wasRunning = "was_running"
  }

  package init(run: RunID, workload: String, wasRunning: Bool) {
    self.run = run
    self.workload = workload
    self.wasRunning = wasRunning
  }
}
