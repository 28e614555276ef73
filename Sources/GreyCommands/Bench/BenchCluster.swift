// A cluster that lives as long as a measurement, worked by the same commands that people use.
//
// Its sockets, locks and records lie in a folder of the measurement's own, so that nothing of it
// can meet another cluster, and nothing stays.

import Glibc
import GreyBasics
import GreyEvents
import GreyRuntime

package struct BenchCluster: Sendable {
  package let name: String
  let tools: BenchTools
  private let environment: [String: String]
  private let folder: String

  package init(_ tools: BenchTools, process: Int32, folder: String) {
    name = "bench-\(process)"
    self.tools = tools
    self.folder = folder
    // Nothing that the caller has set for his own clusters holds for this one.
    environment = tools.environment.filter { key, _ in
      !key.hasPrefix("GREYWAVE_") && !["GOGC", "GOMEMLIMIT", "GODEBUG"].contains(key)
    }.merging(["XDG_RUNTIME_DIR": folder, "XDG_STATE_HOME": folder]) { $1 }
  }

  /// - Parameter options: of the configuration, `key=value`.
  package func up(nodes: Int, options: [String] = []) throws(CommandFailure) {
    try command(
      ["up", "--name", name, "--nodes", "\(nodes)", "--json"]
        + options.flatMap { ["--option", $0] }, limit: .seconds(90))
  }

  /// Collects again and again over one connection, as the raw barrier runs its rounds: between two
  /// collections nothing happens, and no process is started.
  package func collect(times: Int) throws -> [(stop1: Double, stop2: Double)] {
    var client = try client()
    return try (0..<times).map { _ in
      if tools.interrupted() { throw CommandFailure(.checkFailed, "interrupted") }
      let figures = try client.request(
        .gc(timeoutUs: nil), as: GcResult.self, limit: .seconds(60)
      ).figures
      return (Double(figures.stop1Us), Double(figures.stop2Us))
    }
  }

  func client() throws -> ControlClient {
    let paths = try ClusterPaths(
      name: try .choose(flag: name, environment: [:]), environment: environment)
    return ControlClient(try ControlSocket.connect(paths), clock: .real, note: { _ in })
  }

  /// False: it may still be there. One that never had a place of its own is not.
  package func down() -> Bool {
    (try? command(["down", "--name", name, "--json"], limit: .seconds(30))) != nil
      || access(folder + "/" + name, F_OK) != 0
  }

  @discardableResult
  private func command(
    _ arguments: [String], limit: Duration
  ) throws(CommandFailure) -> String {
    let outcome = try ChildProcess(
      tools.executable, arguments, environment: environment, limit: limit
    ).run(in: folder)
    guard outcome.status == 0, !outcome.isLate else {
      throw CommandFailure(.checkFailed, "greywave \(arguments[0]): \(outcome.complaint)")
    }
    return outcome.output
  }
}
