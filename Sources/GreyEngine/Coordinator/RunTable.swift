// The runs of a cluster, from their start until the oldest of the ended ones are forgotten.

import GreyBasics
import GreyEvents
import GreyWire

package struct RunRecord: Sendable {
  package enum State: String, Sendable { case running, ended, cancelled }
  package var description: RunDescription
  package var state = State.running
  package var startedAt: Moment
  package var endedAt: Moment?
  package var ok = false
  package var message = ""
  /// The workload's own result.
  package var result = JSON.null
  package var cyclesAtStart: UInt64
  package var cyclesAtEnd: UInt64 = 0
  package var lostObjects: [String] = []
  /// The first of its nodes that is gone, and when the run is ended for it.
  var loss: (node: NodeID, endsAt: Moment)?
}

/// A run that is over, while some node may still have its tasks.
///
/// The order to drop it may be lost with a connection, and the coordinator die before that node is
/// back. So it is durable until every member has answered in a cycle that began afterwards: that
/// cycle's messages went the same way in the same order, and who came on a new connection was told
/// all orders again. Cycles come at least every two minutes, so there are few of these, and they
/// are small: they are written down inside stop 2, too.
struct EndedRun: Hashable {
  var run: RunID
  var nodes: [NodeID]
  /// The highest epoch at its end.
  var epoch: Epoch
}

struct RunTable {
  /// In the order of their ids.
  private(set) var records: [RunRecord] = []
  private(set) var nextRun: UInt64
  private static let keptEnded = 100
  /// In the order in which they ended.
  private(set) var untold: [EndedRun]
  private static let mostUntold = 1_000

  /// What a predecessor left behind.
  init(_ memory: EngineMemory, cycles: UInt64, now: Moment) {
    nextRun = memory.nextRun
    untold = memory.ended
    records = memory.runs.map {
      RunRecord(description: $0, startedAt: now, cyclesAtStart: cycles)
    }
  }

  mutating func noteEnd(_ run: RunDescription, epoch: Epoch) {
    untold.append(EndedRun(run: run.run, nodes: run.nodes, epoch: epoch))
    if untold.count > Self.mostUntold { untold.removeFirst() }
  }

  /// Every member has answered in a cycle of this epoch.
  mutating func noteCycle(_ epoch: Epoch) { untold.removeAll { $0.epoch < epoch } }

  /// Runs that ended under a predecessor and that a node may have still.
  func over(on node: NodeID) -> [RunID] {
    untold.filter { end in
      end.nodes.contains(node) && !records.contains { $0.description.run == end.run }
    }.map(\.run)
  }

  subscript(_ run: RunID) -> RunRecord? {
    get { records.first { $0.description.run == run } }
    set {
      guard let newValue,
        let index = records.firstIndex(where: { $0.description.run == run })
      else { return }
      records[index] = newValue
    }
  }

  var running: [RunRecord] { records.filter { $0.state == .running } }

  /// When a run has to be ended for the loss of a node.
  var nextLoss: Moment { running.compactMap(\.loss?.endsAt).min() ?? .distantFuture }

  mutating func takeID() -> RunID {
    defer { nextRun += 1 }
    return RunID(rawValue: nextRun)
  }

  mutating func add(_ record: RunRecord) {
    records.append(record)
    let ended = records.filter { $0.state != .running }
    if ended.count > Self.keptEnded {
      let oldest = ended[0].description.run
      records.removeAll { $0.description.run == oldest }
    }
  }
}
