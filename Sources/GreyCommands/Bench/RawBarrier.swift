// The peer of a global stop: libzmq alone, in C, compiled here and now.
//
// `raw_barrier PEERS ROUNDS` does what a stop does and nothing else, and prints percentiles of how
// long a world would have stood still.

import GreyBasics
import GreyEvents

package struct RawBarrier: Sendable {
  private let program: String
  private let tools: BenchTools
  private let folder: String

  /// Nil, with the reason told: the source or a compiler is not there, or does not do.
  package init?(_ tools: BenchTools, folder: String, news: (BenchNews) -> Void) throws {
    func absent(_ why: String) { news(.note("no raw libzmq barrier to compare with: \(why)")) }
    guard let source = tools.source("Tests/Peers/raw_barrier.c") else {
      absent("Tests/Peers/raw_barrier.c is not above \(tools.executable)")
      return nil
    }
    guard let compiler = ["cc", "gcc", "clang"].lazy.compactMap({ tools.program($0) }).first else {
      absent("no C compiler in PATH")
      return nil
    }
    program = folder + "/raw_barrier"
    self.tools = tools
    self.folder = folder
    let outcome = try ChildProcess(
      compiler, ["-O2", source, "-o", program, "-lzmq", "-lpthread"],
      environment: tools.environment,
      limit: .seconds(60), interrupted: tools.interrupted
    ).run(in: folder)
    if outcome.status != 0 || outcome.isLate {
      absent("\(compiler): \(outcome.complaint)")
      return nil
    }
  }

  /// The median of how long a stop of that many processes takes, in microseconds.
  package func median(peers: Int, rounds: Int) throws(CommandFailure) -> Double {
    let outcome = try ChildProcess(
      program, ["\(peers)", "\(rounds)"], environment: tools.environment, limit: .seconds(30),
      interrupted: tools.interrupted
    ).run(in: folder)
    guard outcome.status == 0, let median = Self.median(in: outcome.output) else {
      throw CommandFailure(.checkFailed, "raw_barrier: \(outcome.complaint)")
    }
    return median
  }

  package static func median(in output: String) -> Double? {
    (try? JSON(parsing: Array(output.utf8)))?["p50_us"]?.double
  }
}
