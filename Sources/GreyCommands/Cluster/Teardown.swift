// Takes a cluster down, whatever state it is in, and leaves nothing but its records.
//
// First by asking; what is still there after a limit gets SIGTERM, then SIGKILL, which no process
// withstands, a stopped one included. Signals go only to processes that are still the ones that
// were registered. Only files with our own names are removed, and a folder only when it is empty.

import Foundation
import Glibc
import GreyBasics
import GreyEvents
import GreyRuntime

package struct TeardownResult: ControlResult {
  package static let schema = "greywave.down/1"
  package var name: String
  /// Pids that were there.
  package var ended: [Int]
  /// Those of them that had to be killed.
  package var killed: [Int]
  /// Where the logs lie; absent when nothing was up.
  package var record: String?
}

package struct Teardown {
  private let context: CommandContext
  private let paths: ClusterPaths
  /// How long to wait after asking, after SIGTERM, after SIGKILL.
  private let patience: Duration

  package init(_ context: CommandContext, paths: ClusterPaths, patience: Duration) {
    self.context = context
    self.paths = paths
    self.patience = patience
  }

  package func down() throws -> TeardownResult {
    var result = TeardownResult(name: paths.name.description, ended: [], killed: [])
    guard try paths.checkRuntime() else { return result }
    let lock = try FileLock.take(
      paths.launchLock, waitingFor: "another `up` or `down`", limit: .seconds(60),
      clock: context.clock, preparing: paths.prepareRuntime)
    defer { withExtendedLifetime(lock) {} }
    result.record = RunRecord.current(in: paths)?.path

    let processes = ProcessTable.registered(in: paths).filter(\.isAlive)
    result.ended = processes.map(\.pid)
    if !processes.isEmpty {
      let asked = ask(processes)
      if !asked || !gone(processes) {
        for process in processes { process.signal(SIGTERM) }
        if !gone(processes) {
          result.killed = processes.filter { $0.signal(SIGKILL) }.map(\.pid)
          guard gone(processes) else {
            let left = processes.filter(\.isAlive).map { "\($0.pid)" }.joined(separator: ", ")
            throw CommandFailure(.timeout, "even SIGKILL did not end pid \(left)")
          }
        }
      }
    }
    Self.removeFiles(of: paths, keepingLaunchLock: false)
    RunRecord.prune(in: paths, keeping: RunRecord.kept)
    return result
  }

  private func ask(_ processes: [ClusterProcess]) -> Bool {
    guard processes.contains(where: { $0.role == .coordinator }),
      var client = try? context.client(paths)
    else { return false }
    do {
      let _: DownResult = try client.request(.down, limit: patience)
      return true
    } catch {
      // It may have ended so quickly that its answer was lost: then its nodes know as well.
      return (error as? CommandFailure)?.status == .noCluster
    }
  }

  private func gone(_ processes: [ClusterProcess]) -> Bool {
    context.clock.wait(upTo: patience) {
      for process in processes { Spawn.reap(process.pid) }
      return processes.contains(where: \.isAlive) ? nil : true
    } ?? false
  }

  /// The caller holds the launch lock, and no process of the cluster is alive.
  package static func removeFiles(of paths: ClusterPaths, keepingLaunchLock: Bool) {
    for file in Files.names(in: paths.runtime) where ClusterPaths.isOurs(file) {
      if file == "launch.lock" { continue }
      unlink(paths.runtime + "/" + file)
    }
    if keepingLaunchLock { return }
    unlink(paths.launchLock)
    rmdir(paths.runtime)
    if let parent = paths.ownParent { rmdir(parent) }
  }
}
