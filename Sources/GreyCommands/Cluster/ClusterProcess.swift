// A process as others know it: its pid and when it started.
//
// Pids are used again. A pid alone may by now be somebody's editor, so no signal is ever sent
// without comparing the start time (`ProcessIdentity`); a zombie counts as gone.

import Foundation
import Glibc
import GreyEvents
import GreyRuntime

package struct ClusterProcess: Hashable, Sendable, Codable {
  package enum Role: String, Hashable, Sendable, Codable { case coordinator, node }
  package var role: Role
  package var pid: Int
  /// In clock ticks since boot.
  package var start: UInt64

  package init(role: Role, pid: Int, start: UInt64) {
    self.role = role
    self.pid = pid
    self.start = start
  }

  /// The process that runs this code.
  package static func current(_ role: Role) -> ClusterProcess {
    let own = ProcessIdentity.current
    return ClusterProcess(role: role, pid: Int(own.pid), start: own.startTicks)
  }

  /// The process with this pid as it is now; nil when there is none.
  package init?(role: Role, livePID pid: Int) {
    guard let identity = Int32(exactly: pid).flatMap({ ProcessIdentity(livePID: $0) }) else {
      return nil
    }
    self.init(role: role, pid: pid, start: identity.startTicks)
  }

  package var isAlive: Bool {
    Int32(exactly: pid).map { ProcessIdentity(pid: $0, startTicks: start).isAlive } ?? false
  }

  /// False when it is gone, or when its pid is another's by now.
  @discardableResult
  package func signal(_ number: Int32) -> Bool { isAlive && kill(pid_t(pid), number) == 0 }
}

package enum ProcessTable {
  /// The processes whose pid files lie there, dead ones included, the coordinator first.
  package static func registered(in paths: ClusterPaths) -> [ClusterProcess] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: paths.runtime)) ?? []
    return files.filter { $0.hasSuffix(".pid") && ClusterPaths.isOurs($0) }.sorted().compactMap {
      guard let text = try? String(contentsOfFile: paths.runtime + "/" + $0, encoding: .utf8),
        let json = try? JSON(parsing: text)
      else { return nil }
      return try? json.decoded(as: ClusterProcess.self)
    }.sorted {
      ($0.role == .coordinator ? 0 : 1, $0.pid) < ($1.role == .coordinator ? 0 : 1, $1.pid)
    }
  }

  /// Leaves a pid file; a process does so for itself, and who starts one does it too, so that
  /// neither's sudden end hides it.
  package static func register(_ process: ClusterProcess, in paths: ClusterPaths) throws {
    let path = paths.pidFile(process.role, pid: process.pid)
    try Files.writeWhole(try JSON(encoding: process).line + "\n", to: path)
  }

  package static func unregister(_ process: ClusterProcess, in paths: ClusterPaths) {
    let path = paths.pidFile(process.role, pid: process.pid)
    // The coordinator's file may be its successor's by now.
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      let json = try? JSON(parsing: text), (try? json.decoded(as: ClusterProcess.self)) == process
    else { return }
    unlink(path)
    if process.role == .node { unlink(paths.nodeSocket(pid: process.pid)) }
  }
}
