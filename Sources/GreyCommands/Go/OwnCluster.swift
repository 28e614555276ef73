// A cluster of one command: it has a folder of its own, and nothing of it stays.
//
// It is started by the same `Launcher` as any other, so what runs in it runs as in any other:
// coordinator and nodes are processes, heaps, collector and links are the usual ones. What differs
// is how it ends. Nobody will ask it anything again, so its processes are killed, which takes no
// longer than a Ctrl-C should; and should this process be killed itself, the kernel kills them
// (`--parent`), and the next command of this kind removes the folder.

import ArgumentParser
import Foundation
import Glibc
import GreyBasics
import GreyEvents
import GreyRuntime

package struct OwnCluster {
  private let context: CommandContext
  private let folder: String
  private let paths: ClusterPaths

  /// Makes the folder.
  package init(_ context: CommandContext) throws {
    var template = Array("/tmp/greywave-run-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CommandFailure(.checkFailed, "cannot make a folder in /tmp: \(systemError())")
    }
    folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    Self.removeAbandoned()
    try Files.writeWhole(
      try JSON(encoding: ClusterProcess.current(.coordinator)).line + "\n", to: folder + "/owner")
    var own = context
    own.environment["XDG_RUNTIME_DIR"] = folder
    own.environment["XDG_STATE_HOME"] = folder
    // What prints progress for clusters that people start is of no use to a program's reader.
    own.progress = nil
    // Nobody else waits for anything here, and every pause is a program's start.
    own.clock = own.clock.impatient
    let parent = getpid()
    own.spawn = { executable, arguments, environment, output in
      try Spawn.detached(
        executable,
        arguments + ["--parent", "\(parent)"]
          + (arguments.first == "node" ? ["--prints-output"] : []),
        environment: environment, output: output, passing: [1, 2])
    }
    self.context = own
    paths = try ClusterPaths(name: .standard, environment: own.environment)
  }

  /// Folders of commands that were killed.
  private static func removeAbandoned() {
    for name in Files.names(in: "/tmp") where name.hasPrefix("greywave-run-") {
      let folder = "/tmp/" + name
      guard let text = Files.text(of: folder + "/owner"), let json = try? JSON(parsing: text),
        let owner = try? json.decoded(as: ClusterProcess.self), !owner.isAlive
      else { continue }
      // Another user's stays: the system does not let us.
      try? FileManager.default.removeItem(atPath: folder)
    }
  }

  package func write(_ text: String, to name: String) throws -> String {
    let path = folder + "/" + name
    try Files.writeWhole(text, to: path)
    return path
  }

  package func up(nodes: Int?) throws -> ControlClient {
    let count = nodes ?? 1
    let options = try ConfigurationOptions.parse(["--nodes", "\(count)"])
    var launcher = Launcher(
      context, paths: paths, configuration: try options.effective(context), nodes: count)
    _ = try launcher.up()
    return try context.client(paths)
  }

  /// What a node's process said, if it said anything: it may have crashed.
  package var lastWords: String {
    guard let record = RunRecord.current(in: paths) else { return "" }
    return Files.names(in: record.path).filter { $0.hasSuffix(".out") }.sorted()
      .map { Files.tail(of: record.path + "/" + $0, lines: 5) }.filter { !$0.isEmpty }
      .joined(separator: "\n")
  }

  package func end() {
    let processes = ProcessTable.registered(in: paths)
    for process in processes { process.signal(SIGKILL) }
    // They are our children; a killed one is gone at once.
    for process in processes { waitpid(pid_t(process.pid), nil, 0) }
    try? FileManager.default.removeItem(atPath: folder)
  }
}
