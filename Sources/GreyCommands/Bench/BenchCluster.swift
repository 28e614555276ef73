// A cluster that lives as long as a measurement, worked by the same commands that people use.
//
// Its sockets, locks and records lie in a folder of the measurement's own, so that nothing of it
// can meet another cluster, and nothing stays.

import GreyBasics
import GreyEvents

package struct BenchCluster: Sendable {
  package let name: String
  private let tools: BenchTools
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

  package func up(nodes: Int) throws(CommandFailure) {
    try command(["up", "--name", name, "--nodes", "\(nodes)", "--json"], limit: .seconds(90))
  }

  /// One global collection, and how long the world stood still for it.
  package func collect() throws(CommandFailure) -> (stop1: Double, stop2: Double) {
    let output = try command(["gc", "--name", name, "--json"], limit: .seconds(60))
    guard let stops = Self.stops(in: output) else {
      throw CommandFailure(.checkFailed, "`gc --json` told no stops: \(output.prefix(200))")
    }
    return stops
  }

  /// False: it may still be there.
  package func down() -> Bool {
    (try? command(["down", "--name", name, "--json"], limit: .seconds(30))) != nil
  }

  package static func stops(in output: String) -> (stop1: Double, stop2: Double)? {
    guard let line = output.split(separator: "\n").last,
      let json = try? JSON(parsing: Array(line.utf8)),
      let stop1 = json["stop1_us"]?.double, let stop2 = json["stop2_us"]?.double
    else { return nil }
    return (stop1, stop2)
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
