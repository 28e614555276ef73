// Where the files of a cluster are.
//
//   ${XDG_RUNTIME_DIR:-/tmp/greywave-UID}/NAME/      0700, gone when the cluster is
//     lock            held by the coordinator as long as it lives; taken before any bind
//     launch.lock     held by `up` and `down` while they work
//     ctl             the control interface (a ZeroMQ ROUTER over ipc)
//     coordinator     where nodes find the coordinator (ipc)
//     node-PID        where peers find the node with that pid (ipc)
//     *.pid           a process each: pid and start time
//     endpoint        the coordinator's endpoint for nodes, whatever the transport
//     state.json      what a restarted coordinator must know: term, members, highest epoch
//     record          the path of the record that the processes write to
//     nodes           how many nodes the cluster should have, as `up` and `down --node` left it
//   ${XDG_STATE_HOME:-~/.local/state}/greywave/NAME/RUN/      stays: logs, configuration, machine
//
// A folder is used only if it is ours and nobody else may enter it: whoever may write there could
// put a socket of his own where ours is expected. Nothing but the names above is ever removed.

import Foundation
import Glibc

package struct ClusterPaths: Hashable, Sendable {
  package let name: ClusterName
  /// Sockets, pids, locks.
  package let runtime: String
  /// The folder of all records of this cluster.
  package let records: String
  /// The folder above `runtime`, where that is ours as well; nil where somebody else gave it.
  package let ownParent: String?

  /// What a unix socket's path may have at most.
  package static let longestSocketPath = 107

  package init(
    name: ClusterName, environment: [String: String], userID: UInt32 = getuid(),
    home: String = NSHomeDirectory()
  ) throws(CommandFailure) {
    func folder(_ variable: String) throws(CommandFailure) -> String? {
      guard let path = environment[variable], !path.isEmpty else { return nil }
      guard path.hasPrefix("/") else {
        throw CommandFailure(.usage, "\(variable) must be an absolute path, it is '\(path)'")
      }
      return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
    self.name = name
    let given = try folder("XDG_RUNTIME_DIR")
    ownParent = given == nil ? "/tmp/greywave-\(userID)" : nil
    runtime = (given ?? "/tmp/greywave-\(userID)") + "/\(name)"
    records = (try folder("XDG_STATE_HOME") ?? home + "/.local/state") + "/greywave/\(name)"
    // The longest name that any socket gets: pids have seven digits at most.
    let longest = nodeSocket(pid: 4_194_304)
    if longest.utf8.count > Self.longestSocketPath {
      throw CommandFailure(
        .usage,
        "the path \(longest) has \(longest.utf8.count) bytes, sockets can have "
          + "\(Self.longestSocketPath): set XDG_RUNTIME_DIR to a shorter folder, or choose a "
          + "shorter --name")
    }
  }

  package var controlSocket: String { runtime + "/ctl" }
  package var coordinatorSocket: String { runtime + "/coordinator" }
  package func nodeSocket(pid: Int) -> String { runtime + "/node-\(pid)" }
  package var controlEndpoint: String { "ipc://" + controlSocket }
  package var lock: String { runtime + "/lock" }
  package var launchLock: String { runtime + "/launch.lock" }
  package var endpointFile: String { runtime + "/endpoint" }
  package var stateFile: String { runtime + "/state.json" }
  package var recordFile: String { runtime + "/record" }
  package var targetFile: String { runtime + "/nodes" }
  package func pidFile(_ role: ClusterProcess.Role, pid: Int) -> String {
    runtime + (role == .coordinator ? "/coordinator.pid" : "/node-\(pid).pid")
  }

  /// Nil before the first `up`.
  package var target: Int? {
    Files.text(of: targetFile).flatMap { Int($0.prefix { $0.isNumber }) }
  }

  /// Whether a file in the runtime folder is one of ours.
  package static func isOurs(_ file: String) -> Bool {
    let fixed = [
      "lock", "launch.lock", "ctl", "coordinator", "stops", "coordinator.pid", "endpoint",
      "state.json",
      "state.json.new", "record", "nodes",
    ]
    if fixed.contains(file) { return true }
    guard file.hasPrefix("node-") else { return false }
    let rest = file.dropFirst(5)
    let number = rest.hasSuffix(".pid") ? rest.dropLast(4) : rest
    return !number.isEmpty && number.allSatisfy { $0.isASCII && $0.isNumber }
  }

  /// Makes the runtime folder, or checks that the one that is there is ours alone.
  package func prepareRuntime() throws(CommandFailure) {
    // XDG_RUNTIME_DIR is the system's, or the user's, and has to be there.
    let parent = (runtime as NSString).deletingLastPathComponent
    if let ownParent {
      try Self.makePrivate(ownParent)
    } else if access(parent, W_OK | X_OK) != 0 {
      throw CommandFailure(
        .checkFailed,
        "XDG_RUNTIME_DIR is \(parent), which cannot be used: \(systemError()); make it with "
          + "`mkdir -m 700 \(parent)`, or set it to a folder of your own, or to none")
    }
    try Self.makePrivate(runtime)
  }

  /// Nil when there is no such folder; an error when it is there and not ours alone.
  package func checkRuntime() throws(CommandFailure) -> Bool {
    var status = stat()
    guard lstat(runtime, &status) == 0 else { return false }
    try Self.check(runtime, status)
    return true
  }

  private static func makePrivate(_ path: String) throws(CommandFailure) {
    if mkdir(path, 0o700) != 0, errno != EEXIST {
      throw CommandFailure(.checkFailed, "cannot make the folder \(path): \(systemError())")
    }
    var status = stat()
    guard lstat(path, &status) == 0 else {
      throw CommandFailure(.checkFailed, "cannot look at \(path): \(systemError())")
    }
    try check(path, status)
  }

  private static func check(_ path: String, _ status: stat) throws(CommandFailure) {
    if status.st_mode & S_IFMT != S_IFDIR {
      throw CommandFailure(.checkFailed, "\(path) is no folder; move it away")
    }
    if status.st_uid != getuid() {
      throw CommandFailure(
        .checkFailed,
        "\(path) belongs to user \(status.st_uid), not to you (\(getuid())); "
          + "set XDG_RUNTIME_DIR to a folder of your own")
    }
    if status.st_mode & 0o077 != 0 {
      throw CommandFailure(
        .checkFailed, "others may enter \(path); make it private with: chmod 700 \(path)")
    }
  }
}

/// The text of `errno` as it stands now.
func systemError() -> String { String(cString: strerror(errno)) }
