// One comparison: every round measures us and then each peer, so whatever else the machine does
// meets all of them.

import Foundation
import Glibc
import GreyBasics
import GreyEvents

/// Rounds that are a function; what they need meanwhile, it holds.
final class ComparedRounds: BenchRounds {
  private let body: () throws -> [RoundSample]
  private let ending: () -> Void

  init(_ body: @escaping () throws -> [RoundSample], end ending: @escaping () -> Void = {}) {
    self.body = body
    self.ending = ending
  }

  func round() throws -> [RoundSample] { try body() }
  func end() { ending() }
}

/// What every comparison is given.
package struct CompareTools: Sendable {
  package let bench: BenchTools
  package let peers: PeerPrograms

  package init(_ bench: BenchTools) {
    self.bench = bench
    peers = PeerPrograms(bench)
  }

  /// A cluster of its own for as long as `body` runs.
  func withCluster<Result>(
    nodes: Int, options: [String] = [], _ body: (BenchCluster) throws -> Result
  ) throws -> Result {
    let cluster = try CompareCluster(bench, nodes: nodes, options: options)
    defer { cluster.end() }
    do {
      return try body(cluster.cluster)
    } catch {
      if bench.interrupted() { throw CommandFailure(.checkFailed, "interrupted") }
      throw error
    }
  }

  /// Tells of each peer that is not there.
  func noteAbsent(_ wanted: [Peer], _ news: (BenchNews) -> Void) {
    for peer in wanted where !peers.has(peer) {
      news(.note("\(peer.rawValue) is absent: cluster/compare builds it"))
    }
  }
}

/// A cluster and its folder.
final class CompareCluster {
  let cluster: BenchCluster
  private let folder: String

  init(_ tools: BenchTools, nodes: Int, options: [String]) throws {
    folder = try tools.makeFolder()
    cluster = BenchCluster(tools, process: getpid(), folder: folder)
    do {
      try cluster.up(nodes: nodes, options: options)
    } catch {
      end()
      throw BenchSkipped("no cluster to measure: \(error)")
    }
  }

  /// The folder stays if the cluster does: it holds what is needed to end it.
  func end() { if cluster.down() { try? FileManager.default.removeItem(atPath: folder) } }
}

extension Measurement {
  /// Rounds without preparation.
  init(
    _ headings: [RowHeading], tools: CompareTools, peers: [Peer],
    round: @escaping @Sendable (BenchScale) throws -> [RoundSample]
  ) {
    self.init(headings) { scale, news in
      tools.noteAbsent(peers, news)
      return ComparedRounds { try round(scale) }
    }
  }
}

extension [Double] {
  var median: Double? { isEmpty ? nil : Spread(self).median }

  /// Nearest rank, as the raw barrier has it.
  package func percentile(_ percent: Int) -> Double {
    let sorted = self.sorted()
    return sorted[Swift.max(0, (count * percent + 99) / 100 - 1)]
  }
}
