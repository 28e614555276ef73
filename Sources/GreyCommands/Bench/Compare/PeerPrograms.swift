// The programs that Greywave is compared with: where they are, and running one.
//
// `cluster/compare` builds them from Tests/Peers into a folder, `.build/peers` or where
// GREYWAVE_PEERS says. One that is not there is absent: its rows have no peer, and nothing fails.
// One that is there and does not do what it should is a mistake, and ends the comparison.

import Foundation
import Glibc
import GreyBasics

package enum Peer: String, Sendable, CaseIterable {
  case go = "go-peer"
  case boehm
  case ideal = "ideal_marker"
  case barrier = "raw_barrier"
  case java = "java-peer"
}

/// What can be asked of the JVM.
package enum JavaCollector: String, Sendable, CaseIterable {
  case g1 = "UseG1GC"
  case z = "UseZGC"
  case shenandoah = "UseShenandoahGC"
}

package struct PeerPrograms: Sendable {
  private let tools: BenchTools
  private let folder: String?

  package init(_ tools: BenchTools) {
    self.tools = tools
    folder = tools.environment["GREYWAVE_PEERS"] ?? tools.source(".build/peers")
  }

  package func path(_ peer: Peer) -> String? {
    guard let path = folder.map({ $0 + "/" + peer.rawValue }) else { return nil }
    return access(path, X_OK) == 0 ? path : nil
  }

  package func has(_ peer: Peer) -> Bool { path(peer) != nil }

  /// Nil: it is not there.
  package func run(
    _ peer: Peer, _ arguments: [String], environment: [String: String] = [:],
    limit: Duration = .seconds(120)
  ) throws -> PeerOutput? {
    guard let program = path(peer) else { return nil }
    let scratch = try tools.makeFolder()
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    // Nothing that the caller has set for his own programs holds for this one.
    let inherited = tools.environment.filter { key, _ in
      !["GOGC", "GOMEMLIMIT", "GODEBUG", "GOMAXPROCS", "JAVA_TOOL_OPTIONS"].contains(key)
    }
    let outcome = try ChildProcess(
      program, arguments, environment: inherited.merging(environment) { $1 }, limit: limit,
      interrupted: tools.interrupted
    ).run(in: scratch)
    let words = ([peer.rawValue] + arguments).joined(separator: " ")
    guard outcome.status == 0, !outcome.isLate else {
      if tools.interrupted() { throw CommandFailure(.checkFailed, "interrupted") }
      throw CommandFailure(.checkFailed, "\(words): \(outcome.complaint)")
    }
    guard let output = PeerOutput(outcome.output, errors: outcome.errors) else {
      throw CommandFailure(.checkFailed, "\(words) printed no figures")
    }
    return output
  }

  /// Those of the JVM's collectors that this JVM has.
  package func javaCollectors() -> [JavaCollector] {
    JavaCollector.allCases.filter { collector in
      (try? run(.java, ["-XX:+\(collector.rawValue)", "Peer", "trees", "6"])) != nil
    }
  }
}
