// What the shell learns from a command: a closed set, in the README and in every help text.

import GreyEvents

package enum CommandStatus: Int32, Sendable, CaseIterable {
  case ok = 0
  /// A run failed its self-check, `verify` found garbage, a process could not be started, …
  case checkFailed = 1
  case usage = 2
  case noCluster = 3
  case timeout = 4
  case lostObject = 5

  package init(_ code: ControlError.Code) {
    switch code {
    case .usage, .noSuchRun, .noSuchNode: self = .usage
    case .timeout: self = .timeout
    case .lostObject: self = .lostObject
    case .closing: self = .noCluster
    case .busy, .outOfMemory, .failed: self = .checkFailed
    }
  }
}

/// A command cannot do its work: what to say, and with which status to end.
package struct CommandFailure: Error, Hashable, Sendable, CustomStringConvertible {
  package var status: CommandStatus
  package var message: String
  package init(_ status: CommandStatus, _ message: String) {
    self.status = status
    self.message = message
  }
  package init(_ error: ControlError) {
    self.init(CommandStatus(error.code), error.message)
  }
  package var description: String { message }

  package static func noCluster(_ name: ClusterName, _ detail: String) -> CommandFailure {
    let named = name == .standard ? "" : " --name \(name)"
    return CommandFailure(
      .noCluster, "no cluster '\(name)' is up (\(detail)); start it with: cluster/up\(named)")
  }
}
