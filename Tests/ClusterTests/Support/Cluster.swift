// A cluster for one test, in folders of its own, taken down whatever happens.
//
// Sockets, pids, locks and records lie below one short folder under the system's temporary one, so
// that nothing of the user's is touched and what remains is easily seen: after `down` no file of
// the cluster's and no process that was started with that folder may be there.

import Foundation
import Glibc
import Testing

final class Cluster {
  let name: String
  /// Below it: `run` (sockets, pids, locks), `state` (records), `out` (what commands print).
  let folder: String
  private var commands = 0

  var runtime: String { "\(folder)/run/\(name)" }

  init(_ name: String) throws {
    self.name = "ct-\(name)"
    // Short: a socket's path has 107 bytes at most.
    var template = Array("/tmp/gct-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw TestFailure("cannot make a folder in /tmp") }
    folder = String(cString: made)
    for part in ["run", "state", "out"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(part)", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
  }

  /// Another name in the same folders: a neighbour.
  init(_ name: String, beside other: Cluster) {
    self.name = "ct-\(name)"
    folder = other.folder
    commands = 10_000
  }

  /// What a command sees of the surroundings: no setting of the user's but the time scale.
  var environment: [String: String] {
    var result = Settings.environment.filter { name, _ in
      !name.hasPrefix("GREYWAVE_") && name != "GOGC" && name != "GOMEMLIMIT"
    }
    result["GREYWAVE_TIME_SCALE"] = Settings.environment["GREYWAVE_TIME_SCALE"]
    result["GREYWAVE_CLUSTER"] = name
    result["XDG_RUNTIME_DIR"] = "\(folder)/run"
    result["XDG_STATE_HOME"] = "\(folder)/state"
    return result
  }

  // MARK: Commands

  /// Runs a command to its end, whatever that is.
  /// - Parameter input: what it reads from stdin.
  func command(
    _ arguments: [String], limit: Double = 60, environment extra: [String: String] = [:],
    input: String = ""
  ) throws -> Reply {
    guard let binary = Settings.binary else { throw TestFailure("GREYWAVE_BINARY is not set") }
    return try program(binary, arguments, limit: limit, environment: extra, input: input)
  }

  /// The same for another program than the one under test.
  func program(
    _ program: String, _ arguments: [String], limit: Double,
    environment extra: [String: String] = [:], input: String = ""
  ) throws -> Reply {
    commands += 1
    let inputPath = try input.isEmpty ? "/dev/null" : write("out/\(commands)-input", input)
    let paths = ["\(folder)/out/\(commands)", "\(folder)/out/\(commands)-errors"]
    let files = paths.map { open($0, O_CREAT | O_RDWR | O_CLOEXEC, 0o600) }
    defer { for file in files { close(file) } }
    let child = try ChildProcess(
      program, arguments, environment: environment.merging(extra) { $1 },
      folder: Settings.package, output: files[0], errors: files[1], input: inputPath)
    let code = try child.exitCode(within: limit)
    let texts = paths.map {
      String(decoding: FileManager.default.contents(atPath: $0) ?? Data(), as: UTF8.self)
    }
    return Reply(
      command: arguments.joined(separator: " "), code: code, output: texts[0], errors: texts[1])
  }

  /// Runs a command that must succeed (or end with the code that is given).
  @discardableResult
  func run(
    _ arguments: String..., code: Int = 0, limit: Double = 60,
    location: SourceLocation = #_sourceLocation
  ) throws -> Reply {
    let reply = try command(arguments, limit: limit)
    #expect(reply.code == code, "\(reply.story)", sourceLocation: location)
    if code == 0, reply.code != 0 { throw TestFailure(reply.story) }
    return reply
  }

  @discardableResult
  func json(
    _ arguments: String..., code: Int = 0, limit: Double = 60,
    location: SourceLocation = #_sourceLocation
  ) throws -> JSONValue {
    let reply = try command(arguments + ["--json"], limit: limit)
    #expect(reply.code == code, "\(reply.story)", sourceLocation: location)
    if code == 0, reply.code != 0 { throw TestFailure(reply.story) }
    return try reply.json(location)
  }

  /// A command that goes on beside the test.
  func start(_ arguments: String...) throws -> Follower {
    try Follower(self, arguments)
  }

  // MARK: Shorter words

  func up(nodes: Int, _ more: [String] = [], location: SourceLocation = #_sourceLocation) throws {
    let reply = try command(["up", "--nodes", "\(nodes)"] + more)
    #expect(reply.code == 0, "\(reply.story)", sourceLocation: location)
    if reply.code != 0 { throw TestFailure(reply.story) }
  }

  func status() throws -> ClusterStatus { ClusterStatus(try json("status")) }

  /// Collects, and sees that nothing was lost and nothing that was garbage is left.
  @discardableResult
  func verifyClean(location: SourceLocation = #_sourceLocation) throws -> JSONValue {
    let found = try json("verify", location: location)
    #expect(try found.int("lost_objects") == 0, "\(found)", sourceLocation: location)
    #expect(try found.int("garbage_objects") == 0, "\(found)", sourceLocation: location)
    return found
  }

  /// What a cluster on which nothing runs must look like after two collections: empty.
  func verifyEmpty(location: SourceLocation = #_sourceLocation) throws {
    try run("gc", location: location)
    try verifyClean(location: location)
    try run("gc", location: location)
    let found = try verifyClean(location: location)
    #expect(try found.int("reachable_objects") == 0, "\(found)", sourceLocation: location)
    #expect(try found.int("floating_objects") == 0, "\(found)", sourceLocation: location)
  }

  /// The first event of the logs, from their beginning or from a second on, that is of this kind,
  /// or of the other, and fits. Waits for it.
  @discardableResult
  func event(
    _ kind: String, or other: String? = nil, since start: WallInstant? = nil,
    within seconds: Double = 30, where fits: (JSONValue) throws -> Bool = { _ in true }
  ) throws -> JSONValue {
    let follower = try Follower(
      self,
      ["logs", "--follow", "--json"] + (start.map { ["--since", $0.second] } ?? []))
    defer { follower.end() }
    let deadline = Deadline(seconds: seconds)
    while let line = try follower.line(before: deadline) {
      let event = try JSONValue(parsing: line)
      let found = try event.string("event")
      if found == kind || found == other, try fits(event) { return event }
    }
    throw TestFailure("'\(kind)' was not logged within \(seconds) s")
  }

  func write(_ name: String, _ text: String) throws -> String {
    let path = "\(folder)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  // MARK: The end

  /// Takes the cluster down and looks for remains.
  func takeDown(location: SourceLocation = #_sourceLocation) {
    do {
      let reply = try command(["down"])
      #expect(reply.code == 0, "\(reply.story)", sourceLocation: location)
    } catch {
      Issue.record("down: \(error)", sourceLocation: location)
    }
    expectNothingLeft(location: location)
  }

  /// No process, socket, pid file or lock of this cluster is there.
  func expectNothingLeft(location: SourceLocation = #_sourceLocation) {
    let files = try? FileManager.default.contentsOfDirectory(atPath: runtime)
    #expect(files == nil, "\(runtime) is still there", sourceLocation: location)
    let left = processes()
    #expect(left.isEmpty, "processes are left: \(left)", sourceLocation: location)
    for pid in left { kill(pid_t(pid), SIGKILL) }
  }

  /// The processes of this cluster, by what the kernel says of them.
  func processes() -> [Int] { Pid.mentioning("\(folder)/state/greywave/\(name)/") }

  func removeFolder() { try? FileManager.default.removeItem(atPath: folder) }
}

/// Makes a cluster for `body` and takes it down afterwards, also when `body` fails.
func withCluster(
  _ name: String, nodes: Int? = nil, _ more: [String] = [],
  location: SourceLocation = #_sourceLocation, _ body: (Cluster) throws -> Void
) throws {
  let cluster = try Cluster(name)
  defer { cluster.removeFolder() }
  do {
    defer { cluster.takeDown(location: location) }
    if let nodes { try cluster.up(nodes: nodes, more, location: location) }
    try body(cluster)
  } catch {
    let log = try? cluster.command(["logs", "--level", "warning"])
    Issue.record(
      "\(error)\nwarnings in the logs:\n\(log?.output.suffix(3_000) ?? "none")",
      sourceLocation: location)
  }
}
