// The record of one life of a cluster, from `up` to `down`: what stays when everything is gone.
//
//   coordinator.jsonl, node-PID.jsonl      the logs
//   coordinator.out, node-PID.out         what a process printed (a crash, a warning of a library)
//   configuration.yaml, configuration.json    what held, and where each value came from
//   record.json                           version, commit, seed, machine
//
// Its name is the time it began, so that names sort by age. The last twenty are kept.

import Foundation
import Glibc
import GreyBasics
import GreyEngine
import GreyEvents

package struct RunRecord: Hashable, Sendable {
  package static let kept = 20
  package let path: String
  package var name: String { (path as NSString).lastPathComponent }

  package init(path: String) { self.path = path }

  /// `20261123T040506Z`; a second one of the same second has a number behind it.
  package static func create(
    in paths: ClusterPaths, at time: WallTime
  ) throws(CommandFailure) -> RunRecord {
    let remedy = "set XDG_STATE_HOME to a folder that you may write to"
    try Files.makeFolder(paths.records, remedy: remedy)
    let stamp = time.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    for number in 1...1_000 {
      let path = paths.records + "/" + stamp + (number == 1 ? "" : "-\(number)")
      if mkdir(path, 0o700) == 0 { return RunRecord(path: path) }
      guard errno == EEXIST else { break }
    }
    throw CommandFailure(
      .checkFailed, "cannot make a record in \(paths.records): \(systemError()); \(remedy)")
  }

  package func write(
    _ configuration: EffectiveConfiguration, cluster: ClusterName, build: BuildIdentity,
    at time: WallTime
  ) throws {
    try Files.writeWhole(configuration.yaml, to: path + "/configuration.yaml")
    try Files.writeWhole(configuration.json.line + "\n", to: path + "/configuration.json")
    let record = JSON.object([
      .init("schema", .string("greywave.record/1")), .init("cluster", .string(cluster.description)),
      .init("record", .string(name)), .init("began", .string(time.description)),
      .init("version", .string(build.version)), .init("commit", .string(build.commit)),
      .init("seed", .integer(configuration.values.seed)), .init("machine", Machine.current.json),
    ])
    try Files.writeWhole(record.line + "\n", to: path + "/record.json")
  }

  /// Where a process's own output goes.
  package func output(of process: String) -> String { "\(path)/\(process).out" }
  package var configurationFile: String { path + "/configuration.yaml" }

  /// All records of a cluster, oldest first.
  package static func all(in paths: ClusterPaths) -> [RunRecord] {
    Files.names(in: paths.records)
      .filter { $0.first?.isNumber == true && $0.contains("T") }
      .sorted { order($0) < order($1) }
      .map { RunRecord(path: paths.records + "/" + $0) }
  }

  private static func order(_ name: String) -> (Substring, Int) {
    let parts = name.split(separator: "-")
    return (parts[0], parts.count > 1 ? Int(parts[1]) ?? 0 : 1)
  }

  /// The one that a running cluster writes to.
  package static func current(in paths: ClusterPaths) -> RunRecord? {
    guard let text = Files.text(of: paths.recordFile) else { return nil }
    let path = String(text.prefix { !$0.isNewline })
    return FileManager.default.fileExists(atPath: path) ? RunRecord(path: path) : nil
  }

  /// Removes all but the youngest ones; the current one always stays.
  /// - Returns: what was removed.
  @discardableResult
  package static func prune(in paths: ClusterPaths, keeping: Int) -> [RunRecord] {
    let current = current(in: paths)
    var removed: [RunRecord] = []
    for record in all(in: paths).dropLast(max(0, keeping)) where record != current {
      if (try? FileManager.default.removeItem(atPath: record.path)) != nil {
        removed.append(record)
      }
    }
    return removed
  }
}

/// What figures depend on beside the program.
package struct Machine: Hashable, Sendable {
  package var host: String
  /// The host as the processes of a cluster tell it each other; see `HostName`.
  package static var hostOfProcesses: String {
    let boot = Files.text(of: "/proc/sys/kernel/random/boot_id")?.prefix { $0 != "-" }
    let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    return HostName.make(
      current.host, boot: boot.map(String.init) ?? "",
      namespace: namespace?.filter(\.isNumber) ?? "")
  }
  package var system: String
  package var processor: String
  package var processors: Int
  package var memoryBytes: Int

  package static var current: Machine {
    var name = utsname()
    uname(&name)
    let system = withUnsafeBytes(of: &name.sysname) { text($0) }
    let release = withUnsafeBytes(of: &name.release) { text($0) }
    let info = Files.text(of: "/proc/cpuinfo") ?? ""
    let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }
    return Machine(
      host: withUnsafeBytes(of: &name.nodename) { text($0) }, system: "\(system) \(release)",
      processor: model.flatMap { $0.split(separator: ":").last }
        .map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown",
      processors: ProcessInfo.processInfo.activeProcessorCount,
      memoryBytes: Int(clamping: ProcessInfo.processInfo.physicalMemory))
  }

  package var json: JSON {
    .object([
      .init("host", .string(host)), .init("system", .string(system)),
      .init("processor", .string(processor)), .init("processors", .integer(processors)),
      .init("memory_bytes", .integer(memoryBytes)),
    ])
  }

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
