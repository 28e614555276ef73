// What every workload's bodies say again and again, said once.

import GreyBasics
import GreyMutator

extension TaskContext {
  /// The end of a task whose last operation failed; nil when it went well. Bodies ask this first
  /// in every step. Without a cause the failure is the whole run's, whoever called the task: in
  /// these workloads every operation must succeed.
  func failure(in doing: String) -> Step? {
    guard case .failed(let why) = outcome else { return nil }
    return .failed(TaskFailure("\(doing) on \(node): \(why.rawValue)"))
  }

  /// A check found something wrong: the run fails with this message.
  func wrong(_ message: String) -> Step {
    .failed(TaskFailure("wrong result on \(node): \(message)"))
  }

  /// Whether a loop ends after `done` of its planned rounds. A run of limited duration goes on
  /// until its deadline instead, however many rounds that makes.
  func isOver(after done: Int, of planned: Int) -> Bool {
    deadline == .distantFuture ? done >= planned : isPastDeadline
  }
}
