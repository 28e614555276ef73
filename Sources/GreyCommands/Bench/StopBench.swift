// How long the world stands still for a collection, beside the least that libzmq needs for it.
//
// A cluster of idle nodes is started, collected again and again, and ended; between the rounds the
// raw barrier with as many processes runs. Each cycle reports both of its stops. A sample is the
// median of a round on either side: what one cycle reports is whole microseconds, and one process
// that was not scheduled in time is not what a stop costs.

import Foundation
import Glibc
import GreyBasics

enum StopBench {
  static func measurement(nodes: Int, tools: BenchTools) -> Measurement {
    Measurement(
      ["stop1", "stop2"].map { stop in
        RowHeading(
          "\(stop)-nodes-\(nodes)", "us", peer: "raw libzmq barrier", goal: .atMost(2))
      }
    ) { scale, news in try StopRounds(nodes: nodes, tools: tools, scale: scale, news: news) }
  }
}

private final class StopRounds: BenchRounds {
  private let nodes: Int
  private let tools: BenchTools
  private let scale: BenchScale
  private let folder: String
  private let cluster: BenchCluster
  private let barrier: RawBarrier?

  init(nodes: Int, tools: BenchTools, scale: BenchScale, news: (BenchNews) -> Void) throws {
    self.nodes = nodes
    self.tools = tools
    self.scale = scale
    folder = try tools.makeFolder()
    cluster = BenchCluster(tools, process: getpid(), folder: folder)
    // What has no compiler or no source can still be measured, without a peer.
    barrier = try? RawBarrier(tools, folder: folder, news: news)
    do {
      try cluster.up(nodes: nodes)
    } catch {
      end()
      throw BenchSkipped("no cluster to measure: \(error)")
    }
  }

  func round() throws -> [RoundSample] {
    let stops: [(stop1: Double, stop2: Double)]
    do {
      // The first few are as cold as the barrier's, which it does not count either.
      stops = Array(
        try cluster.collect(times: scale.stops + scale.stops / 10 + 1).suffix(max(1, scale.stops)))
    } catch {
      if tools.interrupted() { throw CommandFailure(.checkFailed, "interrupted") }
      throw BenchSkipped("the cluster did not collect: \(error)")
    }
    // A barrier that fails leaves the row without a peer, not us without a row.
    let peer = try? barrier?.median(peers: nodes, rounds: scale.barrierStops)
    return [stops.map(\.stop1), stops.map(\.stop2)].map {
      RoundSample(ours: Spread($0).median, peer: peer)
    }
  }

  /// The folder stays if the cluster does: it holds what is needed to end it.
  func end() {
    if cluster.down() { try? FileManager.default.removeItem(atPath: folder) }
  }
}
